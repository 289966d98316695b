"""Whether workers get in each other's way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field

from checks.jobs.measure import JobMeasure, Row, Signal
from checks.units import say_count
from checks.wording import Wording

_JOBS = "{n} job{s}", "no jobs"


class Contention(JobMeasure):
    """Lost claims, lock waits and retries.

    `signals` counts the jobs touched in the window whose error contains one of the words in `signals`;
    `contended` is the share of dispatch windows that have such an error, or in which such a job was touched.
    `retried` counts the jobs touched in the window that were on their second or a later attempt, and
    `retry_storm` is their share of the jobs that were tried at all. Fewer than `storm` of them are no storm:
    then it is 0.
    """

    tables: ClassVar = ("jobs", "dispatches")

    kind: Literal["jobs.contention"]
    signals: tuple[Signal, ...] = Field(
        default=("lost claim", "could not obtain lock", "lock timeout", "deadlock", "could not serialize"),
        min_length=1,
        max_length=20,
        description="Words in a job's error that tell of contention",
    )

    storm: int = Field(
        default=5, ge=1, description="With fewer jobs tried again than this, there is no storm"
    )

    units: ClassVar = {"contended": "%", "retry_storm": "%", "retried": "", "signals": ""}
    charted: ClassVar = "contended"

    def wording(self) -> Mapping[str, Wording]:
        return {
            "contended": Wording(
                "{value} of dispatch windows contended",
                "the share of contended dispatch windows",
                "{n} window{s}",
            ),
            "retry_storm": Wording("{value} of jobs tried again", "the share of jobs tried again", *_JOBS),
            "retried": Wording("{value} job{s} tried again", "the number of jobs tried again", *_JOBS),
            "signals": Wording(
                "{value} job{s} with a contention error", "jobs with a contention error", *_JOBS
            ),
        }

    def bound(self) -> dict[str, Any]:
        return {"signals": list(self.signals), "storm": self.storm}

    def offence(self, offender: Row) -> str:
        return f"{say_count(offender['jobs'], 'job')}: {offender['error']}"
