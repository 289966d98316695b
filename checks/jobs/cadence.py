"""Whether the scheduler ticks as often as it should."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Literal

from pydantic import Field

from checks.jobs.measure import Row, RunMeasure
from checks.units import Duration
from checks.wording import Wording

_GAPS = "{n} gap{s}"


class Cadence(RunMeasure):
    """Gaps between the starts of one function.

    `mean_gap` and `p95_jitter` (of |gap − every|) are of the gaps within the window. `longest_gap` also
    counts the time from the window's start to the first run and from the last run to its end, and so does
    `missed`, the ticks that would have fitted into the gaps: a scheduler that died shows at once.
    """

    kind: Literal["jobs.cadence"]
    function: str = Field(
        default="process-background-jobs", description="The scheduled function whose runs are looked at"
    )
    every: Duration = Field(default=timedelta(minutes=1), description="How often it should run")

    units: ClassVar = {"runs": "", "mean_gap": "s", "longest_gap": "s", "p95_jitter": "s", "missed": ""}
    charted: ClassVar = "longest_gap"

    def wording(self) -> Mapping[str, Wording]:
        return {
            "runs": Wording("{value} run{s}", "the number of runs"),
            "mean_gap": Wording("mean gap {value}", "the mean gap between runs", _GAPS),
            "longest_gap": Wording("longest gap {value}", "the longest gap between runs", _GAPS),
            "p95_jitter": Wording("p95 jitter {value}", "the p95 jitter", _GAPS),
            "missed": Wording("{value} run{s} missed", "the number of missed runs"),
        }

    def bound(self) -> dict[str, Any]:
        return {"function": self.function, "every": self.every}

    def offence(self, offender: Row) -> str:
        until = datetime.fromtimestamp(float(offender["until"]), UTC)
        return f"{offender['seconds']:,.1f} s without a run until {until:%Y-%m-%d %H:%M:%S} UTC"
