"""The client's side of the *submit* socket without a socket: what to send, and what an answer means."""
from __future__ import annotations

import itertools
import json
from collections import deque
from typing import Any, Optional

from .model import Job
from .window import Pending, Window


class Engine:
    """Submits through a window and questions by id; both go again on a new connection, until they are answered."""

    def __init__(self, timeout_s: float, most: int):
        self.window = Window(timeout_s, most)
        self.timeout_s = timeout_s
        self.heard_at: Optional[float] = None
        self._ids = itertools.count(1)
        self._questions: dict[int, tuple[bytes, Any]] = {}
        self._asked_at: dict[int, float] = {}
        self._to_ask: deque[int] = deque()

    def ask(self, header: dict[str, Any], handle: Any) -> int:
        """Puts a question; `handle` comes back with its answer."""
        number = next(self._ids)
        self._questions[number] = json.dumps({"v": 1, "id": number, **header}).encode(), handle
        self._to_ask.append(number)
        return number

    def forget(self, number: int) -> None:
        self._questions.pop(number, None)
        self._asked_at.pop(number, None)

    def outgoing(self, now: float) -> Optional[tuple[list[bytes], Any]]:
        """The next message and a token for `unsent`, or None."""
        while self._to_ask:
            number = self._to_ask.popleft()
            if number in self._questions:
                self._asked_at[number] = now
                return [self._questions[number][0]], number
        job = self.window.next(now)
        return (job.frames, job) if job else None

    def unsent(self, token: Any) -> None:
        """The socket had no room: the message goes first the next time."""
        if isinstance(token, Job):
            self.window.unsend(token)
        else:
            self._asked_at.pop(token, None)
            self._to_ask.appendleft(token)

    def incoming(self, frames: list[bytes], now: float) -> Optional[tuple[Any, dict[str, Any], list[bytes]]]:
        """An answer: the handle, the header, the frames behind it; None for what finishes nothing or is garbage."""
        frames = frames[1:] if len(frames) > 1 and not frames[0] else frames
        try:
            reply = json.loads(frames[0])
            if not isinstance(reply, dict) or not isinstance(reply.get("code"), int):
                return None
        except (ValueError, IndexError):
            return None
        self.heard_at = now
        number = reply.get("id")
        if isinstance(number, int) and number in self._questions:
            handle = self._questions[number][1]
            self.forget(number)
            return handle, reply, frames[1:]
        if reply.get("op", "submit") != "submit":
            return None
        pending: Optional[Pending] = self.window.answered(reply, now)
        return (pending.handle, reply, frames[1:]) if pending else None

    def is_overdue(self, now: float) -> bool:
        """Whether to connect anew: ZeroMQ does not say when a broker is another one."""
        return self.window.overdue(now) or any(now - at > self.timeout_s for at in self._asked_at.values())

    def restart(self) -> None:
        """A new connection: what is unanswered goes again."""
        self.window.restart()
        self._to_ask = deque(sorted(self._questions))
        self._asked_at.clear()

    def wait_s(self, now: float) -> float:
        """How long nothing has to be done, if nothing comes."""
        waits = [at + self.timeout_s - now for at in self._asked_at.values()]
        return max(0.001, min([self.window.wait_s(now), *waits]))

    @property
    def is_idle(self) -> bool:
        return not self._questions and not len(self.window)
