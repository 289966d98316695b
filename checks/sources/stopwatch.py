"""Measures a response by the times at which its bytes left and arrived, not by those at which the bot handled
them.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

_STEP = 1_000_000  # ns: a wall clock that moves this much relative to the monotonic one has been set


@dataclass(frozen=True)
class Instant:
    """One moment on both clocks, in nanoseconds."""

    wall: int
    steady: int

    @classmethod
    def now(cls) -> Instant:
        return cls(time.time_ns(), time.monotonic_ns())


class Stopwatch:
    """Runs from the first byte sent to the last byte received.

    Uses the kernel's time of arrival, if available. That is a time of the wall clock, so it counts only while
    nobody sets that clock, and never for more than the monotonic clock measured.
    """

    def __init__(self, now: Callable[[], Instant] = Instant.now) -> None:
        self._now = now
        self._sent: Instant | None = None
        self._received: Instant | None = None
        self._arrived: int | None = None

    def sending(self) -> None:
        self._sent = self._sent or self._now()

    def received(self, arrived: int | None) -> None:
        """Call directly after reading. `arrived`: the kernel's wall-clock time in ns of the last byte read."""
        self._received = self._now()
        self._arrived = arrived

    @property
    def has_received(self) -> bool:
        return self._received is not None

    @property
    def seconds(self) -> float:
        assert self._sent
        assert self._received
        measured = self._received.steady - self._sent.steady
        moved = abs(self._received.wall - self._sent.wall - measured)
        if self._arrived is None or moved > _STEP:
            return measured / 1e9
        return min(max(self._arrived - self._sent.wall, 0), measured) / 1e9
