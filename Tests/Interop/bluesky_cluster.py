"""Roles of a cluster as child processes for the Bluesky tests, and Bluesky's own dispatcher listening to them.

Not run by itself: bluesky_documents.py, bluesky_rate.py and bluesky_tiled.py are.
"""
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import time

import numpy as np
import zmq

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Cluster:
    """Broker, collector and one worker; ended, each by its process number, when the `with` block is left."""

    def __init__(self, corelevel, *collector_arguments, worker="corelevel"):
        self.corelevel, self.collector_arguments = corelevel, list(collector_arguments)
        self.folder = tempfile.TemporaryDirectory(prefix="corelevel-bluesky-")
        self.data = os.path.join(self.folder.name, "data")
        self.children = []
        broker = self._start([corelevel, "broker", "--data", self.data, "--base-port", "0"])
        self.broker = broker.ready["submit"]
        self.start_collector()
        if worker == "python":
            self._start([sys.executable, str(ROOT / "protocols/python/worker.py"), "--broker", self.broker])
        elif worker:
            self._start([corelevel, "worker", "--broker", self.broker])

    def _start(self, command):
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.children.append(process)
        line = process.stdout.readline()
        assert line, f"{command[1]} did not start"
        process.ready = json.loads(line)
        return process

    def start_collector(self):
        self.collector = self._start(
            [self.corelevel, "collector", "--broker", self.broker, "--data", self.data, *self.collector_arguments])
        self.bluesky = self.collector.ready.get("bluesky")
        return self.bluesky

    def kill_collector(self):
        self.collector.send_signal(signal.SIGKILL)
        self.collector.wait()

    def results(self, run):
        """The stored result lines, as `corelevel results --json` prints them."""
        lines = subprocess.run(
            [self.corelevel, "results", "--data", self.data, "--run", run, "--json"],
            stdout=subprocess.PIPE, check=True).stdout
        return [json.loads(line) for line in lines.splitlines()]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for child in reversed(self.children):
            if child.poll() is None:
                child.terminate()
        for child in reversed(self.children):
            try:
                child.wait(15)
            except subprocess.TimeoutExpired:
                child.kill()
        self.folder.cleanup()


class Submitter:
    """Submits windows of noise on C 1s by DEALER, and closes runs."""

    def __init__(self, broker):
        self.socket = zmq.Context.instance().socket(zmq.DEALER)
        self.socket.linger = 0
        self.socket.connect(broker)
        self.random = np.random.default_rng(1)
        # How long each acknowledgement took, in seconds, and the messages that wait for theirs.
        self.latencies, self.flying = [], {}

    def _send(self, header, *frames):
        self.flying[len(self.latencies) + len(self.flying)] = time.monotonic()
        header["id"] = max(self.flying)
        self.socket.send_multipart([json.dumps(header).encode(), *frames])

    def _take(self, wait_ms=0):
        """Takes the answers that are there, and waits for the next one at most so long."""
        while self.flying and self.socket.poll(wait_ms):
            reply = json.loads(self.socket.recv_multipart()[0])
            assert reply["code"] < 300, reply
            self.latencies.append(time.monotonic() - self.flying.pop(reply["id"]))
            wait_ms = 0

    def settle(self):
        """Waits until everything is acknowledged."""
        deadline = time.monotonic() + 30
        while self.flying:
            assert time.monotonic() < deadline, f"{len(self.flying)} messages have no answer"
            self._take(1000)

    def submit(self, run, numbers, expected=None, rate=None, meta=None):
        started = time.monotonic()
        for place, number in enumerate(numbers):
            while rate and (left := started + place / rate - time.monotonic()) > 0:
                time.sleep(min(left, 0.005))
                self._take()
            energies = 280 + 0.1 * np.arange(201)
            counts = 1e4 * np.exp(-((energies - 285.3) / 0.9) ** 2) + 200
            region = {"name": "C 1s", "dtype": "<f4", "shape": [201], "ordinate": "counts",
                      "axis": {"kind": "binding", "unit": "eV", "start": 280.0, "step": 0.1}}
            header = {"op": "submit", "run": run, "seq": number, "job": str(number), "regions": [region],
                      "meta": {"sample": "noise", "time_s": number / 50, **(meta or {})}}
            if expected is not None:
                header["expected"] = expected
            self._send(header, self.random.poisson(counts).astype("<f4"))
            self._take()
            while len(self.flying) >= 64:
                self._take(1000)
        self.settle()

    def close_run(self, run):
        self._send({"op": "run.close", "run": run})
        self.settle()


class Listener:
    """bluesky's RemoteDispatcher on a thread of its own; every document is validated as it comes."""

    def __init__(self, address, **options):
        from bluesky.callbacks.zmq import RemoteDispatcher
        from event_model import DocumentNames, schema_validators
        options.setdefault("deserializer", json.loads)
        self.documents, self.errors, self.changed = [], [], threading.Condition()
        self.callbacks = []

        def take(name, document):
            name = DocumentNames[name] if isinstance(name, str) else name
            try:
                schema_validators[name].validate(document)
                for callback in self.callbacks:
                    callback(name.name, document)
            except Exception as error:
                self.errors.append(f"{name.name}: {error!r:.400}")
            with self.changed:
                self.documents.append((name.name, document))
                self.changed.notify_all()

        def listen():
            try:
                self.dispatcher = RemoteDispatcher(address.removeprefix("tcp://"), strict=True, **options)
                self.dispatcher.subscribe(take)
                self.dispatcher.start()
            except Exception as error:  # the loop is stopped at the end of the process
                self.errors.append(repr(error))

        threading.Thread(target=listen, daemon=True).start()
        # Until the subscription has reached the publisher, which says nothing about it.
        time.sleep(1.5)

    def wait(self, until, seconds=60):
        """Waits until `until(documents)` holds and returns the documents."""
        with self.changed:
            arrived = self.changed.wait_for(lambda: until(self.documents), seconds)
            assert arrived, f"only {self.count()} came; errors: {self.errors[:3]}"
            return list(self.documents)

    def wait_for_stops(self, count=1, seconds=60):
        return self.wait(lambda documents: sum(name == "stop" for name, _ in documents) >= count, seconds)

    def count(self):
        names = [name for name, _ in self.documents]
        return {name: names.count(name) for name in sorted(set(names))}

    def events(self, stream="primary"):
        """All events of a stream in the order they came, pages unpacked."""
        from event_model import unpack_event_page
        descriptors = {document["uid"] for name, document in self.documents
                       if name == "descriptor" and document["name"] == stream}
        events = []
        for name, document in list(self.documents):
            if name == "event" and document["descriptor"] in descriptors:
                events.append(document)
            elif name == "event_page" and document["descriptor"] in descriptors:
                events += unpack_event_page(document)
        return events

    def of(self, name):
        return [document for each, document in self.documents if each == name]
