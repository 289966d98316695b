"""Function runs that began long ago and have not ended."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar, Literal

from checks.jobs.measure import JobsMeasure, Row
from checks.units import Duration


class StaleRuns(JobsMeasure):
    """`stale` counts the runs that began at least `older_than` ago and still run, of `running` in all."""

    kind: Literal["jobs.stale_runs"]
    window: None = None  # the table knows what runs now, not what ran then
    older_than: Duration = timedelta(minutes=15)

    units: ClassVar = {"stale": "", "running": ""}

    def bound(self) -> dict[str, Any]:
        return {"older_than": self.older_than}

    def offence(self, offender: Row) -> str:
        return f"{offender['function']} {offender['id']}: running for {offender['minutes']:,.0f} min"
