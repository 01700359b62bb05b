#!/usr/bin/env python3
"""Pushes spectra without waiting for answers, then closes the run, which says what is missing."""
import argparse, json, time
import numpy, zmq

options = argparse.ArgumentParser(description=__doc__)
options.add_argument("--broker", default="tcp://127.0.0.1:5760")
options.add_argument("--run", default=f"push-{int(time.time())}")
options.add_argument("--count", type=int, default=1000)
options = options.parse_args()
host, port = options.broker.rsplit(":", 1)
context = zmq.Context()
push, ask = context.socket(zmq.PUSH), context.socket(zmq.REQ)
push.set_hwm(64)
push.connect(f"{host}:{int(port) + 1}")
ask.connect(options.broker)
for seq in range(1, options.count + 1):
    spectrum = numpy.random.poisson(100, 201).astype("<f4")
    region = {"name": "C 1s", "dtype": spectrum.dtype.str, "shape": spectrum.shape,
              "axis": {"kind": "binding", "unit": "eV", "start": 280.0, "step": 0.1}}
    header = {"run": options.run, "seq": seq, "job": str(seq), "regions": [region]}
    push.send_multipart([json.dumps(header).encode(), spectrum])
arrived, end = 0, time.monotonic() + 60
while arrived < options.count and time.monotonic() < end:
    time.sleep(0.1)
    ask.send_json({"op": "status", "run": options.run})
    counts = ask.recv_json()
    arrived = counts.get("accepted", 0) + counts.get("refused", 0)
ask.send_json({"op": "run.close", "run": options.run, "expected": options.count})
print(ask.recv_json())
