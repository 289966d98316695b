"""Shared by all measures of a work queue: one statement, computed in the database, becomes readings."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, ClassVar

from pydantic import Field

from checks.base import Check
from checks.jobs.doubts import doubts_of
from checks.jobs.layout import Layout
from checks.jobs.question import Question, instants, question, shipped
from checks.jobs.source import JobsDatabase
from checks.reading import Measurement, Moment, Reading, Series, Window
from checks.units import Duration

Row = Mapping[str, Any]
Signal = Annotated[str, Field(min_length=1, max_length=200)]  # searched for in errors, ignoring case

_LINE = 200  # characters of one line of detail


def tenant(offender: Row) -> str:
    """An offender's tenant, for people; some jobs have none."""
    return "no tenant" if offender["tenant"] is None else f"tenant {offender['tenant']}"


class JobsMeasure(Check):
    """A measure: its statement is next to it in `<name>.sql` and returns one row.

    The row has a column for each reading of `units`. It may have `<reading>_n` with its sample size, `series`
    with [[seconds since 1970, value], …] of the reading `charted`, and `offenders` for `offence`. It has
    `latest`, the latest time that was read, and `unplaced`, {what: rows} that could not be placed in time.
    """

    source_kind: ClassVar[str | None] = "postgres"
    units: ClassVar[Mapping[str, str]]  # reading -> unit
    charted: ClassVar[str] = ""
    tables: ClassVar[Sequence[str]] = ()  # of the layout, all of whose rows must be placed
    dated: ClassVar[bool] = True  # whether what it reads depends on the time

    @property
    def captured(self) -> bool:
        return True

    def readings(self) -> Mapping[str, str]:
        return self.units

    def statement(self) -> str:
        """jobs.queue_age's statement is in queue_age.sql."""
        return shipped(self.kind.removeprefix("jobs."))

    def bound(self) -> dict[str, Any]:
        """The statement's parameters, except times and the layout's words."""
        return {}

    def times(self, moment: Moment, window: Window | None) -> dict[str, Any]:
        """The times that are the statement's parameters."""
        return instants(moment, window)

    def names(self, layout: Layout) -> Mapping[str, Sequence[str]]:
        """The values of `{…}` in the statement."""
        return layout.names()

    def offence(self, offender: Row) -> str:
        """One offender as a line for people."""
        return ", ".join(f"{key} {value}" for key, value in offender.items())

    def question(self, layout: Layout, moment: Moment, window: Window | None) -> Question:
        """Its query."""
        bound = self.times(moment, window) | self.bound()
        return question(self.statement(), self.tables, layout, bound, self.names(layout))

    async def measure(self, source: JobsDatabase, moment: Moment, window: Window | None) -> Measurement:
        asked = self.question(source.layout, moment, window)
        row = await source.one(asked.text, asked.params, asked.names, time_zone=asked.time_zone)
        if self.dated:
            source.compare_clocks(moment)
        doubts = doubts_of(row, source.layout)
        return Measurement(
            readings=tuple(self._reading(name, row) for name in self.units),
            window=window,
            series=tuple(self._series(row)),
            detail=(*doubts, *(self.offence(offender)[:_LINE] for offender in row.get("offenders") or ())),
            doubts=doubts,
            context={"statement": f"sha256:{hashlib.sha256(asked.text.encode()).hexdigest()}"},
        )

    def _reading(self, name: str, row: Row) -> Reading:
        found = row[name]
        value = float(found) if isinstance(found, Decimal) else found  # a quotient, rounded by the database
        return Reading(name=name, value=value, unit=self.units[name], n=row.get(f"{name}_n") or None)

    def _series(self, row: Row) -> Iterator[Series]:
        points = tuple(
            (datetime.fromtimestamp(float(at), UTC), float(value))
            for at, value in row.get("series") or ()
            if value is not None
        )
        if points:
            yield Series(name=self.charted, unit=self.units[self.charted], points=points)


class WindowedMeasure(JobsMeasure):
    """A measure over a window."""

    window: Duration = Field(description="How far back one look reaches")


class _Reaching(WindowedMeasure):
    """A measure whose rows are searched by another, indexed time than the one that counts."""

    reach: Duration = Field(
        default=timedelta(hours=24), description="How far from the window that other time may be"
    )

    def times(self, moment: Moment, window: Window | None) -> dict[str, Any]:
        times = super().times(moment, window)
        if window:
            times |= {"since": window.start - self.reach, "until": window.end + self.reach}
        return times


class JobMeasure(_Reaching):
    """A measure over the job table, which is indexed by the time at which a job is due."""

    tables: ClassVar[Sequence[str]] = ("jobs",)


class RunMeasure(_Reaching):
    """A measure over the table of runs, which is indexed by the time at which the row was created."""
