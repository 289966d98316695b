"""The content of a chart before it is drawn: readings over time against their limits. Pure data, derived from
results.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite
from typing import TypeAlias

from checks.base import Check
from checks.limits import Limit
from checks.numbers import exactly, is_number
from checks.panels import Panels
from checks.reading import Measurement, Series
from checks.result import Judged, Result
from checks.units import say_value
from checks.wording import Words, limits_in, worst_first

Point: TypeAlias = tuple[datetime, float]
Points: TypeAlias = Sequence[Point]
Span: TypeAlias = tuple[datetime, datetime]

MOST_POINTS = 240  # drawn per line: the lowest and highest of each of half as many spans
MOST_SPANS = 120  # shaded
LARGEST = 1e100  # drawn: a chart of anything larger is useless
LEAST_POINTS = 2


@dataclass(frozen=True)
class Line:
    name: str  # in words
    points: Points
    stepped: bool = False  # a value holds until the next one


@dataclass(frozen=True)
class Bound:
    """A limit: where it is drawn, and on which side of it values should be."""

    text: str  # as configured: "< 180s"
    at: float
    comparison: str

    def allows(self, value: float) -> bool:
        return Limit.parse(f"{self.comparison} 0").holds(exactly(value) - exactly(self.at), 0)


@dataclass(frozen=True)
class Panel:
    label: str  # of its vertical axis, with the unit
    lines: Sequence[Line]
    bounds: Sequence[Bound] = ()

    @property
    def values(self) -> list[float]:
        return [value for line in self.lines for _, value in line.points]


@dataclass(frozen=True)
class Spans:
    """The periods in which something was true."""

    name: str
    spans: Sequence[Span]


@dataclass(frozen=True)
class Chart:
    """Panels above each other, over the same time."""

    title: str
    description: str  # the same in words, for those who cannot see it
    panels: Sequence[Panel]
    spans: Sequence[Spans] = ()

    @property
    def first(self) -> datetime:
        return min(at for panel in self.panels for line in panel.lines for at, _ in line.points)

    @property
    def last(self) -> datetime:
        return max(at for panel in self.panels for line in panel.lines for at, _ in line.points)


@dataclass(frozen=True)
class Gauge:
    """One value against its limits."""

    value: float
    bounds: Sequence[Bound]

    @property
    def holds(self) -> bool:
        return all(bound.allows(self.value) for bound in self.bounds)


# ---------------------------------------------------------------- from results


def gauge(judged: Judged, values: Mapping[str, object]) -> Gauge | None:
    """`values`: all readings of that measurement, which limits may refer to. None if no number is compared
    with another.
    """
    value = judged.reading.value
    bounds = _bounds(judged.limit, values)
    if not is_number(value) or not bounds or not _is_drawable(float(value)):
        return None
    return Gauge(float(value), bounds)


def charts(check: Check, title: str, result: Result) -> Iterator[Chart]:
    """The charts of a check's readings over time, worst first; for a control loop, one chart of all of them."""
    panels = check.panels()
    if panels.panels:
        yield from _together(check, title, result, panels)
        return
    words = Words(check, title, result.judged)
    for judged in (*worst_first(result.judged), *(one for one in result.judged if one.outcome is None)):
        points = _points_of(result.measurements, judged.reading.name, with_windows=bool(judged.limit))
        if len(points) >= LEAST_POINTS:
            yield _alone(words, title, judged, points, result)


def joined(series: Sequence[Series]) -> Points:
    """The newest series, and those that ended before it, oldest first: no time is covered twice."""
    told: list[Point] = []
    for points in sorted((one.points for one in series if one.points), key=_end, reverse=True):
        if not told or _end(points) < told[0][0]:
            told = [*sorted(points), *told]
    return told


