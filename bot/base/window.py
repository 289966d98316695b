"""A sliding window: at most `most` in any period of `seconds`. Time is an argument, in seconds of a monotonic clock."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

KEPT = 10_000  # windows before idle ones are dropped


@dataclass(frozen=True)
class Rate:
    most: int
    seconds: int  # an integer, because Redis expires keys by whole seconds

    def share(self, part: float) -> Rate:
        """A fraction of it, but at least 1."""
        return Rate(max(1, int(self.most * part)), self.seconds)


class Window:
    """The times at which slots were taken."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._taken: deque[float] = deque()

    def wait(self, most: int, now: float) -> float:
        """Returns the seconds until a slot is free; 0 if one is free now."""
        self._forget(now)
        if len(self._taken) < most:
            return 0.0
        return self._taken[len(self._taken) - most] + self._seconds - now

    def take(self, now: float) -> None:
        self._taken.append(now)

    def give_back(self, taken: float) -> None:
        """Return a slot that was not used after all."""
        if taken in self._taken:
            self._taken.remove(taken)

    def idle(self, now: float) -> bool:
        self._forget(now)
        return not self._taken

    def _forget(self, now: float) -> None:
        while self._taken and self._taken[0] + self._seconds <= now:
            self._taken.popleft()


class Windows:
    """A window for each name, such as a person's. Idle ones are dropped."""

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._windows: dict[str, Window] = {}

    def wait(self, name: str, now: float) -> float:
        """Returns the seconds until they have a slot; 0 if one is free now."""
        window = self._windows.get(name)
        return window.wait(self._rate.most, now) if window else 0.0

    def take(self, name: str, now: float) -> None:
        if name not in self._windows and len(self._windows) >= KEPT:
            self._windows = {known: window for known, window in self._windows.items() if not window.idle(now)}
        self._windows.setdefault(name, Window(self._rate.seconds)).take(now)
