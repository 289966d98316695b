"""Fifty checks of one second each, from the command to the recommendation in the channel, against the slowest of them."""

from __future__ import annotations

import asyncio
import time

import psycopg
from aiohttp import web

from bench.figure import Figure, seconds
from bench.stage import configuration, free_port, process, responding, stage

CHECKS, ROUNDS = 50, 20
OUTLIERS = 1  # of these rounds


async def measure() -> list[Figure]:
    runs = sorted([await _run() for _ in range(ROUNDS)])
    whole, slowest = runs[-1 - OUTLIERS]
    return [
        Figure(
            f"{CHECKS} checks of 1 s, command → recommendation, in {ROUNDS - OUTLIERS} of {ROUNDS} runs",
            seconds(whole),
            f"{seconds(slowest)}, the slowest",
            whole / slowest,
            "≤ 1.1x + 0.5 s",
            whole <= 1.1 * slowest + 0.5,
            f"median {seconds(runs[ROUNDS // 2][0])}, the slowest {seconds(runs[-1][0])}",
        )
    ]


async def _run() -> tuple[float, float]:
    """Returns the seconds from the command to the recommendation, and of the slowest check, for a bot that has just
    started.
    """
    async with stage() as on, responding(_slow) as url:
        environment = on.environment(configuration(url, CHECKS), free_port(), socket_mode=True)
        async with process(environment, "commands", "serve", log=on.folder / "ours.log"):
            await on.slack.connected(timeout=20)
            began = time.perf_counter()
            await on.slack.user("raj").command("#releases", "/canary", "run staging")
            await on.slack.sees("#releases", "*GO recommended*", timeout=60)
            return time.perf_counter() - began, await _slowest(on.database_url)


async def _slow(_: web.Request) -> web.Response:
    """Responds after a second."""
    await asyncio.sleep(1)
    return web.json_response({})


async def _slowest(dsn: str) -> float:
    async with await psycopg.AsyncConnection.connect(dsn) as conn:
        found = await (
            await conn.execute("SELECT max((result ->> 'seconds')::float) FROM check_run")
        ).fetchone()
    assert found
    return float(found[0])
