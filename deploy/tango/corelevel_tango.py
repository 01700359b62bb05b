#!/usr/bin/env python3
"""A Tango device that shows how CoreLevel's runs go, with change and archive events.

It subscribes to the collector's events (protocols/README.md, section 8) and holds nothing else: start as many as you
like, stop them when you like. Properties: Events, the collector's endpoint; Run, one run to show (else the one that
moves). Try it without a database:

    corelevel_tango.py demo -nodb -dlist lab/corelevel/1 -host 127.0.0.1 -port 11000 [-v2]

with CORELEVEL_EVENTS=tcp://127.0.0.1:5764 in the environment for the property.
"""
import json
import os
import threading
import time
from urllib.parse import quote

import numpy
import tango
import zmq
from tango import AttrQuality, AttrWriteType, DevState
from tango.server import Device, attribute, device_property, run

MOST_GROUPS = 128
PUSH_INTERVAL_S = 0.1  # as often as people can look; later values replace earlier ones
SILENCE_S = 5.0  # the collector says something every second
PATIENCE_S = 5.0  # a run that is silent gives way to one that moves
PUSHED = ("run", "total", "acquired", "done", "failed", "progress", "rate", "eta", "spectra", "shift", "shiftSigma",
          "familiarity", "groupsPresent", "groupNames", "groupProbabilities", "jsonResult")


def reader(name, empty):
    """The method that reads an attribute: what was published last, or invalid."""

    def read(self):
        with self.lock:
            value, at = self.values.get(name, (None, time.time()))
        if value is None:
            return empty, at, AttrQuality.ATTR_INVALID
        return value, at, AttrQuality.ATTR_VALID

    read.__name__ = f"read_{name}"
    return read


def scalar(name, unit="", dtype=float, **settings):
    empty = {float: numpy.nan, int: 0, str: ""}[dtype]
    return attribute(dtype=dtype, unit=unit, access=AttrWriteType.READ, fget=reader(name, empty), **settings)


def spectrum(name, dtype, doc):
    return attribute(dtype=(dtype,), max_dim_x=MOST_GROUPS, access=AttrWriteType.READ, fget=reader(name, []), doc=doc)


