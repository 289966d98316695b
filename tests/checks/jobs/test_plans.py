"""On large tables, measures find their windows by the reference system's indexes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest
import pytest_asyncio
from psycopg import sql

from checks.jobs.layout import Layout
from checks.jobs.measure import JobsMeasure
from checks.kinds import KINDS
from checks.reading import Moment, Window
from tests.checks.jobs.conftest import NOON, Canary, canary_on

pytestmark = pytest.mark.asyncio(loop_scope="session")

KINDS_BY_WINDOW = {
    "jobs.throughput": timedelta(hours=1),
    "jobs.queue_age": timedelta(minutes=30),
    "jobs.fairness": timedelta(hours=24),
    "jobs.cadence": timedelta(hours=1),
    "jobs.dispatch_health": timedelta(hours=1),
    "jobs.function_failures": timedelta(hours=1),
    "jobs.duplicates": timedelta(hours=24),
    "jobs.contention": timedelta(minutes=30),
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def year(postgres_server: str) -> AsyncIterator[Canary]:
    """Half a year of rows, about one every ten minutes in each table."""
    async with canary_on(postgres_server) as canary:
        await canary.execute(
            """
            INSERT INTO "BackgroundJob" ("id", "type", "status", "dedupeKey", "clientId", "leadId", "messageId",
                "runAt", "startedAt", "finishedAt", "createdAt", "updatedAt")
            SELECT n, 'SEND_MESSAGE', 'SUCCEEDED', n, n % 62, n, n, at, at, at, at, at
            FROM generate_series(1, 100000) AS n, LATERAL (
                SELECT timestamp '2026-11-23 12:00' - n * interval '157 s' AS at) AS time;
            INSERT INTO "BackgroundDispatchWindow" ("id", "dispatchKey", "source", "requestedAt", "windowStart",
                "correlationId", "status", "createdAt", "updatedAt")
            SELECT n, n, 'cron', at, at, n, 'ENQUEUED', at, at
            FROM generate_series(1, 50000) AS n, LATERAL (
                SELECT timestamp '2026-11-23 12:00' - n * interval '5 min' AS at) AS time;
            INSERT INTO "BackgroundFunctionRun" ("id", "runKey", "functionName", "status", "startedAt",
                "finishedAt", "createdAt", "updatedAt")
            SELECT n, n, 'process-background-jobs', 'SUCCEEDED', at, at, at, at
            FROM generate_series(1, 50000) AS n, LATERAL (
                SELECT timestamp '2026-11-23 12:00' - n * interval '5 min' AS at) AS time;
            ANALYZE
            """
        )
        yield canary


@pytest.mark.parametrize("time_zone", ["UTC", "Europe/Berlin"])
@pytest.mark.parametrize("kind", KINDS_BY_WINDOW)
async def test_no_table_is_scanned_completely(year: Canary, kind: str, time_zone: str) -> None:
    window = Window.ending(NOON, KINDS_BY_WINDOW[kind])
    unit = KINDS[kind].units[next(iter(KINDS[kind].units))]
    check = KINDS[kind].model_validate(
        {"kind": kind, "owner": "x", "window": "1h", "pass": {next(iter(KINDS[kind].units)): f">= 0{unit}"}}
    )
    assert isinstance(check, JobsMeasure)
    asked = check.question(Layout(time_zone=time_zone), Moment(now=NOON), window)
    names = {name: sql.Identifier(*parts) for name, parts in asked.names.items()}
    explain = sql.SQL("EXPLAIN (FORMAT JSON) " + asked.text).format(**names)
    async with await psycopg.AsyncConnection.connect(year.system.dsn) as connection:
        await connection.execute(sql.SQL("SET TimeZone = {}").format(sql.Literal(time_zone)))
        plan = await (await connection.execute(explain, asked.params)).fetchone()
    assert plan
    assert read_whole(plan[0]) == []


def read_whole(plan: Any) -> list[str]:
    if isinstance(plan, list):
        return [table for part in plan for table in read_whole(part)]
    if not isinstance(plan, dict):
        return []
    own = [plan["Relation Name"]] if plan.get("Node Type") == "Seq Scan" else []
    return own + [table for part in plan.values() for table in read_whole(part)]
