"""How long jobs wait between being due and being started."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from checks.jobs.measure import JobMeasure, Row, tenant
from checks.wording import Wording

_WAITING = "{n} job{s}", "nothing waited"
_STARTED = "{n} job{s} started", "nothing started"


class QueueAge(JobMeasure):
    """`p95` and `max` of the ages (end − due) of the `due` jobs that were waiting at the window's end.

    `started_p95` and `started_max` are of the waits of the `started` jobs, those that left the queue in the
    window: they show a queue that was emptied just before the window's end. With no jobs, ages are 0.

    The series shows these waits by the time of the start, and at its end also the ages of the jobs that wait.
    """

    kind: Literal["jobs.queue_age"]

    units: ClassVar = {
        "p95": "s",
        "max": "s",
        "due": "",
        "started_p95": "s",
        "started_max": "s",
        "started": "",
    }
    charted: ClassVar = "p95"

    def wording(self) -> Mapping[str, Wording]:
        return {
            "p95": Wording("p95 {value}", "the p95 age", *_WAITING, over_time="the p95 wait, by start time"),
            "max": Wording("oldest {value}", "the oldest job's age", *_WAITING),
            "due": Wording("{value} job{s} waiting", "the number of waiting jobs"),
            "started_p95": Wording("p95 {value} until started", "the p95 wait of started jobs", *_STARTED),
            "started_max": Wording("longest wait {value}", "the longest wait of a started job", *_STARTED),
            "started": Wording("{value} job{s} started", "the number of started jobs"),
        }

    def offence(self, offender: Row) -> str:
        return f"{tenant(offender)}: {offender['jobs']:,} due, the oldest for {_seconds(offender['age'])}"


def _seconds(age: Any) -> str:
    return f"{age:,.0f} s"
