"""The client for programs that do one thing after the other."""
from __future__ import annotations

import json
import time
from collections import deque
from typing import Any, Callable, Deque, Dict, Iterator, List, Mapping, Optional, Tuple

import zmq

from .engine import Engine
from .errors import NoResult, Refused, Unreachable
from .events import Events
from .model import Job, Receipt, Region, Result
from .progress import ProgressBar

Reply = Tuple[Dict[str, Any], List[bytes]]


def receipt_of(reply: Mapping[str, Any]) -> Receipt:
    """The receipt in a reply; raises what it says otherwise."""
    if reply["code"] not in (202, 208):
        raise Refused(dict(reply))
    return Receipt(reply["run"], reply["job"], reply.get("seq"), reply.get("state", "queued"),
                   reply.get("durable", "fsync"), reply["code"] == 208)


def checked(reply: Reply) -> Reply:
    """The reply if it is a success; raises what it says otherwise."""
    header = reply[0]
    if header["code"] < 300:
        return reply
    if header.get("op") == "result" and header["code"] == 409 and "state" in header:
        raise NoResult(header)
    raise Refused(header)


def rows_of(body: List[bytes]) -> List[Dict[str, Any]]:
    """The lines of a second frame."""
    return [json.loads(line) for line in body[0].splitlines() if line] if body else []


