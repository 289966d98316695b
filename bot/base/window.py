"""A moving window: at most so many in any stretch of so many seconds. Time is an argument, in seconds of a clock that never goes back."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass


@dataclass(frozen=True)
class Rate:
    most: int
    seconds: int  # whole ones, which is what Redis expires by

    def share(self, part: float) -> Rate:
        """A part of it, and never nothing."""
        return Rate(max(1, int(self.most * part)), self.seconds)


class Window:
    """When the places of one rate were taken."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._taken: deque[float] = deque()

    def wait(self, most: int, now: float) -> float:
        """In how many seconds there is a place; 0 when there is one now."""
        self._forget(now)
        if len(self._taken) < most:
            return 0.0
        return self._taken[len(self._taken) - most] + self._seconds - now

    def take(self, now: float) -> None:
        self._taken.append(now)

    def give_back(self, taken: float) -> None:
        """It was not used after all."""
        if taken in self._taken:
            self._taken.remove(taken)

    def idle(self, now: float) -> bool:
        self._forget(now)
        return not self._taken

    def _forget(self, now: float) -> None:
        while self._taken and self._taken[0] + self._seconds <= now:
            self._taken.popleft()
