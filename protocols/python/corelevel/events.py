"""What the collector publishes: a subscription whose gaps are closed by `snapshot`."""
from __future__ import annotations

import json
from collections import deque
from typing import TYPE_CHECKING, Any, Deque, Dict, Iterator, Optional
from urllib.parse import quote

import zmq

from .model import Event

if TYPE_CHECKING:
    from .client import Client


def topic_prefix(run: str) -> bytes:
    """What to subscribe to for everything about one run: bytes that are not plain are %XX."""
    return f"run/{quote(run, safe='-._~')}/".encode()


def read_event(topic: bytes, body: bytes) -> Optional[Event]:
    """An event from its two frames; None for what is none."""
    try:
        event = json.loads(body)
        parts = topic.decode().split("/")
        return Event(parts[0] if parts[0] == "cluster" else parts[2], event.get("run"), event["n"], event)
    except (ValueError, KeyError, IndexError):
        return None


class Events:
    """An iterator over events; `result` events of one run come complete, each once, in the order of `n`."""

    def __init__(self, client: "Client", run: Optional[str] = None, *, results: bool = True, cluster: bool = False):
        self.client, self.run, self.results = client, run, results
        endpoint = client.hello()["endpoints"].get("events")
        if endpoint is None:
            raise ConnectionError("the collector is away: there are no events")
        self._socket = client._context.socket(zmq.SUB)
        self._socket.setsockopt(zmq.LINGER, 0)
        self._socket.setsockopt(zmq.RCVHWM, 100_000)
        self._socket.connect(endpoint)
        self._socket.subscribe(topic_prefix(run) if run else b"run/")
        if cluster:
            self._socket.subscribe(b"cluster/")
        self._seen = 0
        self._ready: Deque[Event] = deque()
        self._catch_up_from_start = results and run is not None

    def __enter__(self) -> "Events":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def close(self) -> None:
        """Ends the subscription."""
        self._socket.close(linger=0)

    def __iter__(self) -> Iterator[Event]:
        while True:
            event = self.next()
            if event is not None:
                yield event

    def next(self, timeout_s: Optional[float] = None) -> Optional[Event]:
        """The next event, or None when none came in time."""
        while not self._ready:
            if not self._socket.poll(None if timeout_s is None else int(timeout_s * 1000)):
                return None
            frames = self._socket.recv_multipart()
            event = read_event(frames[0], frames[1]) if len(frames) == 2 else None
            if event is not None:
                self._take(event)
        return self._ready.popleft()

    def _take(self, event: Event) -> None:
        if event.kind != "result":
            self._ready.append(event)
            if self._catch_up_from_start and event.kind == "progress":
                # A last value: what was stored before this subscription is fetched once.
                self._catch_up_from_start = False
                self._fetch(event.body.get("spectra", 0))
            return
        if not self.results:
            return
        if self.run is None:
            self._ready.append(event)
            return
        if event.n > self._seen + 1:
            self._fetch(event.n - 1)
        if event.n == self._seen + 1:
            self._seen = event.n
            self._ready.append(event)

    def _fetch(self, upto: int) -> None:
        """Asks the store for what was missed."""
        while self._seen < upto:
            header, body = self.client.ask("snapshot", run=self.run, after=self._seen)
            lines = body[0].splitlines() if header["code"] == 200 and body else []
            if not lines:
                return
            for line in lines:
                row: Dict[str, Any] = json.loads(line)
                if row["n"] == self._seen + 1:
                    self._seen = row["n"]
                    self._ready.append(Event("result", self.run, row["n"], row))
