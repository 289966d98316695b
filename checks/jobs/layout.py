"""The names of the job tables: those of the reference system, unless `layout:` says otherwise.

Write a name as it is in the database ("runAt"); a table may carry its schema ("queue.Job").
"""

from __future__ import annotations

from typing import Any, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, field_validator

from checks.sources.postgres.catalog import qualified
from checks.sources.postgres.clock import SKEW
from checks.time_zone import known_zone
from checks.units import Duration

Name: TypeAlias = tuple[str, ...]  # ("queue", "Job") or ("runAt",): each part quoted separately


def _described(schema: dict[str, Any]) -> None:
    """Every key of a layout means the same: the actual name of what canary calls by that key."""
    for key, node in schema.get("properties", {}).items():
        if "default" in node and isinstance(node["default"], str):
            node.setdefault("description", f"What your database calls `{key}`; left out: {node['default']}")
        else:
            node.setdefault("description", f"What your database calls the {key}")


class _Part(BaseModel):
    model_config = ConfigDict(json_schema_extra=_described, defer_build=True, extra="forbid", frozen=True)


_IGNORED = Field(default=(), description="Other words of the status column: no measure counts such a row")


class JobWords(_Part):
    """The words in the jobs' status column."""

    pending: str = "PENDING"
    running: str = "RUNNING"
    succeeded: str = "SUCCEEDED"
    failed: str = "FAILED"
    ignored: tuple[str, ...] = _IGNORED


class JobTable(_Part):
    """One row per job."""

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
    """The words in the dispatch windows' status column; any other means not enqueued."""

    dispatching: str = "DISPATCHING"
    enqueued: str = "ENQUEUED"


class DispatchTable(_Part):
    """One row per dispatch window."""

    table: str = "BackgroundDispatchWindow"
    status: str = "status"
    start: str = "windowStart"
    seconds: str = "windowSeconds"
    error: str = "errorMessage"
    words: DispatchWords = DispatchWords()


class RunWords(_Part):
    """The words in the function runs' status column."""

    running: str = "RUNNING"
    succeeded: str = "SUCCEEDED"
    failed: str = "FAILED"
    ignored: tuple[str, ...] = _IGNORED


class RunTable(_Part):
    """One row per run of a scheduled function."""

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
    time_zone: str = Field(
        default="UTC",
        pattern=r"^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$",
        description="Of times in columns without a zone: a name like Europe/Berlin",
    )
    clock_skew: Duration = Field(
        default=SKEW,
        description="Rows with times further than this ahead of the database's clock are an ERROR",
    )

    @field_validator("time_zone")
    @classmethod
    def _is_known(cls, name: str) -> str:
        return known_zone(name)

    def names(self) -> dict[str, Name]:
        """{"jobs": ("BackgroundJob",), "jobs_due": ("runAt",), …}: the values of `{…}` in a statement."""
        names: dict[str, Name] = {}
        for kind, table in self._tables():
            columns = table.model_dump(exclude={"table", "words"})
            names |= {kind: qualified(table.table)}
            names |= {f"{kind}_{column}": (name,) for column, name in columns.items()}
        return names

    def words(self) -> dict[str, str | list[str]]:
        """{"jobs_pending": "PENDING", …, "jobs_words": [all of them]}: the values of `%(…)s` in a statement."""
        words: dict[str, str | list[str]] = {}
        for kind, table in self._tables():
            meanings: dict[str, str] = table.words.model_dump(exclude={"ignored"})
            words |= {f"{kind}_{meaning}": word for meaning, word in meanings.items()}
            words[f"{kind}_words"] = [*meanings.values(), *getattr(table.words, "ignored", ())]
        return words

    def _tables(self) -> tuple[tuple[str, JobTable | DispatchTable | RunTable], ...]:
        return ("jobs", self.jobs), ("dispatches", self.dispatches), ("runs", self.runs)