def thinned(points: Points, most: int = MOST_POINTS) -> Points:
    """At most that many points: the lowest and highest of each of several equal spans, in order of time."""
    if len(points) <= most:
        return points
    size = -(-len(points) // (most // 2))
    kept: list[Point] = []
    for start in range(0, len(points), size):
        some = points[start : start + size]
        low, high = min(some, key=lambda point: point[1]), max(some, key=lambda point: point[1])
        kept += sorted({low, high})
    return kept


def _points_of(measurements: Sequence[Measurement], name: str, *, with_windows: bool = False) -> Points:
    """The series of a reading; otherwise, if wanted, its values at the ends of the measured windows."""
    found = joined([series for one in measurements for series in one.series if series.name == name])
    if not found and with_windows:
        found = [
            (one.window.end, float(reading.value))
            for one in measurements
            if one.window and (reading := one.reading(name)) and is_number(reading.value)
        ]
        found = sorted(dict(found).items())
    return [point for point in found if _is_drawable(point[1])]


def _alone(words: Words, title: str, judged: Judged, points: Points, result: Result) -> Chart:
    reading = judged.reading
    noun = words.over_time(reading.name)
    bounds = _bounds(judged.limit, _values(result))
    panel = Panel(_with_unit(noun, reading.unit), [Line(noun, thinned(points))], bounds)
    said = _in_words(noun, points, reading.unit)
    if judged.limit:
        said += f"; limit {judged.limit}, {judged.word}"
    return Chart(f"{title}: {noun}", f"{said}.", [panel])


def _together(check: Check, title: str, result: Result, wanted: Panels) -> Iterator[Chart]:
    words = Words(check, title, result.judged)
    units = {series.name: series.unit for one in result.measurements for series in one.series}
    found = {name: points for name in units if (points := _points_of(result.measurements, name))}
    limits = {one.reading.name: _bounds(one.limit, _values(result)) for one in result.judged}
    panels, said = [], []
    for names in wanted.panels:
        nouns = {name: words.noun(name).removeprefix("the ") for name in names if name in found}
        if not nouns:
            continue
        lines = [Line(noun, thinned(found[name]), stepped=True) for name, noun in nouns.items()]
        bounds = [bound for name in nouns for bound in limits.get(name, ())]
        panels.append(
            Panel(_with_unit(" and ".join(nouns.values()), units[next(iter(nouns))]), lines, bounds)
        )
        said += [_in_words(noun, found[name], units[name]) for name, noun in nouns.items()]
    if not panels:
        return
    spans = []
    for name in wanted.spans:
        if name in found:
            held = _spans(found[name])
            noun = words.noun(name).removeprefix("the ").removeprefix("whether ")
            spans.append(Spans(noun, held[:MOST_SPANS]))
            said.append(f"{spans[-1].name}: {_how_often(found[name])}")
    yield Chart(f"{title}: what the loop did", f"{'; '.join(said)}.", panels, spans)


def _spans(points: Points) -> list[Span]:
    """The spans from each non-zero point to the next one."""
    spans: list[Span] = []
    since: datetime | None = None
    for at, value in points:
        if value and since is None:
            since = at
        elif not value and since is not None:
            spans.append((since, at))
            since = None
    if since is not None:
        spans.append((since, points[-1][0]))
    return spans


def _how_often(points: Points) -> str:
    held = sum(bool(value) for _, value in points)
    return f"at {held:,} of {len(points):,} points" if held else "never"


def _in_words(noun: str, points: Points, unit: str) -> str:
    """ "p95 from 09:00 to 09:30 UTC: lowest 12 s, highest 182 s, last 90 s" """
    values = [value for _, value in points]
    lowest, highest, last = (say_value(value, unit) for value in (min(values), max(values), values[-1]))
    start, end = (at.astimezone(UTC) for at in (points[0][0], points[-1][0]))
    form = "%H:%M" if start.date() == end.date() else "%Y-%m-%d %H:%M"
    return f"{noun} from {start:{form}} to {end:{form}} UTC: lowest {lowest}, highest {highest}, last {last}"


def _with_unit(noun: str, unit: str) -> str:
    return f"{noun}, in {unit}" if unit else noun


def _values(result: Result) -> Mapping[str, object]:
    return {one.reading.name: one.reading.value for one in result.judged}


def _bounds(limit: str, values: Mapping[str, object]) -> list[Bound]:
    found = []
    for each in limits_in(limit):
        bound = each.bound(values)  # type: ignore[arg-type]
        if is_number(bound) and _is_drawable(float(bound)):
            found.append(Bound(each.text, float(bound), each.comparison))
    return found


def _is_drawable(value: float) -> bool:
    return isfinite(value) and abs(value) <= LARGEST


def _end(points: Points) -> datetime:
    return max(at for at, _ in points)