class Client:
    """A connection to a broker, for one thread.

    `timeout_s`: how long an answer may take before everything unanswered is sent again on a new connection.
    `patience_s`: how long nothing at all may come before `Unreachable` is raised; None waits for ever.
    `most`: jobs that may be unacknowledged before `submit` waits, whatever larger window the broker gives.
    """

    def __init__(self, broker: str = "tcp://127.0.0.1:5760", *, timeout_s: float = 5.0,
                 patience_s: Optional[float] = 60.0, most: int = 256, context: Optional[zmq.Context] = None):
        self.broker, self.patience_s, self.most = broker, patience_s, most
        self._context = context or zmq.Context.instance()
        self._engine = Engine(timeout_s, most)
        self._socket: Optional[zmq.Socket] = None
        self._refused: Deque[Refused] = deque()
        self._since = time.monotonic()

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the socket; what is not acknowledged then may or may not have arrived."""
        if self._socket is not None:
            self._socket.close(linger=0)
            self._socket = None

    # Jobs

    def submit(self, job: Job) -> None:
        """Sends a job, or waits for room in the window. What is refused for good raises with a later call."""
        self._raise_refused()
        if self._engine.is_idle:
            self._since = time.monotonic()
        self._engine.window.add(job, self._noted)
        self._run(lambda: len(self._engine.window) <= self.most, at_least_once=True)
        self._raise_refused()

    def submit_all(self, jobs: List[Job]) -> Iterator[Tuple[Job, Any]]:
        """Submits jobs and yields each with its `Receipt` or `Refused`, as the answers come."""
        done: Deque[Tuple[Job, Any]] = deque()

        def note(job: Job) -> Callable[[Dict[str, Any], List[bytes]], None]:
            def take(reply: Dict[str, Any], _: List[bytes]) -> None:
                try:
                    done.append((job, receipt_of(reply)))
                except Refused as error:
                    done.append((job, error))
            return take

        self._since = time.monotonic()
        for job in jobs:
            self._engine.window.add(job, note(job))
        for _ in jobs:
            self._run(lambda: bool(done))
            yield done.popleft()

    def flush(self) -> None:
        """Waits until every job is acknowledged; raises the first refusal."""
        self._run(lambda: not len(self._engine.window))
        self._raise_refused()

    def _noted(self, reply: Dict[str, Any], _: List[bytes]) -> None:
        try:
            receipt_of(reply)
        except Refused as error:
            self._refused.append(error)

    def _raise_refused(self) -> None:
        if self._refused:
            raise self._refused.popleft()

    # Questions

    def ask(self, op: str, **keys: Any) -> Reply:
        """Asks and waits for the answer, again for as long as the broker says `retry`."""
        while True:
            answers: List[Reply] = []
            self._since = time.monotonic()
            self._engine.ask({"op": op, **{key: value for key, value in keys.items() if value is not None}},
                             lambda header, body: answers.append((header, body)))
            self._run(lambda: bool(answers))
            if not answers[0][0].get("retry"):
                return answers[0]
            self._idle(answers[0][0].get("retry_after_ms", 1000) / 1000)

    def hello(self) -> Dict[str, Any]:
        """Who serves, and where its sockets are; learns the window."""
        header, _ = checked(self.ask("hello"))
        self._engine.window.credit = header["credit"]
        return header

    def status(self, run: str, job: Optional[str] = None) -> Dict[str, Any]:
        """Where a job stands, or a run."""
        return checked(self.ask("status", run=run, job=job))[0]

    def result(self, run: str, job: str, timeout_s: Optional[float] = None) -> Result:
        """The rows of a job, as soon as it is stored; `NoResult` if it never will be."""
        end = None if timeout_s is None else time.monotonic() + timeout_s
        while True:
            header, body = checked(self.ask("result", run=run, job=job))
            if header["code"] == 200:
                return Result(run, job, rows_of(body))
            wait = header.get("retry_after_ms", 100) / 1000
            if end is not None and time.monotonic() + wait > end:
                raise TimeoutError(f"job {job} of run {run} is {header.get('state')}")
            self._idle(wait)

    def analyse(self, run: str, *regions: Region, meta: Optional[Mapping[str, Any]] = None, live: bool = False,
                ttl_ms: Optional[int] = None, timeout_s: Optional[float] = None) -> Result:
        """One spectrum in, its result out."""
        job = Job(run, regions, meta=meta, live=live, ttl_ms=ttl_ms)
        self.submit(job)
        self.flush()
        return self.result(run, job.job, timeout_s)

    def cancel(self, run: str, job: Optional[str] = None) -> Dict[str, Any]:
        """A job, or all of a run, is no longer wanted."""
        return checked(self.ask("cancel", run=run, job=job))[0]

    def close_run(self, run: str, expected: Optional[int] = None) -> Dict[str, Any]:
        """The run takes no more jobs; says what is missing."""
        return checked(self.ask("run.close", run=run, expected=expected))[0]

    def run(self, name: str, expected: Optional[int] = None, *, progress: bool = False) -> "Run":
        """A run as a context manager: opened, its jobs numbered from 1, closed at the end."""
        return Run(self, name, expected, progress)

    def events(self, run: Optional[str] = None, *, results: bool = True, cluster: bool = False) -> Events:
        """What the collector publishes from now on, gaps closed."""
        return Events(self, run, results=results, cluster=cluster)

    # The connection

    def _connected(self) -> zmq.Socket:
        if self._socket is None:
            socket = self._context.socket(zmq.DEALER)
            socket.setsockopt(zmq.LINGER, 0)
            socket.setsockopt(zmq.IMMEDIATE, 1)
            socket.setsockopt(zmq.RECONNECT_IVL_MAX, 2000)
            socket.connect(self.broker)
            self._socket = socket
        return self._socket

    def _idle(self, seconds: float) -> None:
        """Waits, and goes on with what is under way."""
        end = time.monotonic() + seconds
        self._run(lambda: time.monotonic() >= end, until=end)

    def _run(self, holds: Callable[[], bool], *, at_least_once: bool = False, until: Optional[float] = None) -> None:
        """Sends and receives until something holds."""
        engine = self._engine
        while at_least_once or not holds():
            at_least_once = False
            socket = self._connected()
            now = time.monotonic()
            if engine.is_overdue(now):
                socket.close(linger=0)
                self._socket = None
                engine.restart()
                continue
            is_blocked = False
            while (message := engine.outgoing(now)) is not None:
                try:
                    socket.send_multipart(message[0], flags=zmq.DONTWAIT, copy=False)
                except zmq.Again:
                    engine.unsent(message[1])
                    is_blocked = True
                    break
            wait = 0.02 if is_blocked else engine.wait_s(now)
            if until is not None:
                wait = min(wait, max(0.0, until - now))
            if holds():
                wait = 0
            if socket.poll(max(1, int(wait * 1000)) if wait else 0):
                self._receive(socket)
            self._check_patience()

    def _receive(self, socket: zmq.Socket) -> None:
        for _ in range(256):
            try:
                frames = socket.recv_multipart(flags=zmq.DONTWAIT)
            except zmq.Again:
                return
            finished = self._engine.incoming(frames, time.monotonic())
            if finished is not None:
                handle, reply, body = finished
                handle(reply, body)

    def _check_patience(self) -> None:
        if self.patience_s is None or self._engine.is_idle:
            return
        silent = time.monotonic() - max(self._since, self._engine.heard_at or 0)
        if silent > self.patience_s:
            raise Unreachable(f"nothing answers at {self.broker} for {silent:.0f} s: is `corelevel up` running there?")


class Run:
    """A run of a client: numbers its jobs, closes at the end, and gives the results in order."""

    def __init__(self, client: Client, name: str, expected: Optional[int], progress: bool):
        self.client, self.name, self.expected = client, name, expected
        self.jobs: List[str] = []
        self._bar = ProgressBar(name, expected) if progress else None

    def __enter__(self) -> "Run":
        self.client.hello()
        checked(self.client.ask("run.open", run=self.name, expected=self.expected))
        return self

    def __exit__(self, kind: Any, *_: Any) -> None:
        if kind is None:
            self.close()
        if self._bar:
            self._bar.close()

    def submit(self, *regions: Region, job: Optional[str] = None, seq: Optional[int] = None,
               meta: Optional[Mapping[str, Any]] = None, live: bool = False, ttl_ms: Optional[int] = None) -> str:
        """Sends a spectrum, or a stack, and returns its key; `seq` goes on from 1 unless given."""
        one = Job(self.name, regions, job=job, seq=len(self.jobs) + 1 if seq is None else seq, expected=self.expected,
                  meta=meta, live=live, ttl_ms=ttl_ms)
        self.client.submit(one)
        self.jobs.append(one.job)
        return one.job

    def results(self) -> Iterator[Result]:
        """The result of each job in the order of submission; raises `NoResult` for one that has none."""
        self.client.flush()
        for job in self.jobs:
            result = self.client.result(self.name, job)
            if self._bar:
                self._bar.update(1)
            yield result

    def close(self) -> Dict[str, Any]:
        """Waits for all acknowledgements and closes the run; says what is missing."""
        self.client.flush()
        return self.client.close_run(self.name, self.expected)
