#!/usr/bin/env python3
"""Submits spectra by DEALER with 64 in flight; what is refused for now, or not answered, is sent again by its key."""
import argparse, json, time
import numpy, zmq

options = argparse.ArgumentParser(description=__doc__)
options.add_argument("--broker", default="tcp://127.0.0.1:5760")
options.add_argument("--run", default=f"dealer-{int(time.time())}")
options.add_argument("--count", type=int, default=1000)
options = options.parse_args()
socket = zmq.Context().socket(zmq.DEALER)
socket.connect(options.broker)
spectra = numpy.random.default_rng(1).poisson(100, (options.count, 201)).astype("<f4")
region = {"name": "C 1s", "dtype": spectra.dtype.str, "shape": [201],
          "axis": {"kind": "binding", "unit": "eV", "start": 280.0, "step": 0.1}}
waiting, flying, codes = list(range(options.count, 0, -1)), set(), {}
while waiting or flying:
    while waiting and len(flying) < 64:
        flying.add(seq := waiting.pop())
        header = {"op": "submit", "id": seq, "run": options.run, "seq": seq, "job": str(seq), "regions": [region]}
        socket.send_multipart([json.dumps(header).encode(), spectra[seq - 1]])
    if not socket.poll(5000):
        waiting, flying = waiting + sorted(flying, reverse=True), set()
        continue
    reply = json.loads(socket.recv_multipart()[0])
    codes[reply["code"]] = codes.get(reply["code"], 0) + 1
    if reply["id"] in flying:
        flying.remove(reply["id"])
        if reply.get("retry"):
            waiting.append(reply["id"])
            time.sleep(reply["retry_after_ms"] / 1000)
print({"run": options.run, "codes": codes})
