"""The reference canary on a million jobs, from the command to the recommendation in the channel, against its slowest check.

Without its gates, which run someone else's build.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from ruamel.yaml import YAML

from bench.figure import Figure, seconds
from bench.measures import Amount, add_jobs
from bench.stage import ROOT, Stage, free_port, process, stage
from sandbox.jobsystem import JobSystem

JOBS, ROUNDS = 1_000_000, 3
PAST, LIVED = timedelta(days=180), timedelta(hours=3)
SECRET = "secret-of-the-cron-endpoint"
EXAMPLE = ROOT / "examples" / "background-jobs"


async def measure() -> list[Figure]:
    async with stage() as on, _system(on) as variables:
        count, config = _without_gates(on.folder)
        environment = {**on.environment(config, free_port(), socket_mode=True), **variables}
        async with process(environment, "commands", "serve", log=on.folder / "ours.log"):
            await on.slack.connected(timeout=60)
            runs = sorted([await _run(on, number) for number in range(1, ROUNDS + 1)])
    whole, slowest, name = runs[ROUNDS // 2]
    return [
        Figure(
            f"the reference canary, {count} checks on {JOBS:,} jobs, command → recommendation",
            seconds(whole),
            f"{seconds(slowest)}, the slowest",
            whole / slowest,
            "≤ 1.1x + 1 s",
            whole <= 1.1 * slowest + 1,
            f"the slowest is {name}; the median of {', '.join(seconds(each) for each, _, _ in runs)}",
        )
    ]


def _without_gates(folder: Path) -> tuple[int, str]:
    """Returns the number of checks, and the example's configuration as JSON, which is also YAML."""
    written = YAML(typ="safe").load(EXAMPLE / "canary.yaml")
    staging = written["environments"]["staging"]
    staging["checks"] = {name: check for name, check in staging["checks"].items() if check["kind"] != "gate"}
    del written["sources"]["repository"]
    path = folder / "canary.json"
    with path.open("w") as file:
        YAML(typ="safe").dump(written, file)
    return len(staging["checks"]), path.read_text()


@asynccontextmanager
async def _system(on: Stage) -> AsyncIterator[Mapping[str, str]]:
    """A job system with a past of a million jobs, that goes on living. Yields the variables of the example."""
    shutil.copytree(EXAMPLE / "control", on.folder / "simulations" / "control")
    logs = on.folder / "logs"
    logs.mkdir()
    begin = datetime.now(UTC) - LIVED
    async with JobSystem.create(on.database_url, seed=1, start=begin, log=logs / "decisions.log") as system:
        async with await psycopg.AsyncConnection.connect(system.dsn, autocommit=True) as connection:
            await add_jobs(connection, Amount(JOBS, PAST), begin - PAST, begin)
            await connection.execute("VACUUM ANALYZE")
        await system.advance_to(datetime.now(UTC))
        living = asyncio.create_task(system.run_forever())
        async with system.serve(secret=SECRET) as url:
            yield {
                "STAGING_DATABASE_URL": system.reader_dsn,
                "DECISIONS_DATABASE_URL": system.decisions_dsn,
                "BACKFILL_DATABASE_URL": system.backfill_dsn,
                "STAGING_URL": url,
                "CRON_SECRET": SECRET,
                "DECISION_LOGS": str(logs),
                "SIMULATIONS": str(on.folder / "simulations"),
                "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.defpath]),
            }
        living.cancel()


async def _run(on: Stage, number: int) -> tuple[float, float, str]:
    """Returns the seconds from the command to the recommendation, those of the slowest check, and its name."""

    def recommended() -> bool:
        texts = [on.slack.render_text(message) for message in on.slack.channel("#releases").log.values()]
        return any(f"run #{number} " in text and "GO recommended" in text for text in texts)

    raj = on.slack.user("raj")
    began = time.perf_counter()
    await raj.command("#releases", "/canary", f"run staging version=2.3.{number}")
    await on.slack.wait_for(recommended, 200)
    whole = time.perf_counter() - began
    await raj.command("#releases", "/canary", f"cancel #{number} measured")
    await raj.is_told(f"Run #{number} is cancelled", timeout=60)
    return whole, *await _slowest(on.database_url, number)


async def _slowest(dsn: str, run: int) -> tuple[float, str]:
    statement: Any = """
        SELECT (result ->> 'seconds')::float, name FROM check_run WHERE run = %s ORDER BY 1 DESC LIMIT 1
    """
    async with await psycopg.AsyncConnection.connect(dsn) as conn:
        found = await (await conn.execute(statement, [run])).fetchone()
    assert found
    return float(found[0]), str(found[1])
