"""Something that anybody can make happen as often as they like is logged once in a while, with how often it happened."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

EVERY = 60.0  # seconds between two lines


@dataclass
class Seldom:
    every: float = EVERY
    clock: Callable[[], float] = time.monotonic
    _said_at: float = float("-inf")
    _unsaid: int = 0

    def times(self) -> int:
        """Call it each time: how often it has happened since it was last said; 0 where it is not to be said now."""
        self._unsaid += 1
        now = self.clock()
        if now - self._said_at < self.every:
            return 0
        self._said_at, unsaid, self._unsaid = now, self._unsaid, 0
        return unsaid
