"""A progress bar: tqdm's where it is installed, else one of our own."""
from __future__ import annotations

import sys
from typing import Any, Optional


class _PlainBar:
    WIDTH = 30

    def __init__(self, name: str, total: Optional[int]):
        self.name, self.total, self.done = name, total, 0

    def update(self, count: int) -> None:
        self.done += count
        if self.total:
            filled = min(self.WIDTH, self.done * self.WIDTH // self.total)
            bar = "#" * filled + "-" * (self.WIDTH - filled)
        else:
            bar = "-" * self.WIDTH
        sys.stderr.write(f"\r{self.name} [{bar}] {self.done}/{self.total or '?'}")
        sys.stderr.flush()

    def close(self) -> None:
        sys.stderr.write("\n")


def ProgressBar(name: str, total: Optional[int]) -> Any:
    """A bar on standard error with `update` and `close`; of unknown length without `total`."""
    try:
        from tqdm.auto import tqdm
    except ImportError:
        return _PlainBar(name, total)
    return tqdm(total=total, desc=name, unit="spectrum")
