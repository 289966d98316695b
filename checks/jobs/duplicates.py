"""Whether anything was sent twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal

from pydantic import Field

from checks.jobs.layout import Layout
from checks.jobs.measure import JobMeasure, Row, Signal
from checks.jobs.question import shipped
from checks.wording import Wording

_CHECKED = "{n} checked", "nothing to check"
_REPORTED = "{value} duplicate{s} reported by"


class Duplicates(JobMeasure):
    """Three ways in which a duplicate send shows.

    `run_signals` counts the runs of `function` created in the window whose error contains one of the words in
    `signals` (case does not matter); `job_signals` the jobs touched in it with such an error, which a job
    forgets when it succeeds later; `signals` both. `repeated` counts the send keys that succeeded more than
    once, the last time in the window. A key is the values of two columns, neither of them NULL.
    """

    kind: Literal["jobs.duplicates"]
    signals: tuple[Signal, ...] = Field(
        default=("duplicate send", "duplicate-send", "duplicate"),
        min_length=1,
        max_length=20,
        description="Words in an error that report a duplicate send",
    )
    function: str | None = Field(
        default="process-background-jobs",
        description='The function whose runs are read; "" for all, null for jobs only',
    )
    key: tuple[str, str] = Field(default=("type", "messageId"), description="Columns that name one send")

    units: ClassVar = {"signals": "", "job_signals": "", "run_signals": "", "repeated": ""}

    def statement(self) -> str:
        runs = "duplicates_jobs_only" if self.function is None else "duplicates_runs"
        return super().statement().replace("{runs_part}", shipped(runs))

    def bound(self) -> dict[str, Any]:
        return {"signals": list(self.signals), "function": self.function}

    def names(self, layout: Layout) -> Mapping[str, Sequence[str]]:
        return layout.names() | {"key_first": self.key[:1], "key_second": self.key[1:]}

    def wording(self) -> Mapping[str, Wording]:
        return {
            "signals": Wording(f"{_REPORTED} jobs and runs", "duplicate sends", *_CHECKED),
            "job_signals": Wording(f"{_REPORTED} jobs", "duplicate sends in jobs", *_CHECKED),
            "run_signals": Wording(f"{_REPORTED} runs", "duplicate sends in runs", *_CHECKED),
            "repeated": Wording("{value} item{s} sent more than once", "sends that were repeated", *_CHECKED),
        }

    def offence(self, offender: Row) -> str:
        for table in ("job", "run"):
            if table in offender:
                return f"{table} {offender[table]}: {offender['error']}"
        more = ", …" if offender["times"] > len(offender["jobs"]) else ""
        return f"{offender['key']} succeeded {offender['times']:,} times: jobs {', '.join(offender['jobs'])}{more}"
