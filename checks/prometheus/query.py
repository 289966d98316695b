"""Readings from PromQL queries: the worst series of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from checks.api import (
    UNITS,
    Cause,
    Check,
    CheckError,
    CodeTemplate,
    Duration,
    Limit,
    Measurement,
    Moment,
    Number,
    Reading,
    Series,
    Unit,
    Window,
    aside,
    in_unit,
    is_number,
    names_in,
    parse_number,
    say_duration,
    say_value,
)
from checks.prometheus.promql import WINDOW, filled, refuse_misplaced
from checks.sources import prometheus
from checks.sources.prometheus import Answered, Prometheus

_MOST_POINTS = 1000  # of one series
_MOST_SHOWN = 5  # series in the detail
_MOST_SAMPLES = 2**63 - 1
_LONGEST = 200  # characters of labels, or of a value

Name = Annotated[str, Field(pattern="^[A-Za-z_][A-Za-z0-9_]{0,99}$")]
Promql = Annotated[CodeTemplate, Field(min_length=1, max_length=4000), AfterValidator(refuse_misplaced)]


class Query(Check):
    """Each of `queries` is a reading: the value of its worst series by the limits, with its labels.

    Without `step`, a query is evaluated at the window's end, or now; with it, at each step of the window, and the worst
    value of the whole window counts. No series, NaN, an infinite value and a series that has ended are UNKNOWN.
    """

    source_kind: ClassVar[str | None] = "prometheus"
    filled: ClassVar = (*Check.filled, ("queries",), ("samples",))
    known: ClassVar = (*Check.known, WINDOW)

    kind: Literal["prometheus.query"]
    queries: dict[Name, Promql] = Field(
        min_length=1,
        max_length=20,
        description="Reading -> PromQL; {{window}} is its length, and values of the run go in a label's quotes",
    )
    units: dict[Name, Unit] = Field(default_factory=dict, description="Reading -> its unit")
    step: Duration | None = Field(
        default=None, description="Look at the whole window, at these distances, and chart it"
    )
    samples: Promql | None = Field(
        default=None,
        description="PromQL of one number: on how many samples the readings rest, for `at_least`",
    )

    @property
    def captured(self) -> bool:
        return True

    def readings(self) -> Mapping[str, str]:
        return {name: UNITS[self.units.get(name, "")][0] for name in self.queries}

    @model_validator(mode="after")
    def _can_be_asked(self) -> Self:
        for problem in self._problems():
            raise ValueError(problem)
        return self

    def _problems(self) -> Iterator[str]:
        texts = [*self.queries.values(), *([self.samples] if self.samples else [])]
        for name in self.units:
            if name not in self.queries:
                yield f"units has {name!r}, which is none of the queries"
        if self.window is None and any(WINDOW in names_in(text) for text in texts):
            yield "a query asks for {{window}}: expected a window as well"
        if self.at_least and not self.samples:
            yield "expected `samples` as well: at_least is held against it"
        if self.step is not None and self.window is None:
            yield "step is a distance within the window: expected a window as well"
        elif self.step is not None and self.window is not None and not self.step:
            yield "expected a step longer than 0s"
        elif self.step is not None and self.window is not None and self.window / self.step > _MOST_POINTS:
            points = int(self.window / self.step)
            yield (
                f"the window of {say_duration(self.window)} has {points:,} steps of {say_duration(self.step)}, "
                f"at most {_MOST_POINTS:,} are read: expected a longer step"
            )

    async def measure(self, source: Prometheus, moment: Moment, window: Window | None) -> Measurement:
        values = dict(moment.values)
        if self.window is not None:
            values[WINDOW] = say_duration(self.window)
        end = window.end if window else moment.now
        n = await self._samples(source, values, end)
        found = {
            name: await self._asked(source, filled(query, values), end, window)
            for name, query in self.queries.items()
        }
        # in a thread, because comparing a hundred thousand points takes a while
        seen = await aside(lambda: [self._seen(name, answered, end, n) for name, answered in found.items()])
        warned = dict.fromkeys(text for answered in found.values() for text in answered.warnings)
        notes = dict.fromkeys(text for answered in found.values() for text in answered.notes)
        doubts = tuple(f"the server warns: {text}" for text in warned)
        return Measurement(
            readings=tuple(one.reading for one in seen),
            window=window,
            series=tuple(one.series for one in seen if one.series),
            detail=(*doubts, *(line for one in seen for line in one.lines), *notes),
            doubts=doubts,
        )

    async def _asked(self, source: Prometheus, query: str, end: datetime, window: Window | None) -> Answered:
        if window is not None and self.step is not None:
            return await source.over(query, window.start, window.end, self.step)
        return await source.at(query, end)

    async def _samples(self, source: Prometheus, values: Mapping[str, str], end: datetime) -> int | None:
        """A count estimated by increase() or the like, rounded down."""
        if self.samples is None:
            return None
        answered = await source.at(filled(self.samples, values), end)
        if len(answered.series) > 1:
            raise CheckError(
                f"samples found {len(answered.series)} series, expected one number",
                cause=Cause.CONFIGURATION,
                hint="Aggregate them, as in sum(…).",
            )
        found = [parse_number(value) for one in answered.series for _, value in one.points]
        count = found[0] if found else None
        if count is not None and count > _MOST_SAMPLES:
            raise CheckError(f"samples is {str(count)[:20]}…, expected a count", cause=Cause.CONFIGURATION)
        return max(0, int(count)) if count is not None else 0

    def _seen(self, name: str, answered: Answered, end: datetime, n: int | None) -> _Seen:
        """A query's result, whose worst series is the reading."""
        unit = self.units.get(name, "")
        if len(answered.series) > 1:
            self._refuse_comparisons(name, len(answered.series))
        limits = (self.passing().of(name), self.warn.of(name))
        judged = [
            _Series.of(one, unit, end, self.step.total_seconds() if self.step else None)
            for one in answered.series
        ]
        ranked = sorted(judged, key=lambda one: one.rank(*limits), reverse=True)
        if not ranked:
            empty = Reading(name=name, value=None, unit=UNITS[unit][0], n=n, note="the query found no series")
            return _Seen(empty)
        worst = ranked[0]
        value, note = worst.worst(*limits)
        which = f"the worst of {len(ranked):,} series" if len(ranked) > 1 else ""
        said = ", ".join(filter(None, (note, worst.labels, which)))
        reading = Reading(name=name, value=value, unit=UNITS[unit][0], n=n, note=said)
        lines = [one.line(name, UNITS[unit][0], *limits) for one in ranked[:_MOST_SHOWN]]
        more = len(ranked) - _MOST_SHOWN
        rest = [f"{name}: {more:,} more series are no worse"] if more > 0 else []
        return _Seen(reading, worst.chart(name, UNITS[unit][0]), (*lines, *rest) if len(ranked) > 1 else ())

    def _refuse_comparisons(self, name: str, count: int) -> None:
        """Rejects limits that compare readings: which series is the worst would depend on other readings."""
        for reading in self.queries:
            for limit in (*self.passing().of(reading), *self.warn.of(reading)):
                if limit.other and name in {reading, limit.other}:
                    raise CheckError(
                        f"{name} has {count:,} series, and the limit {limit.text!r} of {reading} compares it with another reading",
                        cause=Cause.CONFIGURATION,
                        hint="Aggregate them to one number, as in max(…), or compare in the query.",
                    )


