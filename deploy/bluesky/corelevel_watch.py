"""The running analysis as a Bluesky device, in two ways that plans cannot tell apart.

`RecordsWatch` reads the records of deploy/epics (ophyd); `EventsWatch` subscribes to the collector's events and needs no
IOC (protocols/README.md, section 8). Both have `shift`, `drift` (against the first shift since staging), `spectra`,
`groups_present` of the last spectrum, and `groups_seen`: every group that was present since staging, so that one that
was there in a single spectrum is not missed.
"""
import json
import threading

from ophyd import Component, Device, EpicsSignalRO, Kind, Signal

SEPARATOR = ", "


class Watch(Device):
    """What both have; `update` is called with each result."""

    drift = Component(Signal, value=0.0, kind=Kind.hinted)
    groups_seen = Component(Signal, value="", kind=Kind.normal)

    def stage(self):
        self._lock = threading.Lock()
        self._seen, self._first_shift = [], None
        self.drift.put(0.0)
        self.groups_seen.put("")
        return super().stage()

    def update(self, shift=None, present=()):
        with self._lock:
            if shift is not None and shift == shift:  # not a number is unknown
                self._first_shift = shift if self._first_shift is None else self._first_shift
                self.drift.put(shift - self._first_shift)
            new = [name for name in present if name and name not in self._seen]
            if new:
                self._seen += new
                self.groups_seen.put(SEPARATOR.join(self._seen))


class RecordsWatch(Watch):
    """Over the records of an IOC: RecordsWatch("BL00:XPS:", name="corelevel"); ten values a second, the latest.

    The records show one run at a time; with `run`, what they show of another does not count.
    """

    shift = Component(EpicsSignalRO, "Shift", kind=Kind.hinted, auto_monitor=True)
    shift_sigma = Component(EpicsSignalRO, "ShiftSigma", kind=Kind.normal)
    familiarity = Component(EpicsSignalRO, "Familiarity", kind=Kind.normal)
    run_id = Component(EpicsSignalRO, "RunId.VAL$", string=True, kind=Kind.normal, auto_monitor=True)
    spectra = Component(EpicsSignalRO, "Spectra", kind=Kind.normal, auto_monitor=True)
    groups_present = Component(EpicsSignalRO, "GroupsPresent.VAL$", string=True, kind=Kind.normal, auto_monitor=True)
    alive = Component(EpicsSignalRO, "Alive", string=True, kind=Kind.omitted)

    def __init__(self, prefix, *, run=None, **settings):
        self._run, self._shown = run, None
        super().__init__(prefix, **settings)

    def stage(self):
        devices = super().stage()
        self._subscriptions = [
            (self.run_id, self.run_id.subscribe(self._named, run=True)),
            # What was there before staging does not count: only what changes does.
            (self.shift, self.shift.subscribe(self._shifted, run=False)),
            (self.groups_present, self.groups_present.subscribe(self._changed, run=False)),
        ]
        return devices

    def unstage(self):
        for signal, number in self._subscriptions:
            signal.unsubscribe(number)
        return super().unstage()

    def _named(self, value=None, **_):
        self._shown = value

    def _shifted(self, value=None, **_):
        if self._run in (None, self._shown):
            self.update(shift=value)

    def _changed(self, value=None, **_):
        if self._run in (None, self._shown):
            self.update(present=str(value).split(SEPARATOR))


class EventsWatch(Watch):
    """Over the collector's events: EventsWatch("tcp://127.0.0.1:5764", run="scan-42", name="corelevel"); every result."""

    shift = Component(Signal, value=0.0, kind=Kind.hinted)
    shift_sigma = Component(Signal, value=0.0, kind=Kind.normal)
    familiarity = Component(Signal, value=0.0, kind=Kind.normal)
    spectra = Component(Signal, value=0, kind=Kind.normal)
    groups_present = Component(Signal, value="", kind=Kind.normal)

    def __init__(self, endpoint, *, run=None, **settings):
        self._endpoint, self._run = endpoint, run
        super().__init__("", **settings)

    def stage(self):
        devices = super().stage()
        self._stopping = threading.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()
        if not self._ready.wait(10):
            raise TimeoutError(f"nothing is heard from the collector at {self._endpoint}")
        return devices

    def unstage(self):
        self._stopping.set()
        self._thread.join()
        return super().unstage()

    def _listen(self):
        from urllib.parse import quote

        import zmq

        socket = zmq.Context.instance().socket(zmq.SUB)
        socket.linger = 0
        socket.connect(self._endpoint)
        socket.subscribe(f"run/{quote(self._run, safe='-._~')}/" if self._run else b"run/")
        socket.subscribe(b"cluster/")  # once a second: the connection stands
        while not self._stopping.is_set():
            if not socket.poll(100):
                continue
            topic, text = socket.recv_multipart()
            self._ready.set()
            if not topic.endswith(b"/result/"):
                continue
            event = json.loads(text)
            row = event["row"]
            present = [group["name"] for group in row.get("groups", []) if group.get("call") == "present"]
            for signal, key in [(self.shift, "shift_eV"), (self.shift_sigma, "shift_sigma_eV"),
                                (self.familiarity, "familiarity")]:
                signal.put(row.get(key, float("nan")))
            self.groups_present.put(SEPARATOR.join(present))
            self.spectra.put(event["n"])
            self.update(shift=row.get("shift_eV"), present=present)
        socket.close()
