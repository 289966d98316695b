"""A bot process: time from its start to its first ack, and memory when idle."""

from __future__ import annotations

import asyncio
import time
import uuid

import aiohttp

from bench.figure import Figure, seconds
from bench.stage import configuration, free_port, process, signed, stage

ROUNDS = 3
LONGEST_START, LARGEST = 2.0, 120.0  # seconds, MB
IDLE = 3  # seconds


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
    return [
        Figure(
            "start → first ack, database there", seconds(start), "", None, "≤ 2 s", start <= LONGEST_START
        ),
        Figure(
            "idle memory, whole bot process",
            f"{rss:.0f} MB",
            "",
            None,
            "≤ 120 MB",
            rss <= LARGEST,
            f"{uss:.0f} MB its own (USS)",
        ),
    ]


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
