"""A job system with a history, and the reference configuration's checks measured on it."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias

import psycopg
import pytest
import pytest_asyncio
from psycopg import conninfo, sql
from psycopg.rows import dict_row
from ruamel.yaml import YAML

from checks.base import Check
from checks.context import opened
from checks.evaluate import evaluate
from checks.jobs.source import JobsDatabase, JobsSource
from checks.kinds import KINDS
from checks.reading import Measurement, Moment, Window
from checks.result import Result
from checks.secrets import Secrets
from sandbox.jobsystem import JobSystem
from tests.databases import throwaway_database

SEED = 20261123
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
TABLES = ("BackgroundJob", "BackgroundDispatchWindow", "BackgroundFunctionRun", "WorkspaceSettings")
EXAMPLE = Path(__file__).parents[3] / "examples" / "background-jobs" / "canary.yaml"
READER = "canary_reader"  # the role that the system creates for readers
NOBODY = Secrets({})

Steps: TypeAlias = Callable[[JobSystem], Awaitable[None]]
Canaries: TypeAlias = Callable[[], AbstractAsyncContextManager["Canary"]]


def example_check(name: str, **changes: Any) -> Check:
    """The check of that name in the reference configuration, with its real limits."""
    plan = YAML(typ="safe").load(EXAMPLE)
    written = plan["environments"]["staging"]["checks"][name]
    return KINDS[written["kind"]].model_validate(written | changes)


def postgres(dsn: str, **changes: Any) -> JobsSource:
    return JobsSource.model_validate({"kind": "postgres", "dsn": dsn, "tables": TABLES} | changes)


@dataclass(frozen=True)
class Still:
    """A job system whose clock stands still."""

    dsn: str
    now: datetime

    @property
    def reader_dsn(self) -> str:
        return conninfo.make_conninfo(self.dsn, user=READER)


@dataclass(frozen=True)
class Canary:
    """The job system, and its database as the bot sees it."""

    _system: JobSystem | Still
    database: JobsDatabase

    @property
    def system(self) -> JobSystem:
        """The running system, with its clock and dials."""
        assert isinstance(self._system, JobSystem)
        return self._system

    @property
    def now(self) -> datetime:
        return self._system.now

    @property
    def reader_dsn(self) -> str:
        return self._system.reader_dsn

    async def ask(self, name: str, **changes: Any) -> Result:
        """The outcome of a check of the reference configuration at the system's current time."""
        check = example_check(name, **changes)
        return await evaluate(check, self.database, Moment(now=self.now), NOBODY)

    async def measure(self, kind: str, window: Window | None, **fields: Any) -> Measurement:
        reading = next(iter(KINDS[kind].units))
        written = {"kind": kind, "owner": "platform", "pass": {reading: f">= 0{_unit(kind, reading)}"}}
        if window:
            written["window"] = f"{window.seconds:g}s"
        check = KINDS[kind].model_validate(written | fields)
        return await check.measure(self.database, Moment(now=self.now), window)

    def last(self, **length: float) -> Window:
        return Window.ending(self.now, timedelta(**length))

    async def rows(self, table: str) -> list[dict[str, Any]]:
        """All rows; times are UTC and aware, as in the bot."""
        async with await psycopg.AsyncConnection.connect(
            self._system.dsn, row_factory=dict_row
        ) as connection:
            found = await connection.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(table)))
            return [
                {
                    key: value.replace(tzinfo=UTC) if isinstance(value, datetime) else value
                    for key, value in row.items()
                }
                async for row in found
            ]

    async def execute(self, statement: str) -> None:
        """Run a statement as the database's owner."""
        async with await psycopg.AsyncConnection.connect(self._system.dsn, autocommit=True) as connection:
            await connection.execute(statement)


def _unit(kind: str, reading: str) -> str:
    return KINDS[kind].units[reading]


@asynccontextmanager
async def canary_on(server: str, start: datetime = NOON, **source: Any) -> AsyncIterator[Canary]:
    """A system without a history, read through the role created for the bot."""
    print(f"seed {SEED}")  # noqa: T201  shown where a test fails
    name = f"jobs_{uuid.uuid4().hex}"
    async with (
        JobSystem.create(server, seed=SEED, start=start, database=name) as system,
        opened(postgres(system.reader_dsn, **source), NOBODY) as database,
    ):
        yield Canary(system, database)


@pytest.fixture
async def canary(postgres_server: str) -> AsyncIterator[Canary]:
    async with canary_on(postgres_server) as canary:
        yield canary


class Histories:
    """Each history is generated once per worker; tests that start from it get a copy."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._lived: dict[Steps, Still] = {}

    @asynccontextmanager
    async def after(self, steps: Steps, start: datetime = NOON) -> AsyncIterator[Canary]:
        """A copy of the system that stands still after these steps."""
        lived = self._lived.get(steps) or await self._live(steps, start)
        async with throwaway_database(self._server, template=database_of(lived.dsn)) as dsn:
            still = Still(dsn, lived.now)
            async with opened(postgres(still.reader_dsn), NOBODY) as database:
                yield Canary(still, database)

    async def _live(self, steps: Steps, start: datetime) -> Still:
        name = f"jobs_{uuid.uuid4().hex}"
        async with JobSystem.create(self._server, seed=SEED, start=start, database=name) as system:
            await steps(system)
            lived = Still(system.dsn, system.now)
        self._lived[steps] = lived
        return lived


def database_of(dsn: str) -> str:
    return str(conninfo.conninfo_to_dict(dsn)["dbname"])


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def histories(postgres_server: str) -> Histories:
    return Histories(postgres_server)


async def seven_hours(system: JobSystem) -> None:
    await system.advance(hours=7)


@pytest.fixture
async def canary_now(histories: Histories) -> AsyncIterator[Canary]:
    """A system with seven hours of history up to the time at which a test first asked for it."""
    async with histories.after(seven_hours, datetime.now(UTC) - timedelta(hours=7)) as canary:
        yield canary
