"""Whether dispatch windows were enqueued."""

from __future__ import annotations

from typing import ClassVar, Literal

from checks.jobs.measure import Row, WindowedMeasure


class DispatchHealth(WindowedMeasure):
    """Dispatch windows that began in the window. One still being dispatched counts once its time is over."""

    tables: ClassVar = ("dispatches",)

    kind: Literal["jobs.dispatch_health"]

    units: ClassVar = {"enqueued": "", "not_enqueued": "", "percent": "%"}
    charted: ClassVar = "percent"

    def offence(self, offender: Row) -> str:
        return f"{offender['windows']:,} {offender['status']}: {offender['error'] or 'no reason given'}"
