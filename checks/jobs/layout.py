"""How the job tables are called: the reference system's names, unless `layout:` says otherwise.

A name is written as it stands in the database ("runAt"); a table may carry its schema ("queue.Job").
"""

from __future__ import annotations

from typing import TypeAlias

from pydantic import BaseModel, ConfigDict

Name: TypeAlias = tuple[str, ...]  # ("queue", "Job") or ("runAt",): each part quoted by itself


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class JobWords(_Part):
    """What the job's status column says."""

    pending: str = "PENDING"
    running: str = "RUNNING"
    succeeded: str = "SUCCEEDED"
    failed: str = "FAILED"


class JobTable(_Part):
    """One row a job."""

    table: str = "BackgroundJob"
    id: str = "id"
    type: str = "type"
    status: str = "status"
    tenant: str = "clientId"
    due: str = "runAt"
    attempts: str = "attempts"
    started: str = "startedAt"
    finished: str = "finishedAt"
    updated: str = "updatedAt"
    error: str = "lastError"
    words: JobWords = JobWords()


class DispatchWords(_Part):
    """What the dispatch window's status column says."""

    dispatching: str = "DISPATCHING"
    enqueued: str = "ENQUEUED"


class DispatchTable(_Part):
    """One row a dispatch window."""

    table: str = "BackgroundDispatchWindow"
    status: str = "status"
    start: str = "windowStart"
    seconds: str = "windowSeconds"
    error: str = "errorMessage"
    words: DispatchWords = DispatchWords()


class RunWords(_Part):
    """What the function run's status column says."""

    running: str = "RUNNING"
    succeeded: str = "SUCCEEDED"
    failed: str = "FAILED"


class RunTable(_Part):
    """One row a run of a scheduled function."""

    table: str = "BackgroundFunctionRun"
    id: str = "id"
    function: str = "functionName"
    status: str = "status"
    started: str = "startedAt"
    created: str = "createdAt"
    error: str = "lastError"
    words: RunWords = RunWords()


class Layout(_Part):
    """The three tables, under the names by which the statements know them."""

    jobs: JobTable = JobTable()
    dispatches: DispatchTable = DispatchTable()
    runs: RunTable = RunTable()

    def names(self) -> dict[str, Name]:
        """{"jobs": ("BackgroundJob",), "jobs_due": ("runAt",), …}: what stands in `{…}` of a statement."""
        names: dict[str, Name] = {}
        for kind, table in self._tables():
            columns = table.model_dump(exclude={"table", "words"})
            names |= {kind: qualified(table.table)}
            names |= {f"{kind}_{column}": (name,) for column, name in columns.items()}
        return names

    def words(self) -> dict[str, str]:
        """{"jobs_pending": "PENDING", …}: what stands in `%(…)s` of a statement."""
        return {
            f"{kind}_{word}": value
            for kind, table in self._tables()
            for word, value in table.words.model_dump().items()
        }

    def _tables(self) -> tuple[tuple[str, JobTable | DispatchTable | RunTable], ...]:
        return ("jobs", self.jobs), ("dispatches", self.dispatches), ("runs", self.runs)


def qualified(table: str) -> Name:
    """`queue.Job` -> ("queue", "Job"); `Job` -> ("Job",)."""
    return tuple(table.split(".", 1))
