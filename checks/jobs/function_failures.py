"""How many runs of the scheduled functions failed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field

from checks.jobs.measure import Row, RunMeasure
from checks.units import say_count
from checks.wording import Wording


class FunctionFailures(RunMeasure):
    """Runs that began in the window and have ended; `percent` of them failed. `function` "" means all."""

    tables: ClassVar = ("runs",)

    kind: Literal["jobs.function_failures"]
    function: str = Field(default="", description="Only the runs of this function; left out: of all")

    units: ClassVar = {"failed": "", "runs": "", "percent": "%"}
    charted: ClassVar = "percent"

    def wording(self) -> Mapping[str, Wording]:
        return {
            "failed": Wording("{value} run{s} failed", "the number of failed runs"),
            "runs": Wording("{value} run{s} ended", "the number of runs"),
            "percent": Wording("{value} of runs failed", "the share of failed runs", "{n} run{s}"),
        }

    def bound(self) -> dict[str, Any]:
        return {"function": self.function}

    def offence(self, offender: Row) -> str:
        return f"{offender['function']} failed {say_count(offender['runs'], 'time')}: {offender['error'] or 'no error kept'}"
