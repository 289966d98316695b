"""A job system with a history, and the reference configuration's checks put to it."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias

import psycopg
import pytest
from psycopg import sql
from psycopg.rows import dict_row
from ruamel.yaml import YAML

from checks.base import Check
from checks.evaluate import evaluate
from checks.kinds import KINDS
from checks.reading import Measurement, Moment, Window
from checks.result import Result
from checks.secrets import Secrets
from checks.sources.postgres import Database, PostgresSource
from sandbox.jobsystem import JobSystem

SEED = 20261123
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
TABLES = ("BackgroundJob", "BackgroundDispatchWindow", "BackgroundFunctionRun", "WorkspaceSettings")
EXAMPLE = Path(__file__).parents[3] / "examples" / "background-jobs" / "canary.yaml"
NOBODY = Secrets({})

Canaries: TypeAlias = Callable[[], AbstractAsyncContextManager["Canary"]]


def example_check(name: str, **changes: Any) -> Check:
    """The check of that name in the reference configuration, with its real limits."""
    plan = YAML(typ="safe").load(EXAMPLE)
    written = plan["environments"]["staging"]["checks"][name]
    return KINDS[written["kind"]].model_validate(written | changes)


def postgres(dsn: str, **changes: Any) -> PostgresSource:
    return PostgresSource.model_validate({"kind": "postgres", "dsn": dsn, "tables": TABLES} | changes)


@dataclass(frozen=True)
class Canary:
    """The job system, and its database as the bot sees it."""

    system: JobSystem
    database: Database

    async def ask(self, name: str, **changes: Any) -> Result:
        """The outcome of a check of the reference configuration at the system's present."""
        check = example_check(name, **changes)
        return await evaluate(check, self.database, Moment(now=self.system.now), NOBODY)

    async def measure(self, kind: str, window: Window | None, **fields: Any) -> Measurement:
        reading = next(iter(KINDS[kind].units))
        written = {"kind": kind, "owner": "platform", "pass": {reading: f">= 0{_unit(kind, reading)}"}}
        if window:
            written["window"] = f"{window.seconds:g}s"
        check = KINDS[kind].model_validate(written | fields)
        return await check.measure(self.database, Moment(now=self.system.now), window)

    def last(self, **length: float) -> Window:
        return Window.ending(self.system.now, timedelta(**length))

    async def rows(self, table: str) -> list[dict[str, Any]]:
        """All rows, times in UTC as aware as the bot's."""
        async with await psycopg.AsyncConnection.connect(self.system.dsn, row_factory=dict_row) as connection:
            found = await connection.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(table)))
            return [
                {
                    key: value.replace(tzinfo=UTC) if isinstance(value, datetime) else value
                    for key, value in row.items()
                }
                async for row in found
            ]

    async def execute(self, statement: str) -> None:
        """As the database's owner."""
        async with await psycopg.AsyncConnection.connect(self.system.dsn, autocommit=True) as connection:
            await connection.execute(statement)


def _unit(kind: str, reading: str) -> str:
    return KINDS[kind].units[reading]


@asynccontextmanager
async def canary_on(server: str, start: datetime = NOON, **source: Any) -> AsyncIterator[Canary]:
    """A system without a history, read through the role made for the bot."""
    print(f"seed {SEED}")  # noqa: T201  shown where a test fails
    name = f"jobs_{uuid.uuid4().hex}"
    async with (
        JobSystem.create(server, seed=SEED, start=start, database=name) as system,
        postgres(system.reader_dsn, **source).open(NOBODY) as database,
    ):
        yield Canary(system, database)


@pytest.fixture
async def canary(postgres_server: str) -> AsyncIterator[Canary]:
    async with canary_on(postgres_server) as canary:
        yield canary
