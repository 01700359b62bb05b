#!/usr/bin/env python3
"""A worker that answers every lease, small enough to be broken in one place.

    worker.py BROKER [RULE]

RULE is a key of BREAKS, which says what it breaks; `conform.py broken` checks that the suite notices each.
"""
import json, os, signal, sys, time, uuid
import zmq

BREAKS = {
    "no-heartbeat": ("W02", "6: a heartbeat every heartbeat_ms"),
    "wrong-job": ("W03", "6: a result names the lease's run and job"),
    "one-line": ("W04", "6.1: one line for each spectrum"),
    "names-nothing": ("W06", "6: a heartbeat names all leases that are held"),
    "no-failed": ("W07", "6: a job that cannot be computed is failed"),
    "deaf": ("W08", "6: after unknown comes ready again"),
    "keeps": ("W12", "6: drain: answer or return what is held"),
}
BROKEN = sys.argv[2] if len(sys.argv) > 2 else ""
host, port = sys.argv[1].rsplit(":", 1)
context, stopping = zmq.Context(), []
signal.signal(signal.SIGTERM, lambda *_: stopping.append(True))


def connect():
    socket = context.socket(zmq.DEALER)
    socket.linger = 500
    socket.connect(f"{host}:{int(port) + 2}")
    socket.send_json({"op": "ready", "worker": str(uuid.uuid4()), "host": "here", "pid": os.getpid(), "software": "broken",
                      "model": "none", "credit": 16, "credit_bytes": 1 << 24})
    return socket


socket, held, beat, terms, heard = connect(), {}, 0.0, None, time.monotonic()
while True:
    now = time.monotonic()
    if terms and now - beat > terms["heartbeat_ms"] / 1000 and BROKEN != "no-heartbeat":
        beat = now
        names = [] if BROKEN == "names-nothing" else list(held)
        socket.send_json({"op": "heartbeat", "held": names, "executing": names[:1]})
    if terms and now - heard > terms["liveness_ms"] / 1000:
        socket.close()
        socket, held, terms, heard = connect(), {}, None, now
    if socket.poll(10):
        header, *frames = socket.recv_multipart()
        header, heard = json.loads(header), time.monotonic()
        if header["op"] == "welcome":
            terms = header
        elif header["op"] == "lease":
            held[header["lease"]] = header, frames, now + (2.0 if BROKEN == "names-nothing" else 0.3)
        elif header["op"] == "cancel":
            held = {lease: one for lease, one in held.items() if lease not in header["leases"]}
        elif header["op"] == "unknown" and BROKEN != "deaf":
            socket.close()
            socket, held, terms = connect(), {}, None
        elif header["op"] in ("drain", "refused"):
            stopping.append(True)
    if stopping:
        if held and BROKEN != "keeps":
            socket.send_json({"op": "return", "leases": list(held)})
        socket.send_json({"op": "goodbye"})
        break
    for lease, (header, frames, due) in list(held.items()):
        if now < due:
            continue
        del held[lease]
        try:
            json.loads(frames[0])["regions"][0]
        except (ValueError, TypeError):
            if BROKEN != "no-failed":
                socket.send_json({"op": "failed", "lease": lease, "kind": "bad_input", "error": "no job"})
            continue
        lines = "\n".join(["{}"] * (1 if BROKEN == "one-line" else header["spectra"]))
        reply = {"op": "result", "lease": lease, "run": header["run"], "model": "none",
                 "job": "another" if BROKEN == "wrong-job" else header["job"]}
        socket.send_multipart([json.dumps(reply).encode(), lines.encode()])
socket.close()
context.term()
