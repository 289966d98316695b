"""How long jobs wait between being due and being started."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from checks.jobs.measure import JobMeasure, Row


class QueueAge(JobMeasure):
    """Ages of the jobs started in the window (start − due) and of those waiting at its end (end − due).

    `due` counts the waiting ones. Waiting jobs count, so that a queue which serves nobody does not look
    young; started ones count, so that a queue emptied just before the window's end does not either.
    """

    kind: Literal["jobs.queue_age"]

    units: ClassVar = {"p95": "s", "max": "s", "due": ""}
    charted: ClassVar = "p95"

    def offence(self, offender: Row) -> str:
        return f"tenant {offender['tenant']}: {offender['jobs']:,} due, the oldest for {_seconds(offender['age'])}"


def _seconds(age: Any) -> str:
    return f"{age:,.0f} s"
