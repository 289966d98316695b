"""Function runs that began long ago and have not ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar, Literal

from pydantic import Field

from checks.jobs.measure import JobsMeasure, Row
from checks.reading import Moment, Window
from checks.units import Duration, say_duration
from checks.wording import Wording


class StaleRuns(JobsMeasure):
    """`stale` counts the runs that began more than `older_than` ago and still run, of `running` in all."""

    tables: ClassVar = ("runs",)
    kind: Literal["jobs.stale_runs"]
    # the table knows current runs, not those of the past
    window: None = Field(default=None, description="Not used: the table says what runs now")
    older_than: Duration = Field(
        default=timedelta(minutes=15), description="A run that has been running longer than this is stale"
    )

    units: ClassVar = {"stale": "", "running": ""}

    def times(self, moment: Moment, window: Window | None) -> dict[str, Any]:
        return super().times(moment, window) | {"overdue": moment.now - self.older_than}

    def wording(self) -> Mapping[str, Wording]:
        return {
            "stale": Wording(
                f"{{value}} run{{s}} still going after {say_duration(self.older_than)}",
                "the number of stale runs",
            ),
            "running": Wording("{value} run{s} under way", "the number of runs under way"),
        }

    def offence(self, offender: Row) -> str:
        minutes = offender["minutes"]
        since = "since an unknown time" if minutes is None else f"for {minutes:,.0f} min"
        return f"{offender['function']} {offender['id']}: running {since}"
