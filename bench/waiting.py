"""A thousand runs that wait for votes: the memory they take in the bot, and whether they delay its start."""

from __future__ import annotations

import asyncio
import statistics
import time
from pathlib import Path

import aiohttp
import psutil

from bench.ballots import ballots, plan
from bench.figure import Figure, seconds
from bench.stage import Stage, free_port, process, stage
from bot.jobs import Engine
from bot.store import runs
from bot.store.database import Database
from bot.workflow.closing import Expire

WAITING, AT_ONCE = 1_000, 100  # one active run per environment, a hundred environments per configuration
ROUNDS = 5
IDLE = 2  # seconds
HEAVIER, LATER = 5.0, 1.2  # MB, ratio


async def measure() -> list[Figure]:
    async with stage() as on:
        plan(on.folder, 1)
        without = [await _start(on) for _ in range(ROUNDS)]
        await _let_wait(on)
        beside = [await _start(on) for _ in range(ROUNDS)]
    (start, weight), (later, heavier) = (
        tuple(map(statistics.median, zip(*rounds, strict=True))) for rounds in (without, beside)
    )
    return [
        Figure(
            f"memory of {WAITING:,} waiting runs",
            f"{heavier - weight:+.1f} MB",
            f"{weight:.1f} MB without them",
            None,
            f"≤ {HEAVIER:.0f} MB more",
            heavier - weight <= HEAVIER,
            f"its own memory (USS), median of {ROUNDS} starts",
        ),
        Figure(
            f"start to ready with {WAITING:,} waiting runs",
            seconds(later),
            f"{seconds(start)} without them",
            later / start,
            f"≤ {LATER}x",
            later / start <= LATER,
            f"median of {ROUNDS}",
        ),
    ]


async def _let_wait(on: Stage) -> None:
    """Including the timer that expires each of them."""
    for batch in range(WAITING // AT_ONCE):
        await ballots(on.database_url, plan(on.folder, AT_ONCE, prefix=f"batch-{batch}"))
    plan(on.folder, 1)
    async with (
        Database(on.database_url) as database,
        Engine(database) as engine,
        database.transaction() as conn,
    ):
        waiting = [run for run in await runs.active(conn) if run.expires_at]
        timers = (Expire(run=run.number, at=run.expires_at) for run in waiting if run.expires_at)
        await engine.enqueue(conn, *timers)
    assert len(waiting) == WAITING


async def _start(on: Stage) -> tuple[float, float]:
    """Returns the seconds until /readyz succeeds, and the process's own memory (USS) in MB a little later."""
    port = free_port()
    configuration = await asyncio.to_thread((on.folder / "ballots.yaml").read_text)
    environment = on.environment(configuration, port, socket_mode=True)
    began = time.perf_counter()
    async with process(environment, "commands", "serve", log=Path(on.folder / "bot.log")) as bot:
        await _ready(f"http://127.0.0.1:{port}/readyz")
        took = time.perf_counter() - began
        await asyncio.sleep(IDLE)
        return took, psutil.Process(bot.pid).memory_full_info().uss / 1e6


async def _ready(url: str) -> None:
    async with asyncio.timeout(30), aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.get(url) as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientConnectionError:
                pass
            await asyncio.sleep(0.01)
