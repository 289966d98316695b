"""Fifty checks of a second each, from the command to the summary in the channel, against the slowest of them."""

from __future__ import annotations

import asyncio
import time

import psycopg
from aiohttp import web

from bench.figure import Figure, seconds
from bench.stage import configuration, free_port, process, stage

CHECKS = 50


async def measure() -> list[Figure]:
    async with stage() as on:
        server = web.Application()
        server.router.add_get("/", _slow)
        runner = web.AppRunner(server, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        try:
            url = f"http://127.0.0.1:{runner.addresses[0][1]}"
            environment = on.environment(configuration(url, CHECKS), free_port(), socket_mode=True)
            async with process(environment, "bot", "serve", log=on.folder / "ours.log"):
                await on.slack.connected(timeout=20)
                began = time.perf_counter()
                await on.slack.user("raj").command("#releases", "/canary", "run staging")
                await on.slack.sees("#releases", "Recommends GO", timeout=60)
                whole = time.perf_counter() - began
                slowest = await _slowest(on.database_url)
        finally:
            await runner.cleanup()
    return [
        Figure(
            f"{CHECKS} checks of 1 s, command → summary",
            seconds(whole),
            f"{seconds(slowest)}, the slowest",
            whole / slowest,
            "≤ 1.1x + 0.5 s",
            whole <= 1.1 * slowest + 0.5,
        )
    ]


async def _slow(_: web.Request) -> web.Response:
    await asyncio.sleep(1)
    return web.json_response({})


async def _slowest(dsn: str) -> float:
    async with await psycopg.AsyncConnection.connect(dsn) as conn:
        found = await (
            await conn.execute("SELECT max((result ->> 'seconds')::float) FROM check_run")
        ).fetchone()
    assert found
    return float(found[0])
