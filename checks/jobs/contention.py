"""Whether workers get in each other's way."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import Field

from checks.jobs.measure import JobMeasure, Row


class Contention(JobMeasure):
    """Lost claims, lock waits and retries.

    `signals` counts the jobs touched in the window whose error contains one of the words in `signals`;
    `contended` is the share of dispatch windows that carry such an error, or in which such a job was touched;
    `retry_storm` the share of jobs touched in the window that were on their second or a later attempt.
    """

    kind: Literal["jobs.contention"]
    signals: tuple[str, ...] = Field(
        default=("lost claim", "could not obtain lock", "lock timeout", "deadlock", "could not serialize"),
        min_length=1,
        max_length=20,
    )

    units: ClassVar = {"contended": "%", "retry_storm": "%", "signals": ""}
    charted: ClassVar = "contended"

    def bound(self) -> dict[str, Any]:
        return super().bound() | {"signals": [signal.lower() for signal in self.signals]}

    def offence(self, offender: Row) -> str:
        return f"{offender['jobs']:,} jobs: {offender['error']}"
