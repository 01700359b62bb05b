"""Submits under way: the window, what has to be sent again, and when. No sockets and no clock."""
from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any, Optional

from .model import Job


@dataclass
class Pending:
    """A job that is not acknowledged."""

    job: Job
    handle: Any
    sent_at: Optional[float] = None


class Window:
    """Who may go next: at most `credit` unanswered, nothing while the broker asks to wait.

    Without having heard of its credit a client sends no more than `BLIND`.
    """

    BLIND = 16

    def __init__(self, timeout_s: float, most: int = 256):
        self.timeout_s, self.most = timeout_s, most
        self.credit = self.BLIND
        self.paused_until = 0.0
        self.waiting: deque[tuple[str, str]] = deque()
        self.pending: dict[tuple[str, str], Pending] = {}
        self.flying: dict[tuple[str, str], float] = {}

    def __len__(self) -> int:
        return len(self.pending)

    def add(self, job: Job, handle: Any) -> None:
        key = (job.run, job.job)
        if key in self.pending:
            raise ValueError(f"job {job.job} of run {job.run} is under way already")
        self.pending[key] = Pending(job, handle)
        self.waiting.append(key)

    def next(self, now: float) -> Optional[Job]:
        """The job to send now, which then counts as under way."""
        if not self.waiting or now < self.paused_until or len(self.flying) >= max(1, min(self.credit, self.most)):
            return None
        key = self.waiting.popleft()
        self.flying[key] = now
        return self.pending[key].job

    def overdue(self, now: float) -> bool:
        """Whether an answer is so late that the connection is not to be trusted."""
        return any(now - at > self.timeout_s for at in self.flying.values())

    def restart(self) -> None:
        """Everything unanswered goes again, in its order: the connection is a new one."""
        self.waiting.extendleft(sorted(self.flying, key=lambda key: self.flying[key], reverse=True))
        self.flying.clear()

    def unsend(self, job: Job) -> None:
        key = (job.run, job.job)
        self.flying.pop(key, None)
        self.waiting.appendleft(key)

    def answered(self, reply: dict[str, Any], now: float) -> Optional[Pending]:
        """Takes an answer to a submit; returns the job that is finished with it."""
        job = reply.get("job", str(reply["seq"]) if "seq" in reply else None)
        key = (reply.get("run"), job)
        if "credit" in reply:
            self.credit = reply["credit"]
        if key not in self.pending:
            return None
        was_flying = self.flying.pop(key, None) is not None
        if reply.get("retry"):
            self.paused_until = max(self.paused_until, now + reply.get("retry_after_ms", 1000) / 1000)
            if was_flying:
                self.waiting.appendleft(key)
            return None
        if not was_flying:
            self.waiting.remove(key)
        return self.pending.pop(key)

    def wait_s(self, now: float) -> float:
        """How long nothing has to be done, if nothing comes."""
        waits = [at + self.timeout_s - now for at in self.flying.values()]
        if self.waiting and now < self.paused_until:
            waits.append(self.paused_until - now)
        return max(0.001, min(waits, default=1.0))
