"""Jobs that ended per minute, and against a window some time ago."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, Literal

from pydantic import Field

from checks.jobs.measure import JobMeasure
from checks.reading import Moment, Window
from checks.units import Duration
from checks.wording import Wording

_BOUNDS = ("start", "end", "since", "until")


class Throughput(JobMeasure):
    """`finished` counts the jobs that ended in the window, well or not; `failed` those that ended badly.

    `baseline` is the rate in the window of the same length that ended `baseline` earlier, `of_baseline` the
    present rate in percent of it.
    """

    kind: Literal["jobs.throughput"]
    baseline: Duration | None = Field(default=None, description="Compare with the window this much earlier")

    units: ClassVar = {
        "per_minute": "/min",
        "finished": "",
        "failed": "",
        "baseline": "/min",
        "of_baseline": "%",
    }
    charted: ClassVar = "per_minute"

    def wording(self) -> Mapping[str, Wording]:
        return {
            "per_minute": Wording("{value} jobs finished", "the rate of finished jobs"),
            "finished": Wording("{value} job{s} finished", "the number of finished jobs"),
            "failed": Wording("{value} job{s} failed", "the number of failed jobs"),
            "baseline": Wording("{value} jobs finished earlier", "the earlier rate"),
            "of_baseline": Wording(
                "{value} of the earlier rate", "the rate compared with earlier", "{n} job{s} then"
            ),
        }

    def bound(self) -> dict[str, Any]:
        return {"compared": self.baseline is not None}

    def times(self, moment: Moment, window: Window | None) -> dict[str, Any]:
        times = super().times(moment, window)
        return times | {f"earlier_{name}": self._earlier(times[name]) for name in _BOUNDS}

    def _earlier(self, at: datetime | None) -> datetime | None:
        return at - self.baseline if at and self.baseline is not None else None
