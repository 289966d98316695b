"""Votes during a flood: a thousand clicks a second by someone who may not vote, while approvers vote."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from asyncio.subprocess import PIPE
from collections.abc import Iterable
from http import HTTPStatus

import aiohttp
import psycopg

from bench.ballots import OWNERS, ballots, form, plan
from bench.clicks import LATE
from bench.figure import Figure, percentile, seconds
from bench.stage import Stage, answering, free_port, process, signed, stage
from sandbox.slack.people import User

FLOOD, LENGTH = 1_000, 6  # clicks a second, seconds
VOTES, EVERY = 100, 0.05  # votes; seconds between them
RUNS = 10
LONGEST = 1.0  # seconds


async def measure() -> list[Figure]:
    async with stage() as on:
        for owner in OWNERS:
            on.slack.add_user(User(owner, owner.lower(), owner, "Owner"))
        waiting = await ballots(on.database_url, plan(on.folder, RUNS))
        port = free_port()
        environment = on.environment((on.folder / "ballots.yaml").read_text(), port)
        async with process(environment, "commands", "serve", log=on.folder / "bot.log"):
            url = f"http://127.0.0.1:{port}/slack/events"
            await answering(url)
            flood = asyncio.create_task(_flood(on, url, waiting.buttons[0], environment))
            await asyncio.sleep(0.5)
            acked, sent = await _votes(url, list(waiting.clicks())[:VOTES], on.slack.signing_secret)
            flooded = await flood
            recorded = await _recorded(on.database_url, sent)
    refused = sum(took >= LATE for took in acked)  # if Slack shows that the click did not work
    lost = VOTES - refused - len(recorded)
    taken = sum(took < LATE for took in flooded)
    return [
        Figure(
            f"vote, click → ack, p99 in a flood of {FLOOD:,} clicks/s",
            seconds(percentile(acked, 0.99)),
            "",
            None,
            f"≤ {LONGEST:.0f} s, none lost",
            percentile(acked, 0.99) <= LONGEST and lost <= 0,
            f"{VOTES} votes, {refused} refused, {max(lost, 0)} lost; of {len(flooded):,} other clicks {taken:,} accepted, the rest refused",
        ),
        Figure(
            "the same, click → recorded, p99",
            seconds(percentile(recorded, 0.99)),
            "",
            None,
            f"≤ {LONGEST:.0f} s",
            percentile(recorded, 0.99) <= LONGEST,
            f"p50 {seconds(percentile(recorded, 0.5))}",
        ),
    ]


async def _flood(on: Stage, url: str, button: str, environment: dict[str, str]) -> list[float]:
    """Click from a separate process. Returns the seconds of each click, LATE if it was refused."""
    words = (sys.executable, "-m", "bench.clicks", str(FLOOD), str(LENGTH))
    given = environment | {"BUTTON": button, "SLACK_SIGNING_SECRET": on.slack.signing_secret}
    running = await asyncio.create_subprocess_exec(*words, env=given, stdin=PIPE, stdout=PIPE)
    told, _ = await asyncio.wait_for(running.communicate(f"{url} vote_go\n".encode()), LENGTH + 60)
    times: list[float] = json.loads(told)
    return times


async def _votes(
    url: str, clicks: Iterable[tuple[str, str]], secret: str
) -> tuple[list[float], dict[str, float]]:
    """Returns the seconds to each ack, LATE for a refused vote, and when each (button, approver) was clicked."""
    acked: list[float] = []
    sent: dict[str, float] = {}

    async def vote(session: aiohttp.ClientSession, owner: str, button: str) -> None:
        body, headers = signed(form(owner, button), secret)
        sent[f"{button.split()[1]} {owner}"] = time.time()
        began = time.perf_counter()
        async with session.post(url, data=body, headers=headers) as answer:
            acked.append(time.perf_counter() - began if answer.status == HTTPStatus.OK else LATE)

    async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as group:
        for owner, button in clicks:
            group.create_task(vote(session, owner, button))
            await asyncio.sleep(EVERY)
    return acked, sent


async def _recorded(dsn: str, sent: dict[str, float]) -> list[float]:
    """Returns the seconds from each click until its vote was recorded, for votes recorded within a minute."""
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as conn:
        for _ in range(600):
            rows = await (
                await conn.execute(
                    "SELECT evidence || ' ' || person, extract(epoch FROM cast_at)::float FROM vote"
                )
            ).fetchall()
            if len(rows) >= len(sent):
                break
            await asyncio.sleep(0.1)
    return [at - sent[vote] for vote, at in rows]
