"""Everything contract 9 names, over every socket of a running cluster, then a good job.

    hostile.py --base tcp://127.0.0.1:5760 --frames 100000 --seed 1

Ends with 0 and one JSON line of what was answered if the cluster answers as the specification says and still works.
"""
import argparse
import json
import random
import socket
import struct
import sys
import time

import numpy as np
import zmq

PORTS = {"submit": 0, "ingest": 1, "work": 2, "collect": 3, "events": 4, "admin": 5}
arguments = argparse.ArgumentParser()
arguments.add_argument("--base", required=True)
arguments.add_argument("--frames", type=int, default=100_000)
arguments.add_argument("--seed", type=int, default=1)
options = arguments.parse_args()
host, base = options.base.removeprefix("tcp://").split(":")
dice = random.Random(options.seed)
context = zmq.Context()


def endpoint(name):
    return f"tcp://{host}:{int(base) + PORTS[name]}"


def connect(kind, name):
    peer = context.socket(kind)
    peer.linger = 0
    peer.sndtimeo = peer.rcvtimeo = 10_000
    peer.connect(endpoint(name))
    return peer


def ask(peer, *frames):
    peer.send_multipart(frames)
    return json.loads(peer.recv_multipart()[0])


GOOD = {"v": 1, "op": "submit", "run": "hostile", "seq": 1, "job": "good", "regions": [
    {"name": "C 1s", "dtype": "<f4", "shape": [201], "axis": {"kind": "binding", "unit": "eV", "start": 280.0, "step": 0.1}}]}
ARRAY = (1000 * np.exp(-((np.arange(201) - 51) / 5.0) ** 2) + 20).astype("<f4").tobytes()


def changed(**keys):
    header = json.loads(json.dumps(GOOD))
    header.update(keys)
    return json.dumps(header).encode()


def region(**keys):
    return changed(regions=[{**GOOD["regions"][0], **keys}])


nan = np.full(201, np.nan, "<f4").tobytes()
REFUSED = {  # what is wrong: (code, field or None, frames)
    "not JSON": (400, None, [b"{nonsense"]),
    "an array": (400, None, [b"{}"[:1] + b"]"]),
    "no run": (400, "run", [json.dumps({k: v for k, v in GOOD.items() if k != "run"}).encode(), ARRAY]),
    "run of the wrong type": (400, "run", [changed(run=5), ARRAY]),
    "no regions": (400, "regions", [json.dumps({k: v for k, v in GOOD.items() if k != "regions"}).encode(), ARRAY]),
    "unknown op": (404, "op", [changed(op="explode")]),
    "another version": (426, "v", [changed(v=9), ARRAY]),
    "big-endian": (415, "regions[0].dtype", [region(dtype=">f4"), ARRAY]),
    "unknown dtype": (415, "regions[0].dtype", [region(dtype="complex128"), ARRAY]),
    "shape beside the frame": (422, "regions[0].shape", [region(shape=[200]), ARRAY]),
    "no array": (422, None, [changed()]),
    "one frame too many": (422, None, [changed(), ARRAY, b"more"]),
    "NaN": (422, None, [changed(), nan]),
    "infinite": (422, None, [changed(), np.full(201, np.inf, "<f4").tobytes()]),
    "oversize": (413, None, [region(shape=[3_000_000]), b"\0" * 12_000_000]),
    "long header": (413, None, [changed(meta={"x": "y" * 70_000}), ARRAY]),
    "kinetic without photon energy": (400, "regions[0].photon_energy_eV", [
        region(axis={"kind": "kinetic", "unit": "eV", "start": 900.0, "step": 0.1}), ARRAY]),
    "step zero": (400, "regions[0].axis.step", [
        region(axis={"kind": "binding", "unit": "eV", "start": 280.0, "step": 0.0}), ARRAY]),
}

answers = {}
for kind in (zmq.REQ, zmq.DEALER):
    for what, (code, field, frames) in REFUSED.items():
        peer = connect(kind, "submit")  # a fresh socket each: a refusal must not depend on what came before
        reply = ask(peer, *frames)
        assert reply["code"] == code and reply["error"], (what, reply)
        assert field is None or reply.get("field") == field, (what, reply)
        answers[what] = reply["error"]
        peer.close()

admin = connect(zmq.REQ, "admin")


def counters():
    return ask(admin, b'{"op":"queue"}')["counters"]


before = counters()

# 100,000 random frames in messages of one to four, over every socket, some of them starting like a header.
sent = {name: 0 for name in PORTS}
kinds = {"submit": zmq.DEALER, "ingest": zmq.PUSH, "work": zmq.DEALER, "collect": zmq.DEALER, "events": zmq.SUB, "admin": zmq.DEALER}
peers = {name: connect(kind, name) for name, kind in kinds.items() if name != "events"}
frames_left = options.frames
STARTS = [b"", b"{", b'{"op":', b'{"v":1,"op":"submit","run":"x","regions":[', b'{"op":"result","lease":', b'{"op":"ready"', b"\x80", b"["]
while frames_left > 0:
    name = dice.choice(list(peers))
    message = [dice.choice(STARTS) + dice.randbytes(dice.randrange(0, 40)) for _ in range(dice.randrange(1, 5))]
    peers[name].send_multipart(message)
    sent[name] += 1
    frames_left -= len(message)
    while name != "ingest" and peers[name].poll(0):
        peers[name].recv_multipart()

# Raw TCP: a port scanner, a web browser, a half-open peer.
for name in PORTS:
    for talk in (b"", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", dice.randbytes(400), b"\xff" + b"\0" * 8 + b"\x7f\x03"):
        with socket.create_connection((host, int(base) + PORTS[name])) as stranger:
            stranger.sendall(talk)
half_open = [socket.create_connection((host, int(base) + PORTS[name])) for name in PORTS]

# The broker reads its sockets in turn: it has read all of ours once each answers a question put after the noise.
deadline = time.monotonic() + 60
expected = {name: before.get(f"{name}.malformed", 0) for name in peers}
while True:
    now = counters()
    grown = {name: sum(v for k, v in now.items() if k.startswith(name + ".") and k.split(".")[1] in (
        "malformed", "refused", "unknown_peer", "oversize_frames")) - sum(
        v for k, v in before.items() if k.startswith(name + ".") and k.split(".")[1] in (
        "malformed", "refused", "unknown_peer", "oversize_frames")) for name in peers}
    if all(grown[name] >= sent[name] for name in peers):
        break
    assert time.monotonic() < deadline, {"sent": sent, "counted": grown}
    time.sleep(0.1)

peer = connect(zmq.REQ, "submit")
reply = ask(peer, changed(job=f"good-{options.seed}"), ARRAY)
assert reply["code"] in (202, 208), reply
while True:
    reply = ask(peer, json.dumps({"op": "result", "run": "hostile", "job": f"good-{options.seed}"}).encode())
    if reply["code"] != 202:
        break
    assert time.monotonic() < deadline + 60, reply
    time.sleep(0.1)
assert reply["code"] == 200, reply
print(json.dumps({"refusals": len(answers), "messages": sent, "counted": grown}))
