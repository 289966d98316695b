"""A control loop's decisions over time, tick by tick, and the unexpected ones. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from checks.reading import Series

MOST_POINTS = 240

T = TypeVar("T")


@dataclass(frozen=True)
class Trajectory(Generic[T]):
    """`differences` and `jumps`: a line for each tick, oldest first."""

    name: str  # of its scenario; "" for what was recorded
    ticks: Sequence[T]
    differences: Sequence[str] = ()
    jumps: Sequence[str] = ()  # decisions that do not start where the previous one ended
    unexplained: int = 0  # decisions without a reason code of the contract

    def lines(self) -> Iterator[str]:
        prefix = f"{self.name}, " if self.name else ""
        return (f"{prefix}{line}" for line in (*self.differences, *self.jumps))


def series(
    name: str, unit: str, ticks: Sequence[T], at: Callable[[T], datetime], value: Callable[[T], float | None]
) -> Iterator[Series]:
    """The values over time, at most `MOST_POINTS`: of several ticks, the last. Nothing if none has a value."""
    every = -(-len(ticks) // MOST_POINTS)
    chosen = [tick for place, tick in enumerate(ticks, 1) if place % every == 0 or place == len(ticks)]
    points = tuple((at(tick), float(found)) for tick in chosen if (found := value(tick)) is not None)
    if points:
        yield Series(name=name, unit=unit, points=points)


def longest_run(flags: Sequence[bool]) -> int:
    """The greatest number of consecutive true values."""
    longest = length = 0
    for flag in flags:
        length = length + 1 if flag else 0
        longest = max(longest, length)
    return longest
