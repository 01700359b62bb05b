#!/usr/bin/env python3
"""A worker that answers with each spectrum's sum and a guess, to show the whole of the worker's protocol."""
import argparse, json, os, random, signal, socket as network, time, uuid
import numpy, zmq

options = argparse.ArgumentParser(description=__doc__)
options.add_argument("--broker", default="tcp://127.0.0.1:5760")
options = options.parse_args()
host, port = options.broker.rsplit(":", 1)
me, context, stopping = str(uuid.uuid4()), zmq.Context(), []
signal.signal(signal.SIGTERM, lambda *_: stopping.append(True))

def analyse(header, frames):
    """One result line for each spectrum: `sums[i]` is of spectrum i over all regions."""
    sums = 0
    for region in header["regions"]:
        array = numpy.frombuffer(frames.pop(0), region["dtype"]).reshape(-1, region["shape"][-1])
        sums = sums + array.astype(float).sum(axis=1)
        if "dtype" in region["axis"]:
            frames.pop(0)
    return [{"sum": float(each), "groups": [{"name": "ester", "probability": random.random()}]} for each in sums]

while not stopping:
    socket = context.socket(zmq.DEALER)
    socket.linger = 1000
    socket.connect(f"{host}:{int(port) + 2}")
    say = lambda op, *frames, **keys: socket.send_multipart([json.dumps({"op": op, **keys}).encode(), *frames])
    say("ready", worker=me, host=network.gethostname(), pid=os.getpid(), software="worker.py 1", model="guess",
        credit=16, credit_bytes=16 << 20)
    heard, beat, terms, leases = time.monotonic(), 0, {"heartbeat_ms": 250, "liveness_ms": 5000}, {}
    while time.monotonic() - heard < terms["liveness_ms"] / 1000:
        if time.monotonic() - beat > terms["heartbeat_ms"] / 1000 and "epoch" in terms:
            beat = time.monotonic()
            say("heartbeat", held=list(leases), executing=list(leases)[:1])
        while socket.poll(0 if leases else 50):
            header, *frames = socket.recv_multipart()
            header, heard = json.loads(header), time.monotonic()
            if header["op"] == "welcome":
                terms = header
                print(json.dumps({"ready": True, "worker": me}), flush=True)
            elif header["op"] == "lease":
                leases[header["lease"]] = header, frames
            elif header["op"] == "cancel":
                leases = {lease: job for lease, job in leases.items() if lease not in header["leases"]}
            elif header["op"] in ("drain", "refused"):
                stopping.append(header.get("error"))
            elif header["op"] in ("unknown", "goodbye"):
                heard = 0
        if stopping:
            while socket.poll(100):  # leases that were under way go back too
                header = json.loads(socket.recv_multipart()[0])
                if header["op"] == "lease":
                    leases[header["lease"]] = header
            if leases:
                say("return", leases=list(leases))
            say("goodbye")
            break
        if leases:  # a real worker computes on another thread, so that heartbeats go on while it does
            lease = next(iter(leases))
            header, frames = leases.pop(lease)
            try:
                lines = "\n".join(map(json.dumps, analyse(json.loads(frames[0]), frames[1:]))).encode()
                say("result", lines, lease=lease, run=header["run"], job=header["job"], model="guess")
            except Exception as error:
                say("failed", lease=lease, kind="bad_input", error=str(error))
    socket.close()
    time.sleep(random.random() / 5)  # many workers should not come back at the same instant
