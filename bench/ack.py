"""Click → ack at 100 clicks a second: stored before the ack, against a Bolt app that only acknowledges."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping

import psycopg

from bench.figure import Figure, percentile, seconds
from bench.stage import Stage, answering, configuration, process, stage

RATE, LENGTH, ROUNDS = 100, 5, 4
OURS, BARE = 39_501, 39_502  # ports on loopback


async def measure() -> list[Figure]:
    async with stage() as on:
        config = configuration("http://127.0.0.1:9", 1)
        ours = on.environment(config, OURS)
        bare = ours | {"PORT": str(BARE)}
        async with (
            process(ours, "bot", "serve", log=on.folder / "ours.log"),
            process(bare, "bench.bare_bolt", log=on.folder / "bare.log"),
        ):
            await asyncio.gather(
                answering(f"http://127.0.0.1:{OURS}/healthz"), answering(f"http://127.0.0.1:{BARE}/")
            )
            await on.slack.deliver_to(f"http://127.0.0.1:{OURS}/slack/events")
            bare["BUTTON"] = await _button(on)
            times: dict[int, list[float]] = {OURS: [], BARE: []}
            for _ in range(ROUNDS):
                for port in (OURS, BARE):
                    times[port] += await _clicks(bare, port)
            stored = await _stored(on)
    mine, base = percentile(times[OURS], 0.99), percentile(times[BARE], 0.99)
    late = sum(time > 3 for time in times[OURS])
    lost = len(times[OURS]) - stored
    return [
        Figure(
            f"click → ack, p99 at {RATE}/s, stored first",
            seconds(mine),
            seconds(base),
            mine / base,
            "≤ 1.5x, none over 3 s",
            mine / base <= 1.5 and not late and not lost,
            f"{len(times[OURS]):,} clicks, {late} over 3 s, {lost} not stored; p50 {seconds(percentile(times[OURS], 0.5))}"
            f" against {seconds(percentile(times[BARE], 0.5))}",
        )
    ]


async def _button(on: Stage) -> str:
    """What the Go button of a real run carries."""
    await on.slack.user("raj").command("#releases", "/canary", "run staging")
    card = await on.slack.sees("#releases", "Recommends", timeout=20)
    return str(next(element for element in card.elements if element.label == "Go").body["value"])


async def _clicks(environment: Mapping[str, str], port: int) -> list[float]:
    url = f"http://127.0.0.1:{port}/slack/events"
    running = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bench.clicks",
        url,
        str(RATE),
        str(LENGTH),
        env=dict(environment),
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await asyncio.wait_for(running.communicate(), LENGTH + 30)
    return [float(time) for time in json.loads(out)]


async def _stored(on: Stage) -> int:
    async with await psycopg.AsyncConnection.connect(on.database_url) as conn:
        found = await (await conn.execute("SELECT count(*) FROM inbox WHERE kind = 'action'")).fetchone()
    assert found
    return int(found[0])
