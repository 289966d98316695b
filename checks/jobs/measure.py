"""What all measures of a work queue share: one statement, computed in the database, becomes readings."""

from __future__ import annotations

import importlib.resources
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from pydantic import Field

from checks.base import Check
from checks.jobs.layout import Layout
from checks.reading import Measurement, Moment, Reading, Series, Window
from checks.sources.postgres import Database
from checks.units import Duration

Row = Mapping[str, Any]

_POINTS = 60  # in a chart's series, at most twice as many
_MINUTE = timedelta(minutes=1)
_OFFENDERS = 5
_LINE = 200  # characters of one line of detail


class JobsMeasure(Check):
    """A measure: its statement lies beside it in `<name>.sql` and returns one row.

    The row has a column for each reading of `units`, may have `<reading>_n` with its sample size, `series`
    with [[seconds since 1970, value], …] of the reading `charted`, and `offenders` for `offence`.
    """

    source_kind: ClassVar[str | None] = "postgres"
    units: ClassVar[Mapping[str, str]]  # reading -> unit
    charted: ClassVar[str] = ""

    def readings(self) -> Mapping[str, str]:
        return self.units

    def bound(self) -> dict[str, Any]:
        """What the statement binds beside the window and the layout's words."""
        return {}

    def offence(self, offender: Row) -> str:
        """One offender as a line for people."""
        return ", ".join(f"{key} {value}" for key, value in offender.items())

    async def measure(self, source: Database, moment: Moment, window: Window | None) -> Measurement:
        row = await self._row(source, moment, window)
        return Measurement(
            readings=tuple(self._reading(name, row) for name in self.units),
            window=window,
            series=self._series(row),
            detail=tuple(self.offence(offender)[:_LINE] for offender in row.get("offenders") or ()),
        )

    async def _row(self, source: Database, moment: Moment, window: Window | None) -> Row:
        times = {"now": naive(moment.now), "most": _OFFENDERS} | (between(window) if window else {})
        params = source.layout.words() | times | self.bound()
        return await source.one(statement(self.kind), params, self.names(source.layout))

    def names(self, layout: Layout) -> Mapping[str, Sequence[str]]:
        """What stands in `{…}` of the statement."""
        return layout.names()

    def _reading(self, name: str, row: Row) -> Reading:
        return Reading(name=name, value=row[name], unit=self.units[name], n=row.get(f"{name}_n"))

    def _series(self, row: Row) -> tuple[Series, ...]:
        points = tuple(
            (datetime.fromtimestamp(at, UTC), value)
            for at, value in row.get("series") or ()
            if value is not None
        )
        return (Series(name=self.charted, unit=self.units[self.charted], points=points),) if points else ()


class WindowedMeasure(JobsMeasure):
    """A measure over a window."""

    window: Duration = Field(description="How far back one look reaches")


class JobMeasure(WindowedMeasure):
    """A measure over the job table, whose index is on the time at which a job is due."""

    reach: Duration = Field(
        default=timedelta(hours=24),
        description="Jobs that ended are looked at if they were due no longer than this before the window",
    )

    def bound(self) -> dict[str, Any]:
        return {"reach": self.reach}


def statement(kind: str) -> str:
    """The text of jobs.queue_age lies in queue_age.sql."""
    name = kind.removeprefix("jobs.")
    return importlib.resources.files("checks.jobs").joinpath(f"{name}.sql").read_text("utf-8")


def between(window: Window) -> dict[str, Any]:
    """The window as the database compares it: UTC without a zone, and the width of a chart's buckets."""
    minutes = max(1, round((window.end - window.start) / _MINUTE / _POINTS))
    return {"start": naive(window.start), "end": naive(window.end), "bucket": minutes * _MINUTE}


def naive(moment: datetime) -> datetime:
    """`timestamp without time zone` columns hold UTC; a session in UTC compares `timestamptz` with it too."""
    return moment.astimezone(UTC).replace(tzinfo=None)
