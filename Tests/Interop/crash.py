"""kill -9 of every process of a cluster in turn, and of all of them at once; nothing accepted may be lost or doubled.

    crash.py --corelevel .build/release/corelevel --jobs 20000

Ends with 0 and one JSON line if exactly the accepted jobs are in the store, once each, and none is dead.
"""
import argparse
import atexit
import json
import os
import pathlib
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

import numpy as np
import zmq

arguments = argparse.ArgumentParser()
arguments.add_argument("--corelevel", required=True)
arguments.add_argument("--jobs", type=int, default=20_000)
arguments.add_argument("--workers", type=int, default=2)
arguments.add_argument("--window", type=int, default=64)
arguments.add_argument("--deadline", type=float, default=600)
options = arguments.parse_args()
deadline = time.monotonic() + options.deadline
folder = tempfile.TemporaryDirectory(prefix="corelevel-crash-")
context = zmq.Context()


def start():
    parent = subprocess.Popen(
        [options.corelevel, "up", "--data", folder.name, "--workers", str(options.workers), "--base-port", "0"],
        stdout=subprocess.PIPE)
    return parent, json.loads(parent.stdout.readline())


def children(parent, role):
    """Process numbers of the living children that play a role, from /proc."""
    found = []
    for entry in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            state, ppid = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
            words = (entry / "cmdline").read_bytes().split(b"\0")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(ppid) == parent.pid and state != "Z" and len(words) > 1 and words[1].decode() == role:
            found.append(int(entry.name))
    return found


class Peer:
    """A REQ socket that is thrown away when it gets no answer, as it must be when a broker dies."""

    def __init__(self, endpoint):
        self.endpoint, self.socket = endpoint, None

    def ask(self, **request):
        while True:
            assert time.monotonic() < deadline, f"no answer to {request}"
            if self.socket is None:
                self.socket = context.socket(zmq.REQ)
                self.socket.linger, self.socket.rcvtimeo, self.socket.sndtimeo = 0, 1000, 1000
                self.socket.connect(self.endpoint)
            try:
                self.socket.send_json(request)
                return json.loads(self.socket.recv_multipart()[0])
            except zmq.Again:
                self.socket.close()
                self.socket = None


def submit_all(endpoint):
    """Every job with a window of unacknowledged ones; returns once each is acknowledged."""
    socket = context.socket(zmq.DEALER)
    socket.linger = 0
    socket.connect(endpoint)
    x = np.arange(6601)
    shapes = [np.exp(-((x - centre) / 6.0) ** 2) for centre in (2450, 2470, 2490, 4920, 4935)]
    waiting, accepted = set(), 0
    for seq in range(1, options.jobs + 1):
        header = {"op": "submit", "run": "crash", "seq": seq, "job": str(seq), "expected": options.jobs, "regions": [{
            "name": "all", "dtype": "<f4", "shape": [6601],
            "axis": {"kind": "binding", "unit": "eV", "start": 40.0, "step": 0.1}}]}
        array = (1000 * shapes[seq % 5] + 500 * shapes[(seq // 5) % 5]).astype("<f4")
        socket.send_multipart([json.dumps(header).encode(), array.tobytes()])
        waiting.add(str(seq))
        while len(waiting) >= options.window or (seq == options.jobs and waiting):
            assert socket.poll(10_000), "no acknowledgement within 10 s"
            reply = json.loads(socket.recv_multipart()[0])
            assert reply["code"] == 202, reply
            waiting.remove(reply["job"])
            accepted += 1
    socket.close()
    return accepted


parent, ready = start()
atexit.register(lambda: parent.kill())  # whichever cluster is the last, a failed check must not leave it behind
peer = Peer(ready["submit"])
workers = children(parent, "worker")
assert len(workers) == options.workers
for pid in workers:  # frozen, so that all jobs are accepted before the first is finished
    os.kill(pid, signal.SIGSTOP)
began = time.monotonic()
accepted = submit_all(ready["submit"])
submit_s = time.monotonic() - began


def stored():
    return peer.ask(op="status", run="crash").get("stored", 0)


def wait_for(count):
    while (now := stored()) < count:
        assert time.monotonic() < deadline, f"{now} of {options.jobs} stored"
        time.sleep(0.02)
    return now


assert stored() == 0, "jobs were finished before the first kill"
for pid in workers:
    os.kill(pid, signal.SIGCONT)
kills = []


def kill(role, pid=None):
    before = wait_for(options.jobs * (len(kills) + 1) // 10)
    assert before < options.jobs, f"nothing was left to lose when the {role} was to be killed"
    while pid is None:
        pid = next(iter(children(parent, role)), None)
    os.kill(pid, signal.SIGKILL)
    kills.append({"role": role, "stored": before})


kill("worker", workers[0])
kill("worker", workers[-1])
kill("collector")
kill("broker")
before = wait_for(options.jobs * 5 // 10)
assert before < options.jobs, "nothing was left to lose when everything was to be killed"
everyone = [parent.pid] + [pid for role in ("broker", "collector", "worker") for pid in children(parent, role)]
for pid in everyone:
    os.kill(pid, signal.SIGKILL)
kills.append({"role": "all", "stored": before})
parent.wait()

parent, ready = start()
peer = Peer(ready["submit"])
wait_for(options.jobs)
counts = peer.ask(op="status", run="crash")
dead = Peer(ready["admin"]).ask(op="queue")["jobs"]["dead"]
parent.send_signal(signal.SIGTERM)
assert parent.wait(60) == 0, "the cluster did not drain"

(database,) = pathlib.Path(folder.name).rglob("*.sqlite")
with sqlite3.connect(database) as store:
    rows, distinct = store.execute(
        "SELECT count(*), count(DISTINCT job) FROM spectrum WHERE run = 'crash'").fetchone()
assert accepted == rows == distinct == options.jobs, (accepted, rows, distinct)
assert dead == 0 and counts["dead"] == 0, counts
print(json.dumps({"accepted": accepted, "results": rows, "distinct": distinct, "dead": dead, "kills": kills,
                  "acknowledged_per_s": round(accepted / submit_s)}))
