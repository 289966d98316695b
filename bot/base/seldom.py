"""Throttles a log line for something that anyone can cause at will: logged now and then, with a count."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

EVERY = 60.0  # seconds between lines


@dataclass
class Seldom:
    every: float = EVERY
    clock: Callable[[], float] = time.monotonic
    _said_at: float = float("-inf")
    _unsaid: int = 0

    def times(self) -> int:
        """Call this each time. Returns the count since the last line if a line is due, otherwise 0."""
        self._unsaid += 1
        now = self.clock()
        if now - self._said_at < self.every:
            return 0
        self._said_at, unsaid, self._unsaid = now, self._unsaid, 0
        return unsaid
