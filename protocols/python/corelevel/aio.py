"""The client for asyncio."""
from __future__ import annotations

import asyncio
import time
from typing import Any, AsyncIterator, Dict, Mapping, Optional

import zmq
import zmq.asyncio

from .client import Reply, checked, receipt_of, rows_of
from .engine import Engine
from .errors import Unreachable
from .events import read_event, topic_prefix
from .model import Event, Job, Receipt, Region, Result

__all__ = ["Client"]


class Client:
    """A connection to a broker on an event loop; many tasks may use it at once.

        async with corelevel.aio.Client("tcp://127.0.0.1:5760") as client:
            receipt = await client.submit(corelevel.Job("scan-42", [region], seq=1))
            result = await client.result("scan-42", receipt.job)

    `timeout_s` and `patience_s` as in `corelevel.Client`.
    """

    def __init__(self, broker: str = "tcp://127.0.0.1:5760", *, timeout_s: float = 5.0,
                 patience_s: Optional[float] = 60.0, most: int = 256):
        self.broker, self.patience_s = broker, patience_s
        self._context = zmq.asyncio.Context()
        self._engine = Engine(timeout_s, most)
        self._socket: Optional[zmq.asyncio.Socket] = None
        self._wake = asyncio.Event()
        self._since = time.monotonic()
        self._waiting: set = set()
        self._task: Optional[asyncio.Task] = None

    async def __aenter__(self) -> "Client":
        self._task = asyncio.create_task(self._serve())
        await self.hello()
        return self

    async def __aexit__(self, *_: Any) -> None:
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._socket is not None:
            self._socket.close(linger=0)
        self._context.term()

    async def submit(self, job: Job) -> Receipt:
        """Sends a job and waits until it is acknowledged; `Refused` if it is not taken."""
        return receipt_of((await self._answer(lambda handle: self._engine.window.add(job, handle)))[0])

    async def ask(self, op: str, **keys: Any) -> Reply:
        """Asks and waits for the answer, again for as long as the broker says `retry`."""
        header: Dict[str, Any] = {"op": op, **{key: value for key, value in keys.items() if value is not None}}
        while True:
            reply = await self._answer(lambda handle: self._engine.ask(header, handle))
            if not reply[0].get("retry"):
                return reply
            await asyncio.sleep(reply[0].get("retry_after_ms", 1000) / 1000)

    async def hello(self) -> Dict[str, Any]:
        """Who serves, and where its sockets are; learns the window."""
        header, _ = checked(await self.ask("hello"))
        self._engine.window.credit = header["credit"]
        return header

    async def status(self, run: str, job: Optional[str] = None) -> Dict[str, Any]:
        """Where a job stands, or a run."""
        return checked(await self.ask("status", run=run, job=job))[0]

    async def result(self, run: str, job: str) -> Result:
        """The rows of a job, as soon as it is stored; `NoResult` if it never will be."""
        while True:
            header, body = checked(await self.ask("result", run=run, job=job))
            if header["code"] == 200:
                return Result(run, job, rows_of(body))
            await asyncio.sleep(header.get("retry_after_ms", 100) / 1000)

    async def close_run(self, run: str, expected: Optional[int] = None) -> Dict[str, Any]:
        """The run takes no more jobs; says what is missing."""
        return checked(await self.ask("run.close", run=run, expected=expected))[0]

    async def analyse(self, run: str, *regions: Region, meta: Optional[Mapping[str, Any]] = None,
                      live: bool = False, ttl_ms: Optional[int] = None) -> Result:
        """One spectrum in, its result out."""
        job = Job(run, regions, meta=meta, live=live, ttl_ms=ttl_ms)
        await self.submit(job)
        return await self.result(run, job.job)

    async def events(self, run: Optional[str] = None) -> AsyncIterator[Event]:
        """What the collector publishes from now on; a gap in `n` says that something was missed."""
        endpoint = (await self.hello())["endpoints"].get("events")
        if endpoint is None:
            raise ConnectionError("the collector is away: there are no events")
        socket = self._context.socket(zmq.SUB)
        try:
            socket.setsockopt(zmq.LINGER, 0)
            socket.connect(endpoint)
            socket.subscribe(topic_prefix(run) if run else b"run/")
            while True:
                frames = await socket.recv_multipart()
                event = read_event(frames[0], frames[1]) if len(frames) == 2 else None
                if event is not None:
                    yield event
        finally:
            socket.close(linger=0)

    async def _answer(self, put: Any) -> Reply:
        future: asyncio.Future = asyncio.get_running_loop().create_future()
        if not self._waiting:
            self._since = time.monotonic()
        self._waiting.add(future)
        try:
            put(lambda header, body: future.done() or future.set_result((header, body)))
            self._wake.set()
            return await future
        finally:
            self._waiting.discard(future)

    async def _serve(self) -> None:
        engine = self._engine
        while True:
            if self._socket is None:
                self._socket = self._context.socket(zmq.DEALER)
                self._socket.setsockopt(zmq.LINGER, 0)
                self._socket.setsockopt(zmq.IMMEDIATE, 1)
                self._socket.connect(self.broker)
            now = time.monotonic()
            if engine.is_overdue(now):
                self._socket.close(linger=0)
                self._socket = None
                engine.restart()
                continue
            is_blocked = False
            while (message := engine.outgoing(now)) is not None:
                try:
                    await self._socket.send_multipart(message[0], flags=zmq.DONTWAIT)
                except zmq.Again:
                    engine.unsent(message[1])
                    is_blocked = True
                    break
            await self._receive(0.02 if is_blocked else engine.wait_s(now))
            self._check_patience()

    async def _receive(self, wait_s: float) -> None:
        """Until a message came, something new is to be sent, or the time is over."""
        assert self._socket is not None
        self._wake.clear()
        poll = asyncio.ensure_future(self._socket.poll(int(wait_s * 1000) + 1))
        wake = asyncio.ensure_future(self._wake.wait())
        await asyncio.wait({poll, wake}, return_when=asyncio.FIRST_COMPLETED)
        for task in (poll, wake):
            if not task.done():
                task.cancel()
        while True:
            try:
                frames = await self._socket.recv_multipart(flags=zmq.DONTWAIT)
            except zmq.Again:
                return
            finished = self._engine.incoming(frames, time.monotonic())
            if finished is not None:
                finished[0](finished[1], finished[2])

    def _check_patience(self) -> None:
        if self.patience_s is None or not self._waiting:
            return
        silent = time.monotonic() - max(self._since, self._engine.heard_at or 0)
        if silent > self.patience_s:
            error = Unreachable(f"nothing answers at {self.broker} for {silent:.0f} s: is `corelevel up` running there?")
            for future in list(self._waiting):
                if not future.done():
                    future.set_exception(error)