@dataclass(frozen=True)
class _Seen:
    reading: Reading
    series: Series | None = None
    lines: Sequence[str] = ()


@dataclass(frozen=True)
class _Series:
    """Values in the reading's unit, oldest first; None for one that is not finite."""

    labels: str
    points: Sequence[tuple[datetime, Number | None]]
    lacking: str  # why its last value is unknown

    @classmethod
    def of(cls, found: prometheus.Series, unit: str, end: datetime, step: float | None) -> _Series:
        points = [(at, _number(text, unit)) for at, text in found.points]
        lacking = ""
        if not points:
            lacking = "its value is older than a minute"
        elif step is not None and (ago := (end - points[-1][0]).total_seconds()) > 1.5 * step:
            lacking = f"it ended {ago:.0f} s before the window did"
        elif points[-1][1] is None:
            lacking = f"its value is {found.points[-1][1][:_LONGEST]}"
        return cls(str(found)[:_LONGEST], points, lacking)

    def rank(self, passing: Sequence[Limit], warning: Sequence[Limit]) -> tuple[int, float]:
        """The order of badness: out of all limits, unknown, out of some, within; then by distance to the limit."""
        value, _ = self.worst(passing, warning)
        return _rank(value, passing, warning)

    def worst(self, passing: Sequence[Limit], warning: Sequence[Limit]) -> tuple[Number | None, str]:
        """Returns the deciding value, or why there is none; unknown decides unless another value is out of
        limits.
        """
        known = [value for _, value in self.points if value is not None]
        worst = max(known, key=lambda value: _rank(value, passing, warning), default=None)
        gaps = len(self.points) - len(known)
        lacking = self.lacking or (f"{gaps} of {len(self.points)} values are not numbers" if gaps else "")
        if lacking and _rank(worst, passing, warning) < _rank(None, passing, warning):
            return None, lacking
        return (worst, "") if worst is not None else (None, lacking)

    def line(self, name: str, unit: str, passing: Sequence[Limit], warning: Sequence[Limit]) -> str:
        value, why = self.worst(passing, warning)
        said = why if value is None else say_value(value, unit)
        return f"{name} {self.labels or 'without labels'}: {said}"

    def chart(self, name: str, unit: str) -> Series | None:
        floats = ((at, float(value)) for at, value in self.points if value is not None)
        points = tuple((at, value) for at, value in floats if isfinite(value))
        return Series(name=name, unit=unit, points=points) if len(points) > 1 else None


def _rank(value: Number | None, passing: Sequence[Limit], warning: Sequence[Limit]) -> tuple[int, float]:
    if value is None:
        return 2, 0.0
    severity = 0
    if _broken(value, passing):
        severity = 3 if not warning or _broken(value, warning) else 1
    return severity, max((_excess(value, limit) for limit in passing), default=float(value))


def _broken(value: Number, limits: Sequence[Limit]) -> bool:
    return any(limit.breaks(value) for limit in limits)


def _excess(value: Number, limit: Limit) -> float:
    """How far it is beyond the limit; negative if within."""
    bound = limit.bound({})
    if not is_number(bound):
        return 0.0
    if limit.comparison in {">", ">="}:
        return float(bound) - float(value)
    if limit.comparison in {"<", "<="}:
        return float(value) - float(bound)
    return abs(float(value) - float(bound))


def _number(text: str, unit: str) -> Number | None:
    found = parse_number(text)
    return None if found is None else in_unit(found, unit)[0]
