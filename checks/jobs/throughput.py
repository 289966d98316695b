"""Jobs that ended a minute, and against a window some time ago."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import Field

from checks.jobs.measure import JobMeasure
from checks.units import Duration


class Throughput(JobMeasure):
    """`finished` counts the jobs that ended in the window, well or not; `failed` those that ended badly.

    `baseline` is the rate in the window of the same length that ended `baseline` earlier, `of_baseline` the
    present rate in percent of it.
    """

    kind: Literal["jobs.throughput"]
    baseline: Duration | None = Field(default=None, description="Compare with the window so much earlier")

    units: ClassVar = {
        "per_minute": "/min",
        "finished": "",
        "failed": "",
        "baseline": "/min",
        "of_baseline": "%",
    }
    charted: ClassVar = "per_minute"

    def bound(self) -> dict[str, Any]:
        return super().bound() | {"baseline": self.baseline}
