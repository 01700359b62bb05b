#!/usr/bin/env python3
"""A client that does the exercise of section 11, small enough to be broken in one place.

    client.py RULE      breaks the rule; without it the client is sound

RULE is a key of BREAKS, which says what it breaks; `conform.py broken` checks that the suite notices each.
"""
import json, os, struct, sys, time
import zmq

BREAKS = {
    "no-key": ("C01", "4.1: a job has a key, or a resubmission cannot be recognised"),
    "big-endian": ("C01", "2: arrays are little-endian"),
    "window": ("C02", "4.1: no more submits are unacknowledged than the credit"),
    "in-order": ("C03", "2: replies may come in another order; run and job tell them apart"),
    "impatient": ("C05", "3: 429 is tried again after retry_after_ms, not before"),
    "insistent": ("C08", "3: a final refusal is not tried again"),
    "strict-202": ("C09", "3: 208 is as good as 202"),
    "new-bytes": ("C11", "4.1: a resubmission has the same bytes"),
    "gives-up": ("C11", "4.1: what is not answered is submitted again"),
    "crashes": ("C13", "2: what is no JSON does no harm"),
    "never-asks-again": ("C15", "4.2: a result that is not stored yet is asked for again"),
    "waits-for-the-dead": ("C17", "4.2: 409 says that there never will be a result"),
}
BROKEN = sys.argv[1] if len(sys.argv) > 1 else ""
RUN, COUNT = os.environ["CORELEVEL_RUN"], int(os.environ["CORELEVEL_JOBS"])
TIMEOUT_S = int(os.environ["CORELEVEL_TIMEOUT_MS"]) / 1000
context = zmq.Context()


def connect():
    socket = context.socket(zmq.DEALER)
    socket.linger = 0
    socket.connect(os.environ["CORELEVEL_BROKER"])
    return socket


def job(seq, attempt):
    region = {"name": "C 1s", "dtype": ">f4" if BROKEN == "big-endian" else "<f4", "shape": [3],
              "axis": {"kind": "binding", "unit": "eV", "start": 280.0, "step": 0.1}}
    header = {"op": "submit", "run": RUN, "job": str(seq), "seq": seq, "regions": [region]}
    if BROKEN == "no-key":
        del header["job"], header["seq"]
    if BROKEN == "new-bytes":
        header["meta"] = {"attempt": attempt}
    return [json.dumps(header).encode(), struct.pack("<3f", seq, 2, 3)]


def read(frames):
    try:
        return json.loads(frames[0])
    except ValueError:
        if BROKEN == "crashes":
            raise
        return {}


def submit_all():
    """Job by number: None if it was taken, else the refusal."""
    socket, credit, paused = connect(), 1, 0.0
    waiting, flying, attempts, outcomes = list(range(1, COUNT + 1)), {}, {}, {}
    socket.send_json({"op": "hello"})
    credit = read(socket.recv_multipart())["credit"]
    while waiting or flying:
        now = time.monotonic()
        while waiting and now >= paused and (len(flying) < credit or BROKEN == "window"):
            seq = waiting.pop(0)
            attempts[seq] = attempts.get(seq, 0) + 1
            flying[seq] = now
            socket.send_multipart(job(seq, attempts[seq]))
        if not socket.poll(20):
            if flying and time.monotonic() - min(flying.values()) > TIMEOUT_S:
                if BROKEN == "gives-up":
                    return {seq: outcomes.get(seq) for seq in range(1, COUNT + 1)}
                socket.close()
                socket, waiting, flying = connect(), sorted(flying) + waiting, {}
            continue
        reply = read(socket.recv_multipart())
        if "code" not in reply:
            continue
        seq = next(iter(flying), 0) if BROKEN in ("in-order", "no-key") else int(reply.get("job", 0))
        if seq not in flying:
            continue
        credit = reply.get("credit", credit)
        del flying[seq]
        if reply["code"] == 202 or reply["code"] == 208 and BROKEN != "strict-202":
            outcomes[seq] = None
            if BROKEN == "in-order":
                assert reply["job"] == str(seq), "the answer is to another job"
        elif reply.get("retry"):
            waiting.insert(0, seq)
            paused = 0 if BROKEN == "impatient" else time.monotonic() + reply["retry_after_ms"] / 1000
        elif BROKEN == "insistent" and attempts[seq] < 3:
            waiting.append(seq)
        else:
            outcomes[seq] = reply
    return outcomes


def ask(header):
    socket = context.socket(zmq.REQ)
    socket.linger = 0
    socket.connect(os.environ["CORELEVEL_BROKER"])
    socket.send_json(header)
    reply, *lines = socket.recv_multipart()
    socket.close()
    return json.loads(reply), lines


def result(seq):
    while True:
        reply, lines = ask({"op": "result", "run": RUN, "job": str(seq)})
        if reply["code"] == 200:
            return {"state": "stored", "rows": [json.loads(line) for line in lines[0].split(b"\n")]}
        waits = reply["code"] in (202, 503) and BROKEN != "never-asks-again"
        if not waits and BROKEN != "waits-for-the-dead":
            return {"code": reply["code"], "state": reply.get("state")}
        time.sleep(reply.get("retry_after_ms", 50) / 1000 + 0.002)


outcomes = submit_all()
ask({"op": "run.close", "run": RUN, "expected": COUNT})
lines = [{"job": str(seq)} | (result(seq) if refusal is None else {"code": refusal["code"]})
         for seq, refusal in sorted(outcomes.items())]
print("\n".join(map(json.dumps, lines)))
sys.exit(0 if all(line.get("state") == "stored" for line in lines) else 65)
