"""A bot process: time from its start to its first ack, and memory when idle, compared with its libraries."""

from __future__ import annotations

import asyncio
import sys
import time
import uuid

import aiohttp
import psutil

from bench.figure import Figure, seconds
from bench.stage import configuration, free_port, process, signed, stage

ROUNDS = 3
LONGEST_START, LARGEST = 0.8, 100.0  # seconds, MB
IDLE = 3  # seconds
LIBRARIES = (
    *(
        "aiohttp.web",
        "limits.aio",
        "procrastinate",
        "prometheus_client",
        "psycopg",
        "psycopg_pool",
        "pydantic",
    ),
    *("redis.asyncio", "ruamel.yaml", "slack_bolt.async_app", "structlog", "tenacity"),
)


async def measure() -> list[Figure]:
    starts, weights = [], []
    async with stage() as on:
        port = free_port()
        environment = on.environment(configuration("http://127.0.0.1:9", 1), port)
        for number in range(ROUNDS):
            began = time.perf_counter()
            async with process(environment, "commands", "serve", log=on.folder / f"{number}.log") as bot:
                await _acked(port, on.slack.signing_secret)
                starts.append(time.perf_counter() - began)
                await asyncio.sleep(IDLE)
                memory = bot.memory_full_info()
                weights.append((memory.rss / 1e6, memory.uss / 1e6))
    start, (rss, uss) = sorted(starts)[ROUNDS // 2], sorted(weights)[ROUNDS // 2]
    floor = await _libraries()
    return [
        Figure(
            "start → first ack, database there",
            seconds(start),
            "",
            None,
            f"≤ {LONGEST_START} s",
            start <= LONGEST_START,
        ),
        Figure(
            "idle memory, whole bot process",
            f"{rss:.0f} MB",
            f"its libraries, imported: {floor:.0f} MB",
            rss / floor,
            f"≤ {LARGEST:.0f} MB",
            rss <= LARGEST,
            f"{uss:.0f} MB its own (USS)",
        ),
    ]


async def _libraries() -> float:
    """MB of a process that has imported them and does nothing."""
    program = f"import {', '.join(LIBRARIES)}; print(flush=True); input()"
    pipe = asyncio.subprocess.PIPE
    idle = await asyncio.create_subprocess_exec(sys.executable, "-c", program, stdin=pipe, stdout=pipe)
    assert idle.stdout
    await idle.stdout.readline()
    resident = float(psutil.Process(idle.pid).memory_info().rss)
    await idle.communicate(b"\n")
    return resident / 1e6


async def _acked(port: int, secret: str) -> None:
    """Type `/canary help` until it is acknowledged."""
    command = {
        "command": "/canary",
        "text": "help",
        "team_id": "T0ACME",
        "channel_id": "C0RELEASES",
        "user_id": "U04MIA",
        "trigger_id": uuid.uuid4().hex,
    }
    async with aiohttp.ClientSession() as session:
        while True:
            body, headers = signed(command, secret)
            try:
                async with session.post(
                    f"http://127.0.0.1:{port}/slack/events", data=body, headers=headers
                ) as answer:
                    assert answer.status == 200, answer.status
                    return
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.01)
