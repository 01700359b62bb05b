"""Broker, collector and a worker that answers what each job asks it to answer, for the tests beside this file.

A job's `meta.row` is the result line that the worker gives back: so a test decides what is analysed when.
"""
import json
import os
import signal
import subprocess
import tempfile
import threading
import time
import uuid

import numpy as np
import zmq

GROUPS = ["ester (aromatic)", "benzene ring", "alkyl halide (F)", "amide"]
POINTS = 201


def row(shift=0.0, present=(), sigma=0.02, familiarity=0.8):
    """A result line as the shipped worker writes it."""
    groups = [{"name": name, "probability": 0.97 if name in present else 0.02,
               "call": "present" if name in present else "absent"} for name in GROUPS]
    return {"shift_eV": shift, "shift_sigma_eV": sigma, "reference": {"line": "C 1s aliphatic", "energy_eV": 285.1},
            "groups": groups, "familiarity": familiarity, "recorded_eV": [[280.0, 300.0]], "model": "scripted"}


class Cluster:
    """A broker and a collector as child processes and the worker as a thread; `end` ends them by their numbers."""

    def __init__(self, corelevel, collector_arguments=()):
        self.folder = tempfile.TemporaryDirectory(prefix="corelevel-epics-")
        self.context = zmq.Context()
        self.processes = []
        self.broker = self._start(corelevel, "broker", "--data", self.folder.name, "--base-port", "0")["submit"]
        ready = self._start(
            corelevel, "collector", "--broker", self.broker, "--data", self.folder.name, *collector_arguments)
        self.events = ready["events"]
        self.stopping = False
        self.worker = threading.Thread(target=self._work, daemon=True)
        self.worker.start()

    def _start(self, *words):
        # With this variable they end with their standard input, and so never outlive a test that failed.
        process = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, "CORELEVEL_SUPERVISED": "1"})
        self.processes.append(process)
        line = process.stdout.readline()
        if not line:
            raise SystemExit(f"{' '.join(words[:2])} did not start")
        return json.loads(line)

    def endpoint(self, offset):
        host, port = self.broker.rsplit(":", 1)
        return f"{host}:{int(port) + offset}"

    def _work(self):
        socket = self.context.socket(zmq.DEALER)
        socket.linger = 0
        socket.connect(self.endpoint(2))

        def say(op, *frames, **keys):
            socket.send_multipart([json.dumps({"op": op, **keys}).encode(), *frames])

        say("ready", worker=str(uuid.uuid4()), host="here", pid=os.getpid(), software="scripted", model="scripted",
            credit=16, credit_bytes=16 << 20)
        beat = time.monotonic()
        while not self.stopping:
            if time.monotonic() - beat > 0.2:
                beat = time.monotonic()
                say("heartbeat", held=[], executing=[])
            if not socket.poll(50):
                continue
            header, *frames = socket.recv_multipart()
            header = json.loads(header)
            if header["op"] == "lease":
                line = json.dumps(json.loads(frames[0])["meta"]["row"]).encode()
                say("result", line, lease=header["lease"], run=header["run"], job=header["job"], model="scripted")
        socket.close()

    def submitter(self, run, expected=None):
        return Submitter(self, run, expected)

    def end(self):
        """Collector first, as the supervisor does it, so that what is computed is stored."""
        self.stopping = True
        self.worker.join()
        for process in reversed(self.processes):
            process.send_signal(signal.SIGTERM)
            process.wait(20)
        self.context.destroy(linger=0)
        self.folder.cleanup()


class Submitter:
    """Submits the spectra of one run, one at a time, and knows how long each took to be accepted."""

    def __init__(self, cluster, run, expected):
        self.run, self.expected, self.seq, self.seconds = run, expected, 0, []
        self.socket = cluster.context.socket(zmq.REQ)
        self.socket.linger, self.socket.rcvtimeo = 0, 10_000
        self.socket.connect(cluster.broker)
        self.noise = np.random.default_rng(1)

    def submit(self, result):
        self.seq += 1
        self.last = self.noise.poisson(100, POINTS).astype("<f4")
        header = {"run": self.run, "seq": self.seq, "meta": {"row": result}, "regions": [
            {"name": "C 1s", "dtype": "<f4", "shape": [POINTS], "pass_energy_eV": 20.0, "photon_energy_eV": 1486.6,
             "axis": {"kind": "binding", "unit": "eV", "start": 280.0, "step": 0.1}}]}
        if self.expected:
            header["expected"] = self.expected
        begin = time.monotonic()
        self.socket.send_multipart([json.dumps(header).encode(), self.last])
        reply = json.loads(self.socket.recv())
        self.seconds.append(time.monotonic() - begin)
        if reply["code"] != 202:
            raise SystemExit(f"job {self.seq} was not accepted: {reply}")

    def close_run(self):
        self.socket.send_json({"op": "run.close", "run": self.run})
        return json.loads(self.socket.recv())
