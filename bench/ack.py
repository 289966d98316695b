"""From click to ack at 100 clicks a second: stored before the ack, against a Bolt app that only acknowledges."""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, LiteralString

import psycopg

from bench.clicks import person
from bench.figure import Figure, percentile, seconds
from bench.stage import Stage, answering, configuration, free_port, process, stage
from sandbox.slack.people import User

RATE, LENGTH, ROUNDS = 100, 2, 8
PEOPLE = 50  # each clicks at a human pace
LATEST = 3.0  # seconds; after that, Slack shows an error
NOTHING, VOTE = "of_last_year", "vote_go"


@dataclass
class Clicked:
    """The times of every round's clicks."""

    port: int
    action: str
    rounds: list[list[float]] = field(default_factory=list)

    def middle(self, share: float) -> float:
        """The median over rounds of a percentile, which removes momentary load from other processes."""
        return statistics.median(percentile(times, share) for times in self.rounds)

    @property
    def late(self) -> int:
        return sum(time > LATEST for times in self.rounds for time in times)


async def measure() -> list[Figure]:
    async with stage() as on:
        for user in map(person, range(1, PEOPLE)):
            on.slack.add_user(User(user, user.lower()))
        ours, bare = free_port(), free_port()
        environment = on.environment(configuration("http://127.0.0.1:9", 1), ours)
        async with (
            process(environment, "commands", "serve", log=on.folder / "ours.log"),
            process(environment | {"PORT": str(bare)}, "bench.bare_bolt", log=on.folder / "bare.log"),
        ):
            await asyncio.gather(*(answering(f"http://127.0.0.1:{port}/") for port in (ours, bare)))
            await on.slack.deliver_to(f"http://127.0.0.1:{ours}/slack/events")
            button = {"BUTTON": await _button(on)}
            idle, base, busy = Clicked(ours, NOTHING), Clicked(bare, VOTE), Clicked(ours, VOTE)
            async with _clicker(environment | button) as clicker:
                for _ in range(ROUNDS):
                    for clicked in (idle, base, busy):
                        clicked.rounds.append(await _clicks(clicker, clicked))
                        await _all_handled(on.database_url)
            lost = 2 * RATE * LENGTH * ROUNDS - await _stored(on.database_url)
    return [
        _figure("a click with nothing behind it", idle, base, lost),
        _figure("a vote, looked up and refused meanwhile", busy, base, lost),
    ]


def _figure(what: str, ours: Clicked, base: Clicked, lost: int) -> Figure:
    mine, theirs = ours.middle(0.99), base.middle(0.99)
    clicks = sum(map(len, ours.rounds))
    return Figure(
        f"click → ack, p99 at {RATE}/s, stored first: {what}",
        seconds(mine),
        seconds(theirs),
        mine / theirs,
        "≤ 1.5x, none over 3 s",
        mine / theirs <= 1.5 and not ours.late and not lost,
        f"{clicks:,} clicks, {ours.late} over 3 s, {lost} not stored; p50 {seconds(ours.middle(0.5))}"
        f" against {seconds(base.middle(0.5))}",
    )


async def _button(on: Stage) -> str:
    """The value of a real run's Go button."""
    await on.slack.user("raj").command("#releases", "/canary", "run staging")
    card = await on.slack.sees("#releases", " recommended", timeout=20)
    return str(next(element for element in card.elements if element.label == "Go").body["value"])


@asynccontextmanager
async def _clicker(environment: Mapping[str, str]) -> AsyncIterator[Process]:
    words = (sys.executable, "-m", "bench.clicks", str(RATE), str(LENGTH), str(PEOPLE))
    largest = 2**20  # bytes of a round's output
    running = await asyncio.create_subprocess_exec(
        *words, env=dict(environment), stdin=PIPE, stdout=PIPE, limit=largest
    )
    assert running.stdin
    try:
        yield running
    finally:
        running.stdin.close()
        await asyncio.wait_for(running.wait(), 30)


async def _clicks(clicker: Process, on: Clicked) -> list[float]:
    assert clicker.stdin
    assert clicker.stdout
    clicker.stdin.write(f"http://127.0.0.1:{on.port}/slack/events {on.action}\n".encode())
    times = await asyncio.wait_for(clicker.stdout.readline(), LENGTH + 30)
    return [float(time) for time in json.loads(times)]


async def _all_handled(dsn: str) -> None:
    """Wait until all stored clicks are handled, so that they do not slow down the next round."""
    async with asyncio.timeout(60), await psycopg.AsyncConnection.connect(dsn, autocommit=True) as conn:
        while True:
            if not await _count(conn, "done_at IS NULL"):
                return
            await asyncio.sleep(0.1)


async def _stored(dsn: str) -> int:
    async with await psycopg.AsyncConnection.connect(dsn) as conn:
        return await _count(conn, "kind = 'action'")


async def _count(conn: psycopg.AsyncConnection[Any], which: LiteralString) -> int:
    found = await (await conn.execute(f"SELECT count(*) FROM inbox WHERE {which}")).fetchone()
    assert found
    return int(found[0])
