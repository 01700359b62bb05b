"""Why a client did not get what it asked for."""
from __future__ import annotations

from typing import Any, Optional


class CoreLevelError(Exception):
    """What all errors of this package are."""


class Unreachable(CoreLevelError):
    """No broker answered within the client's patience."""


class Refused(CoreLevelError):
    """The broker said no, for good: `code` is one of section 3 of the specification."""

    def __init__(self, reply: dict[str, Any]):
        self.reply = reply
        self.code: int = reply.get("code", 0)
        self.field: Optional[str] = reply.get("field")
        self.job: Optional[str] = reply.get("job")
        super().__init__(f"{self.code} {reply.get('error', '')}" + (f" ({self.field})" if self.field else ""))


class NoResult(Refused):
    """The job ended without a result: `state` is dead, cancelled or expired."""

    def __init__(self, reply: dict[str, Any]):
        super().__init__(reply)
        self.state: str = reply["state"]
