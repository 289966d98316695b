"""Every reading of every measure equals that of an independent model, on random data sets."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
import pytest
import pytest_asyncio
from psycopg import sql

from checks.jobs.source import JobsDatabase
from checks.kinds import KINDS
from checks.reading import Measurement, Moment
from checks.units import say_duration
from tests.checks.jobs.conftest import postgres
from tests.checks.jobs.model import ENDLESS, Answer, Row
from tests.checks.jobs.nasty import SIGNALS, ZONES, Data, as_column, nasty
from tests.databases import throwaway_database

pytestmark = pytest.mark.asyncio(loop_scope="session")

SEED = 20261129
SETS, BATCH = 1000, 25
QUICK = 50  # number of data sets for each column type, in quick tests
TABLES = """
CREATE TABLE "BackgroundJob" (
    "id" text, "type" text, "messageId" text, "status" text, "clientId" text, "runAt" {time}, "attempts" int,
    "startedAt" {time}, "finishedAt" {time}, "updatedAt" {time}, "lastError" text
);
CREATE INDEX ON "BackgroundJob" ("status", "runAt");
CREATE TABLE "BackgroundDispatchWindow" (
    "status" text, "windowStart" {time}, "windowSeconds" int, "errorMessage" text
);
CREATE TABLE "BackgroundFunctionRun" (
    "id" text, "functionName" text, "status" text, "startedAt" {time}, "createdAt" {time}, "lastError" text
);
CREATE TABLE "WorkspaceSettings" ("clientId" text, "highQuotaEnabled" boolean);
"""
IGNORED = {"words": {"ignored": ["IGNORED"]}}


@dataclass(frozen=True)
class Stage:
    """A database with empty tables, and a source for each zone in which their columns may be written."""

    connection: psycopg.AsyncConnection[Any]
    databases: dict[str, JobsDatabase]

    async def load(self, data: Data) -> None:
        model = data.model
        zone = sql.SQL("SET TimeZone = {}").format(sql.Literal(data.zone))
        await self.connection.execute(zone)  # the session's zone, which applies to times written without one
        await self.connection.execute(
            'TRUNCATE "BackgroundJob", "BackgroundDispatchWindow", "BackgroundFunctionRun", "WorkspaceSettings"'
        )
        await self._copy("BackgroundJob", model.jobs, data.zone)
        await self._copy("BackgroundDispatchWindow", model.dispatches, data.zone)
        await self._copy("BackgroundFunctionRun", model.runs, data.zone)
        await self._copy("WorkspaceSettings", model.settings, data.zone)

    async def _copy(self, table: str, rows: list[Row], zone: str) -> None:
        if not rows:
            return
        columns = sql.SQL(", ").join(map(sql.Identifier, rows[0]))
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), columns)
        async with self.connection.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                await copy.write_row(
                    [
                        as_column(value, zone) if isinstance(value, datetime) else value
                        for value in row.values()
                    ]
                )

    async def measure(self, data: Data, kind: str, **fields: Any) -> Measurement:
        model = KINDS[kind]
        reading, unit = next(iter(model.units.items()))
        written = {"kind": kind, "owner": "platform", "pass": {reading: f">= 0{unit}"}}
        window = None if kind in {"jobs.stale_runs", "jobs.coverage"} else data.window
        if window:
            written["window"] = f"{window.seconds:g}s"
        if "reach" in model.model_fields:
            written["reach"] = say_duration(data.model.reach)
        check = model.model_validate(written | {name: _written(value) for name, value in fields.items()})
        return await check.measure(self.databases[data.zone], Moment(now=data.model.now), window)


def _written(value: Any) -> Any:
    return say_duration(value) if hasattr(value, "total_seconds") else value


@pytest_asyncio.fixture(scope="module", loop_scope="session", params=["timestamp", "timestamptz"])
async def stage(postgres_server: str, request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    async with (
        throwaway_database(postgres_server) as dsn,
        await psycopg.AsyncConnection.connect(dsn, autocommit=True) as connection,
    ):
        await connection.execute("SET synchronous_commit = off")
        await connection.execute(TABLES.format(time=request.param).encode())
        databases = {}
        for zone in set(ZONES):
            layout = {"time_zone": zone, "jobs": IGNORED, "runs": IGNORED}
            databases[zone] = await _open(dsn, layout)
        yield Stage(connection, databases)
        for database in databases.values():
            await database.close()


async def _open(dsn: str, layout: dict[str, Any]) -> JobsDatabase:
    return postgres(dsn, layout=layout).database()


@pytest.mark.parametrize(
    "first",
    [
        first if first < QUICK else pytest.param(first, marks=pytest.mark.long)
        for first in range(0, SETS, BATCH)
    ],
)
async def test_measures_agree_with_their_documentation(stage: Stage, first: int) -> None:
    for number in range(first, first + BATCH):
        data = nasty(SEED + number)
        await stage.load(data)
        await _compare(stage, data, f"data set {SEED + number}")


async def _compare(stage: Stage, data: Data, name: str) -> None:
    for kind, fields, answer in _questions(data):
        measured = await stage.measure(data, kind, **fields)
        where = f"{kind} of {name}, {fields}, {data.window}, {data.zone}"
        found = {reading.name: reading.value for reading in measured.readings}
        expected = {
            reading: value if value is None else pytest.approx(value, rel=1e-6, abs=1e-6)
            for reading, value in answer.readings.items()
        }
        assert found == expected, where
        sizes = {reading.name: reading.n for reading in measured.readings if reading.n is not None}
        assert sizes == {reading: n for reading, n in answer.n.items() if n}, where
        assert _doubts(measured) == (sorted(filter(None, answer.unplaced)), ENDLESS in answer.seen), where


def _doubts(measured: Measurement) -> tuple[list[int], bool]:
    """How many rows could not be placed, by reason, and whether times were ahead of the clock."""
    counts = [int(found[1]) for doubt in measured.doubts if (found := re.search(r"\((\d+)\)$", doubt))]
    return sorted(counts), len(counts) < len(measured.doubts)


def _questions(data: Data) -> Iterator[tuple[str, dict[str, Any], Answer]]:
    model, window, given = data.model, data.window, data.options

    def chosen(*names: str) -> dict[str, Any]:
        return {name: given[name] for name in names if given[name] is not None}

    yield "jobs.throughput", chosen("baseline"), model.throughput(window, baseline=given["baseline"])
    yield "jobs.queue_age", {}, model.queue_age(window)
    fair = chosen("heavy", "headroom", "patience")
    yield "jobs.fairness", fair, model.fairness(window, **fair)
    beat = {"function": given["function"] or "tick", "every": given["every"]}
    yield "jobs.cadence", beat, model.cadence(window, **beat)
    yield "jobs.dispatch_health", {}, model.dispatch_health(window)
    yield "jobs.function_failures", chosen("function"), model.function_failures(window, **chosen("function"))
    yield "jobs.stale_runs", chosen("older_than"), model.stale_runs(**chosen("older_than"))
    sent = {"signals": SIGNALS, "function": None if given["jobs_only"] else given["function"]}
    yield "jobs.duplicates", sent, model.duplicates(window, **sent, key=("type", "messageId"))
    words = {"signals": SIGNALS, "storm": given["storm"]}
    yield "jobs.contention", words, model.contention(window, **words)
    rows = {"table": "WorkspaceSettings", "column": "highQuotaEnabled"}
    only = {"only": {"column": "clientId", "equals": given["only"]}} if given["only"] else {}
    yield "jobs.coverage", rows | only, model.coverage(only=given["only"])
