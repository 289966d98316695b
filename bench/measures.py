"""Each job measure on a table of millions of jobs, against the very same statement by itself on a warm connection."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

import psutil
import psycopg
from psycopg import sql

from bench.figure import Figure, seconds
from bot import embedded
from checks.evaluate import evaluate
from checks.jobs.measure import JobsMeasure, between, naive, statement
from checks.kinds import KINDS
from checks.outcome import Outcome
from checks.reading import Moment, Window
from checks.secrets import Secrets
from checks.sources.postgres import Database, PostgresSource

ROWS = int(os.environ.get("BENCH_ROWS", "10000000"))
FOLDER = Path(".canary/bench")  # kept: loading takes longer than measuring
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
TABLES = ("BackgroundJob", "BackgroundDispatchWindow", "BackgroundFunctionRun", "WorkspaceSettings")
ROUNDS = 15
ROOM = 16.0  # MB
NOBODY = Secrets({})

LOAD = """
INSERT INTO "BackgroundJob" ("id", "type", "status", "dedupeKey", "clientId", "leadId", "messageId",
    "runAt", "startedAt", "finishedAt", "createdAt", "updatedAt")
SELECT n, 'SEND_MESSAGE', 'SUCCEEDED', n, 'client-' || n % 62, n, n, at, at + interval '5 s', at + interval '7 s', at, at
FROM generate_series(1, {rows}) AS n,
     LATERAL (SELECT timestamp '2026-11-23 12:00' - n * (interval '180 days' / {rows}) AS at) AS time;
"""
LOAD_RUNS = """
INSERT INTO "BackgroundDispatchWindow" ("id", "dispatchKey", "source", "requestedAt", "windowStart",
    "correlationId", "status", "createdAt", "updatedAt")
SELECT n, n, 'cron', at, at, n, 'ENQUEUED', at, at
FROM generate_series(1, 259200) AS n, LATERAL (SELECT timestamp '2026-11-23 12:00' - n * interval '1 min' AS at) AS time;
INSERT INTO "BackgroundFunctionRun" ("id", "runKey", "functionName", "status", "startedAt", "finishedAt", "createdAt", "updatedAt")
SELECT n, n, 'process-background-jobs', 'SUCCEEDED', at, at + interval '2 s', at, at
FROM generate_series(1, 259200) AS n, LATERAL (SELECT timestamp '2026-11-23 12:00' - n * interval '1 min' AS at) AS time;
INSERT INTO "WorkspaceSettings" ("id", "clientId", "highQuotaEnabled", "createdAt", "updatedAt")
SELECT n, n, true, now(), now() FROM generate_series(1, 62) AS n;
ANALYZE;
"""

WINDOWS: Mapping[str, dict[str, Any]] = {
    "jobs.throughput": {"window": "1h"},
    "jobs.queue_age": {"window": "30m"},
    "jobs.fairness": {"window": "24h"},
    "jobs.cadence": {"window": "1h"},
    "jobs.dispatch_health": {"window": "1h"},
    "jobs.function_failures": {"window": "1h"},
    "jobs.stale_runs": {},
    "jobs.duplicates": {"window": "24h"},
    "jobs.contention": {"window": "30m"},
    "jobs.coverage": {"table": "WorkspaceSettings", "column": "highQuotaEnabled"},
}


async def measure() -> list[Figure]:
    async with embedded.postgres(FOLDER) as dsn:
        await _load(dsn)
        source = PostgresSource(kind="postgres", dsn=dsn, tables=TABLES)
        async with (
            source.open(NOBODY) as database,
            await psycopg.AsyncConnection.connect(dsn, autocommit=True, prepare_threshold=None) as bare,
        ):
            await bare.execute("SET timezone = 'UTC'")
            figures, weights = [], [_weight()]
            for kind in WINDOWS:
                figures.append(await _figure(kind, database, bare))
                weights.append(_weight())
    grown = max(weights) - weights[0]
    memory = Figure("memory grown by all measures", f"{grown:.1f} MB", "", None, "≤ 16 MB", grown <= ROOM)
    return [*figures, memory]


def _weight() -> float:
    """MB that are this process's own."""
    return float(psutil.Process().memory_full_info().uss) / 1e6


async def _figure(kind: str, database: Database, bare: psycopg.AsyncConnection[Any]) -> Figure:
    check = _check(kind)
    statement = _statement(check, database)

    async def ours() -> None:
        result = await evaluate(check, database, Moment(now=NOON), NOBODY)
        assert result.outcome is not Outcome.ERROR, result.reason

    async def alone() -> None:
        await (await bare.execute(*statement)).fetchall()

    mine, base = await _side_by_side(ours, alone)
    met = mine <= 1.05 * base + 0.010
    return Figure(
        f"{kind} on {ROWS:,} jobs",
        seconds(mine),
        seconds(base),
        mine / base,
        "≤ 1.05x + 10 ms",
        met,
        "baseline by psycopg on a warm connection, which costs less than psql",
    )


def _check(kind: str) -> JobsMeasure:
    model = KINDS[kind]
    assert issubclass(model, JobsMeasure)
    reading, unit = next(iter(model.units.items()))
    given = {"kind": kind, "owner": "x", "source": "x", "pass": {reading: f">= 0{unit}"}, **WINDOWS[kind]}
    return model.model_validate(given)


def _statement(check: JobsMeasure, database: Database) -> tuple[sql.Composed, dict[str, Any]]:
    """What the measure asks, as somebody would paste it."""
    times: dict[str, Any] = {"now": naive(NOON), "most": 5}
    if window := getattr(check, "window", None):
        times |= between(Window.ending(NOON, window))
    names = {name: sql.Identifier(*parts) for name, parts in check.names(database.layout).items()}
    return sql.SQL(statement(check.kind)).format(**names), database.layout.words() | times | check.bound()


async def _side_by_side(
    ours: Callable[[], Awaitable[None]], base: Callable[[], Awaitable[None]]
) -> tuple[float, float]:
    """Medians, after one round that warms both."""
    times: dict[Callable[[], Awaitable[None]], list[float]] = {ours: [], base: []}
    for _ in range(ROUNDS + 1):
        for each, taken in times.items():
            began = time.perf_counter()
            await each()
            taken.append(time.perf_counter() - began)
    return statistics.median(times[ours][1:]), statistics.median(times[base][1:])


async def _load(dsn: str) -> None:
    """Once; rows first and indexes after, which is several times faster."""
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as conn:
        if await _loaded(conn) == ROWS:
            return
        await conn.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        await conn.execute(resources.files("sandbox.jobsystem").joinpath("schema.sql").read_bytes())
        found = await conn.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'BackgroundJob' AND indexname NOT LIKE '%pkey'"
        )
        indexes = await found.fetchall()
        for name, _ in indexes:
            await conn.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
        await conn.execute(LOAD.format(rows=ROWS).encode())
        for _, definition in indexes:
            await conn.execute(definition)
        await conn.execute(LOAD_RUNS.encode())
        await conn.execute(sql.SQL("CREATE TABLE loaded AS SELECT {} AS rows").format(sql.Literal(ROWS)))


async def _loaded(conn: psycopg.AsyncConnection[Any]) -> int:
    known = await (await conn.execute("SELECT to_regclass('loaded') IS NOT NULL")).fetchone()
    if not known or not known[0]:
        return 0
    found = await (await conn.execute("SELECT rows FROM loaded")).fetchone()
    return int(found[0]) if found else 0
