#!/usr/bin/env python3
"""Sends the vectors of submit, ingest and admin to a running broker and checks what it answers.

    replay.py --broker tcp://HOST:PORT     (needs pyzmq and jsonschema)

Every wrong message must be refused as its vector says, every good one answered by a reply that its schema accepts. The
jobs that are accepted stay in the broker; `drain` is not sent.
"""
import argparse
import json
import sys
from pathlib import Path

import zmq
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

HERE = Path(__file__).parent
options = argparse.ArgumentParser()
options.add_argument("--broker", default="tcp://127.0.0.1:5760")
host, base = options.parse_args().broker.rsplit(":", 1)
context = zmq.Context()
offsets = {"submit": 0, "ingest": 1, "admin": 5}
schemas = {path.name: json.loads(path.read_text()) for path in (HERE / "../schemas").glob("*.json")}
registry = Registry().with_resources((name, Resource.from_contents(schema)) for name, schema in schemas.items())
replies = Draft202012Validator({"$ref": "replies.json"}, registry=registry)


def connect(socket):
    peer = context.socket(zmq.PUSH if socket == "ingest" else zmq.DEALER)
    peer.linger = 2000
    peer.connect(f"{host}:{int(base) + offsets[socket]}")
    return peer


def frame(entry):
    if "text" in entry:
        return entry["text"].encode() + b" " * entry.get("spaces", 0)
    return bytes.fromhex(entry["hex"]) * entry.get("repeat", 1)


def faults(vector, sent, answer):
    """What is wrong with an answer."""
    # The broker takes what comes up to an empty frame for the envelope, and gives it back.
    envelope = sent[:vector["envelope"]] if "envelope" in vector else [b""] if sent[0] == b"" else []
    if answer[:len(envelope)] != envelope:
        yield "another envelope"
    header = json.loads(answer[len(envelope)])
    for error in replies.iter_errors(header):
        yield f"the schema refuses the reply: {error.message}"
    expect = vector.get("expect")
    if expect is None:
        if header["code"] in (400, 403, 413, 415, 422, 426):
            yield "a good message was refused"
        return
    if (header["code"], header.get("field")) != (expect["code"], expect["field"]):
        yield f"expected {expect}"
    said = {key: header[key] for key in ("op", "id", "run", "job", "seq") if key in header}
    if expect.get("echo", said) != said:
        yield f"echoes {said}, not {expect['echo']}"


wrong = count = 0
peers = {socket: connect(socket) for socket in offsets}
for name in json.loads((HERE / "index.json").read_text())["vectors"]:
    vector = json.loads((HERE / f"{name}.json").read_text())
    if vector["from"] != "client" or "drain" in name:
        continue
    frames = [frame(entry) for entry in vector["frames"]]
    count += 1
    peer = peers[vector["socket"]]
    peer.send_multipart(frames)
    if vector["socket"] == "ingest":
        continue
    found = list(faults(vector, frames, answer := peer.recv_multipart())) if peer.poll(5000) else ["no answer"]
    for fault in found:
        print(f"{name}: {fault}: {answer[-1][:300] if fault != 'no answer' else ''}")
    wrong += bool(found)
print(f"{count} vectors sent, {wrong} answered wrongly")
sys.exit(1 if wrong else 0)
