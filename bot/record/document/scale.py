"""Axes with round numbers and times, for charts. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_SPANS = tuple(
    timedelta(seconds=seconds)
    for seconds in (
        *(1, 2, 5, 10, 15, 30),
        *(60, 120, 300, 600, 900, 1800),
        *(3600, 7200, 10_800, 21_600, 43_200),
        *(86_400, 2 * 86_400, 7 * 86_400, 14 * 86_400, 28 * 86_400, 91 * 86_400, 364 * 86_400),
    )
)
_DAY, _MINUTE = timedelta(days=1), timedelta(minutes=1)
_EPOCH = datetime(1970, 1, 5, tzinfo=UTC)  # a Monday


@dataclass(frozen=True)
class Scale:
    """Maps data to a length: `low` is at `start`, `high` at `end`."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return self.start + min(1.0, max(0.0, share)) * (self.end - self.start)


def ticks(low: float, high: float, many: int) -> list[float]:
    """About `many` round numbers that enclose both; `low` and `high` may be equal."""
    if high <= low:
        room = abs(low) * 0.1 or 1.0
        low, high = (0.0, high + room) if low >= 0 else (low - room, 0.0)
    raw = (high - low) / max(1, many)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * each for each in _STEPS if power * each >= raw * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [at * step for at in range(first, last + 1)]


def say_number(value: float) -> str:
    """Short, for an axis: 0, 2.5, 1,280, 1.2M."""
    size = abs(value)
    for power, suffix in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e4, "k")):
        if size >= power:
            divisor = 1e3 if suffix == "k" else power
            return f"{value / divisor:,.4g}{suffix}"
    if size and size < 1e-3:  # noqa: PLR2004
        return f"{value:.1e}"
    return f"{value:,.0f}" if value == round(value) else f"{value:,.4g}"


def times(first: datetime, last: datetime, many: int) -> list[datetime]:
    """Round times between both, at most `many` of them."""
    wanted = (last - first) / max(1, many)
    step = next((span for span in _SPANS if span >= wanted), _SPANS[-1])
    at = _EPOCH + -(-(first - _EPOCH) // step) * step
    found: list[datetime] = []
    while at <= last and len(found) <= many:
        found.append(at)
        at += step
    return found


def say_times(at: Sequence[datetime]) -> list[str]:
    """The shortest forms that are distinct: "14:05", "14:05:30", "03-01", "03-01 14:00"."""
    if not at:
        return []
    midnights = all(each.astimezone(UTC).time() == datetime.min.time() for each in at)
    if midnights and at[-1] - at[0] >= _DAY:
        form = "%m-%d"
    else:
        fine = any(each.second for each in at)
        form = "%H:%M:%S" if fine else "%H:%M"
        if at[-1] - at[0] >= _DAY:
            form = f"%m-%d {form}"
    return [each.astimezone(UTC).strftime(form) for each in at]
