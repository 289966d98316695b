"""How many runs of the scheduled functions failed."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from checks.jobs.measure import Row, WindowedMeasure


class FunctionFailures(WindowedMeasure):
    """Runs started in the window that have ended; `percent` of them failed. `function` "" means all."""

    kind: Literal["jobs.function_failures"]
    function: str = ""

    units: ClassVar = {"failed": "", "runs": "", "percent": "%"}
    charted: ClassVar = "percent"

    def bound(self) -> dict[str, Any]:
        return {"function": self.function}

    def offence(self, offender: Row) -> str:
        return f"{offender['function']} failed {offender['runs']:,} times: {offender['error'] or 'no error kept'}"
