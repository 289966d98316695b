"""A reading over time against its limit, as a chart that Slack draws itself. Pure."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from math import isfinite

from bot.record.document.chart import LEAST_POINTS, joined
from bot.slack.blocks import LONGEST_CHART_TITLE, MOST_POINTS, Block, data_chart
from bot.slack.messages.lines import how_long
from checks.base import Check
from checks.limits import Limit, Quantity
from checks.numbers import exactly
from checks.outcome import Outcome
from checks.reading import Series
from checks.result import Judged, Result
from checks.wording import Words, limits_in, worst_first

Points = Sequence[tuple[datetime, float]]

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


def curve(check: Check, title: str, result: Result) -> Block | None:
    """The chart of the worst failing reading that has a series; for a control loop, of the series that belong
    together.

    None without at least two points.
    """
    words = Words(check, title, result.judged)
    for judged in worst_first(result.judged):
        points = joined(_series(result, judged.reading.name))
        if judged.outcome is not Outcome.PASS and len(points) > 1:
            return _chart(words, title, judged, points)
    panels = check.panels().panels
    if result.outcome is Outcome.PASS or not panels:
        return None
    return _together(words, title, result, panels[0])


def _series(result: Result, name: str) -> list[Series]:
    return [one for look in result.measurements for one in look.series if one.name == name]


def _together(words: Words, title: str, result: Result, names: Sequence[str]) -> Block | None:
    """Lines over the times that they share, such as a capacity and its target."""
    found = {words.noun(name).removeprefix("the "): dict(joined(_series(result, name))) for name in names}
    lines = {noun: points for noun, points in found.items() if points}
    shared = sorted(set.intersection(*map(set, lines.values()))) if lines else []
    if len(shared) < LEAST_POINTS:
        return None
    alike = {noun: [(at, points[at]) for at in shared] for noun, points in lines.items()}
    one = next(iter(alike.values()))
    width, label = _bin_width(one), _label(one, _bin_width(one))
    binned = {noun: _binned(points, width, _last) for noun, points in alike.items()}
    each = f", last of each {how_long(width)}" if width else ""
    return data_chart(
        _titled(title, " and ".join(lines)),
        {noun: [(label(at), value) for at, value in line] for noun, line in binned.items()},
        x_label=f"Time in UTC{each}",
        y_label="",
    )


def _last(points: Points) -> float:
    return points[-1][1]


def _chart(words: Words, title: str, judged: Judged, points: Points) -> Block:
    limits = limits_in(judged.limit)
    width, pick, picked = _bin_width(points), *_worst(limits)
    binned = _binned(points, width, pick)
    label = _label(points, width)
    noun, unit = words.over_time(judged.reading.name), judged.reading.unit
    series: dict[str, Points] = {"Measured": binned}
    if (bound := _bound(limits)) is not None:
        series["Limit"] = [(at, bound) for at, _ in binned]
    each = f", {picked} of each {how_long(width)}" if len(binned) < len(points) else ""
    return data_chart(
        _titled(title, noun),
        {name: [(label(at), value) for at, value in line] for name, line in series.items()},
        x_label=f"Time in UTC{each}",
        y_label=f"{noun}, in {unit}" if unit else noun,
    )


def _titled(title: str, shown: str) -> str:
    """With what it shows, if that fits: the axis or the legend says it, too."""
    both = f"{title}: {shown}"
    return both if len(both) <= LONGEST_CHART_TITLE else title


def _bin_width(points: Points) -> timedelta:
    """In whole seconds; zero if all points fit."""
    if len(points) <= MOST_POINTS:
        return timedelta(0)
    span = points[-1][0] - points[0][0]
    return timedelta(seconds=int(span.total_seconds() // MOST_POINTS) + 1)


def _worst(limits: Sequence[Limit]) -> tuple[Callable[[Points], float], str]:
    """How several values are aggregated into one: the worst by the limit, and what that is called."""
    if limits and all(limit.comparison in {">", ">="} for limit in limits):
        return lambda points: min(value for _, value in points), "lowest"
    return lambda points: max(value for _, value in points), "highest"


def _binned(points: Points, width: timedelta, pick: Callable[[Points], float]) -> Points:
    """A bin without points is left out: nothing is interpolated."""
    if not width:
        return points
    bins: dict[int, list[tuple[datetime, float]]] = {}
    start = points[0][0]
    for point in points:
        bins.setdefault((point[0] - start) // width, []).append(point)
    return [(start + at * width, pick(inside)) for at, inside in bins.items()]


def _label(points: Points, width: timedelta) -> Callable[[datetime], str]:
    """The shortest form that distinguishes the points."""
    span = points[-1][0] - points[0][0]
    gaps = (later - sooner for (sooner, _), (later, _) in itertools.pairwise(points))
    step = width or min(gaps)
    form = "%H:%M" if step >= _MINUTE else "%H:%M:%S"
    return lambda at: at.astimezone(UTC).strftime(f"%m-%d {form}" if span >= _DAY else form)


def _bound(limits: Sequence[Limit]) -> float | None:
    """None for a bound that no double can represent: a chart cannot show it."""
    bounds: Iterator[float] = (
        float(exactly(limit.operand.number)) for limit in limits if isinstance(limit.operand, Quantity)
    )
    bound = next(bounds, None)
    return bound if bound is not None and isfinite(bound) else None
