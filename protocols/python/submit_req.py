#!/usr/bin/env python3
"""Submits spectra by REQ, one at a time, and waits for each result. Needs pyzmq and numpy."""
import argparse, json, time
import numpy, zmq

options = argparse.ArgumentParser(description=__doc__)
options.add_argument("--broker", default="tcp://127.0.0.1:5760")
options.add_argument("--run", default=f"req-{int(time.time())}")
options.add_argument("--count", type=int, default=3)
options = options.parse_args()
socket = zmq.Context().socket(zmq.REQ)
socket.connect(options.broker)

def ask(header, *frames):
    socket.send_multipart([json.dumps(header).encode(), *frames])
    reply, *rest = socket.recv_multipart()
    return json.loads(reply), rest

for seq in range(1, options.count + 1):
    spectrum = numpy.random.poisson(100, 201).astype("<f4")
    region = {"name": "C 1s", "dtype": spectrum.dtype.str, "shape": spectrum.shape,
              "axis": {"kind": "binding", "unit": "eV", "start": 280.0, "step": 0.1}}
    print(ask({"op": "submit", "run": options.run, "seq": seq, "job": str(seq), "regions": [region]}, spectrum)[0])
    while (answer := ask({"op": "result", "run": options.run, "job": str(seq)}))[0]["code"] in (202, 503):
        time.sleep(answer[0]["retry_after_ms"] / 1000)
    print(answer[0], *[line.decode() for line in answer[1]])
