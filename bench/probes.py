"""A server's latency as measured by a probe, against a plain socket that queries the same server at the same time.

The server takes half a millisecond. Everything runs on this machine, so the server itself gets slower under load;
the plain client, in a separate process, shows by how much.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from bench.figure import Figure, percentile, seconds
from bot import embedded
from checks.base import Check, Source
from checks.context import Context
from checks.evaluate import evaluate
from checks.kinds import KINDS, SOURCES
from checks.outcome import Outcome
from checks.reading import Moment
from checks.result import Result
from checks.secrets import Secrets

FOLDER = Path(".canary/bench-probes")
NOBODY = Secrets({})
SHARED = Context(NOBODY)  # as in a bot, whose checks take turns at a server
OTHERS = 100
BUSY = "import json\nfor n in range(300_000): json.dumps([n] * 3)"
TABLE = "CREATE TABLE IF NOT EXISTS busy AS SELECT generate_series(1, 1000000) AS n"
SLOW = "SELECT count(*) AS rows FROM busy WHERE length(md5(n::text)) = 32"
ROUNDS = 5


async def measure() -> list[Figure]:
    async with _server() as port, embedded.postgres(FOLDER) as dsn:
        async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as connection:
            await connection.execute(TABLE)
        web = _source("http", base_url=f"http://127.0.0.1:{port}")
        await _latency(web)  # warm-up: imports happen on first use
        return [
            await _figure("alone", 0.003, port, lambda: _one_by_one(web, 100)),
            await _figure(f"alongside {OTHERS} probes", 0.005, port, lambda: _all_at_once(web)),
            await _figure("alongside 20 gates and 20 queries", 0.015, port, lambda: _among_others(web, dsn)),
        ]


async def _figure(name: str, target: float, port: int, ours: Callable[[], Awaitable[list[float]]]) -> Figure:
    plain = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.quick_server", str(port), "3", stdout=asyncio.subprocess.PIPE
    )
    taken = await ours()
    output, _ = await plain.communicate()
    mine, base = percentile(taken, 0.95), percentile(json.loads(output), 0.95)
    note = f"p95 of {len(taken)}; baseline: a plain socket in a separate process, at the same time"
    met = mine <= target
    limit = f"≤ {seconds(target)}"
    return Figure(
        f"probe of a 0.5 ms server, {name}", seconds(mine), seconds(base), mine / base, limit, met, note
    )


async def _one_by_one(web: Source, count: int) -> list[float]:
    taken = []
    for _ in range(count):
        taken.append(await _latency(web))
        await asyncio.sleep(0.01)
    return taken


async def _all_at_once(web: Source) -> list[float]:
    taken: list[float] = []
    for _ in range(ROUNDS):
        taken += await asyncio.gather(*(_latency(web) for _ in range(OTHERS + 1)))
    return taken


async def _among_others(web: Source, dsn: str) -> list[float]:
    gate = _check("gate", run=[sys.executable, "-c", BUSY])
    query = _check("sql", query=SLOW, **{"pass": {"rows": "> 0"}})
    here, database = _source("workspace", path=Path.cwd()), _source("postgres", dsn=dsn, tables=["busy"])
    others = asyncio.gather(
        *(_result(gate, here) for _ in range(20)), *(_result(query, database) for _ in range(20))
    )
    taken = []
    while not others.done():
        taken.append(await _latency(web))
        await asyncio.sleep(0.01)
    await others
    return taken


async def _latency(web: Source) -> float:
    result = await _result(
        _check("http.probe", request={"path": "/"}, **{"pass": {"latency_max": "< 5s"}}), web
    )
    assert result.outcome is Outcome.PASS, result.reason
    found = result.measurements[0].reading("latency_max")
    assert found
    return float(str(found.value))


async def _result(check: Check, source: Source) -> Result:
    async with source.open(SHARED) as live:
        return await evaluate(check, live, Moment(now=datetime.now(UTC)), NOBODY)


def _check(kind: str, **fields: Any) -> Check:
    return KINDS[kind].model_validate({"kind": kind, "owner": "x", "source": "x", "timeout": "5m", **fields})


def _source(kind: str, **fields: Any) -> Source:
    return SOURCES[kind].model_validate({"kind": kind, **fields})


@asynccontextmanager
async def _server() -> AsyncIterator[int]:
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.quick_server", stdout=asyncio.subprocess.PIPE
    )
    assert server.stdout
    try:
        yield int(await server.stdout.readline())
    finally:
        server.kill()
        await server.wait()