class CoreLevel(Device):
    Events = device_property(dtype=str, default_value=os.environ.get("CORELEVEL_EVENTS", "tcp://127.0.0.1:5764"))
    Run = device_property(dtype=str, default_value="")

    run = scalar("run", dtype=str, doc="The run that is shown")
    total = scalar("total", "jobs", int, doc="Jobs expected; invalid while unknown")
    acquired = scalar("acquired", "jobs", int, doc="Jobs accepted")
    done = scalar("done", "jobs", int, doc="Jobs analysed and on disk")
    failed = scalar("failed", "jobs", int, max_warning="1", doc="Jobs that could not be analysed")
    progress = scalar("progress", "%", min_value=0, max_value=100, format="%5.1f", doc="Of the jobs expected, those ended")
    rate = scalar("rate", "1/s", format="%6.1f", doc="Jobs analysed per second, lately")
    eta = scalar("eta", "s", format="%6.0f", doc="Time to the end of the run")
    spectra = scalar("spectra", "spectra", int, doc="Spectra stored in the run")
    shift = scalar("shift", "eV", format="%7.3f", min_warning="-5", max_warning="5", min_alarm="-10", max_alarm="10",
                   doc="Energy offset of the last spectrum against the reference")
    shiftSigma = scalar("shiftSigma", "eV", format="%7.3f", doc="Its standard deviation")
    familiarity = scalar("familiarity", format="%5.3f", min_warning="0.05", doc="How familiar the spectrum is to the model, 0 to 1")
    groupsPresent = spectrum("groupsPresent", str, "Groups that are there, the most probable first")
    groupNames = spectrum("groupNames", str, "All groups of the model")
    groupProbabilities = spectrum("groupProbabilities", float, "Their probabilities, in the order of groupNames")
    jsonResult = scalar("jsonResult", dtype=str, doc="The last result as it was published")

    def init_device(self):
        super().init_device()
        self.values = {}  # name: (value or None, time in seconds)
        self.lock = threading.Lock()
        self.shown, self.is_done, self.heard_of = None, False, 0.0
        for name in PUSHED:
            self.set_change_event(name, True, False)
            self.set_archive_event(name, True, False)
        self.set_change_event("State", True, False)
        self.set_change_event("Status", True, False)
        self.say(DevState.UNKNOWN, f"nothing heard from {self.Events} yet")
        self.stopping = threading.Event()
        self.listener = threading.Thread(target=self.listen, daemon=True)
        self.listener.start()

    def delete_device(self):
        self.stopping.set()
        self.listener.join()
        super().delete_device()

    def say(self, state, status):
        if (state, status) == (self.get_state(), self.get_status()):
            return
        self.set_state(state)
        self.set_status(status)
        self.push_change_event("State")
        self.push_change_event("Status")

    def listen(self):
        """The thread of the events; only the latest of what arrives between two pushes is pushed."""
        socket = zmq.Context.instance().socket(zmq.SUB)
        socket.linger = 0
        socket.connect(self.Events)
        socket.subscribe(f"run/{quote(self.Run, safe='-._~')}/" if self.Run else b"")
        socket.subscribe(b"cluster/")
        heard = None
        with tango.EnsureOmniThread():
            while not self.stopping.is_set():
                news = {}
                if socket.poll(int(PUSH_INTERVAL_S * 1000)):
                    heard = time.monotonic()
                    try:
                        while True:
                            self.take(*socket.recv_multipart(zmq.DONTWAIT), news)
                    except zmq.Again:
                        pass
                    self.push(news)
                    self.stopping.wait(PUSH_INTERVAL_S)
                elif heard is None or time.monotonic() - heard > SILENCE_S:
                    self.say(DevState.UNKNOWN, f"the collector at {self.Events} is silent")
        socket.close()

    def take(self, topic, text, news):
        """Notes what one event says, if it is of the run that is shown."""
        kind = topic.split(b"/")[-2]
        event = json.loads(text)
        if kind == b"cluster":
            away = event["broker"] == "away"
            if away:
                self.say(DevState.FAULT, "the collector does not hear the broker")
            elif self.shown is None:
                self.say(DevState.STANDBY, f"no run; {event['workers']} workers")
            elif self.get_state() in (DevState.FAULT, DevState.UNKNOWN):
                self.say(DevState.RUNNING, f"run {self.shown}")
            return
        if kind not in (b"progress", b"result") or not self.shows(kind, event):
            return
        if kind == b"progress":
            total = event.get("expected") if event["state"] == "open" else event["acquired"]
            ended = event["analysed"] + event["failed"] + event["cancelled"] + event.get("expired", 0)
            news.update(
                run=event["run"], total=total, acquired=event["acquired"], done=event["analysed"],
                failed=event["failed"], rate=event["rate_hz"], eta=event.get("eta_s"), spectra=event["spectra"],
                progress=min(100.0, 100.0 * ended / total) if total else None)
            self.is_done = event["state"] == "done"
            self.say(DevState.STANDBY if self.is_done else DevState.RUNNING, f"run {event['run']} {event['state']}")
        else:
            row = event["row"]
            groups = row.get("groups", [])[:MOST_GROUPS]
            there = [group for group in groups if group.get("call") == "present"]
            there.sort(key=lambda group: -group.get("probability", 0))
            news.update(
                run=event["run"], spectra=event["n"], shift=row.get("shift_eV"), shiftSigma=row.get("shift_sigma_eV"),
                familiarity=row.get("familiarity"), groupsPresent=[group["name"] for group in there],
                groupNames=[group["name"] for group in groups],
                groupProbabilities=[group.get("probability", numpy.nan) for group in groups],
                jsonResult=text.decode())

    def shows(self, kind, event):
        """One run at a time: until it is done or silent, and then the next that moves."""
        now = time.monotonic()
        if event["run"] != self.shown:
            moves = kind == b"result" or (event["state"] != "done" and event["queued"] + event["in_flight"] > 0)
            is_free = self.shown is None or self.is_done or now - self.heard_of > PATIENCE_S
            if not (moves and is_free):
                return False
            self.shown, self.is_done = event["run"], False
        self.heard_of = now
        return True

    def push(self, news):
        at = time.time()
        with self.lock:
            self.values.update({name: (value, at) for name, value in news.items()})
        for name, value in news.items():
            for push in (self.push_change_event, self.push_archive_event):
                if value is not None:
                    push(name, value, at, AttrQuality.ATTR_VALID)


if __name__ == "__main__":
    run((CoreLevel,))
