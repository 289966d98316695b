"""Votes while a guest floods commands and someone starts and cancels runs in a loop, against votes without that load."""

from __future__ import annotations

import asyncio
import itertools
import time
import uuid
from contextlib import AsyncExitStack

import aiohttp
import psycopg

from bench.ballots import NOBODY, OWNERS, ballots, form, plan
from bench.figure import Figure, percentile, seconds
from bench.stage import Stage, answering, free_port, process, signed, stage
from sandbox.slack.people import User

RUNS = 40  # ten votes each
VOTES, EVERY = 200, 0.05  # votes without load, and as many under load; seconds between them
WORST = 1.2  # ratio
GUEST, LOOPER = "U7GUEST", "U04MIA"  # who did not start the runs that are voted on
FLOOD_EVERY, LOOP_EVERY = 0.05, 0.2  # seconds
TAKEN = f"environment-{RUNS}"  # the environment whose runs are started and cancelled
COMMANDS = (
    *("help", "status", "owners environment-0", "show #1", "config environment-0", "packet #1", "remind #1"),
    *("run environment-0", "cancel #1 because", "help run", "no such command"),
)


async def measure() -> list[Figure]:
    async with stage() as on, AsyncExitStack() as stack:
        for owner in (*OWNERS, NOBODY):  # without them, no run could start
            on.slack.add_user(User(owner, owner.lower(), owner, "Owner"))
        on.slack.add_user(User(GUEST, "guest", "Guest", is_restricted=True))
        waiting = list((await ballots(on.database_url, plan(on.folder, RUNS))).clicks())
        plan(on.folder, RUNS + 1)
        port = free_port()
        environment = on.environment((on.folder / "ballots.yaml").read_text(), port)
        await stack.enter_async_context(process(environment, "commands", "serve", log=on.folder / "bot.log"))
        url = f"http://127.0.0.1:{port}/slack/events"
        await answering(url)
        session = await stack.enter_async_context(aiohttp.ClientSession())
        for user in (LOOPER, GUEST):  # before the votes exhaust Slack's rate limits
            await _type(on, session, url, user, "status")
        await asyncio.sleep(1)
        await _votes(on, session, url, waiting[: VOTES // 4])  # warm-up: imports happen on first use
        quiet = await _votes(on, session, url, waiting[VOTES // 4 : VOTES * 5 // 4])
        siege = [asyncio.create_task(_flood(on, session, url)), asyncio.create_task(_loop(on, session, url))]
        taken = await _votes(on, session, url, waiting[-VOTES // 4 * 3 :])
        for task in siege:
            task.cancel()
        await asyncio.gather(*siege, return_exceptions=True)
        started = await _count(on.database_url, f"SELECT count(*) FROM run WHERE environment = '{TAKEN}'")
    mine, base = percentile(taken, 0.99), percentile(quiet, 0.99)
    return [
        Figure(
            "vote, click → recorded, p99, while a guest floods commands and runs are started and cancelled",
            seconds(mine),
            f"{seconds(base)} without load",
            mine / base,
            f"≤ {WORST}x",
            mine <= WORST * base and started > 0,
            f"{len(quiet)} and {len(taken)} votes; p50 {seconds(percentile(taken, 0.5))} and "
            f"{seconds(percentile(quiet, 0.5))}; {started} runs were started in the loop",
        )
    ]


async def _votes(
    on: Stage, session: aiohttp.ClientSession, url: str, clicks: list[tuple[str, str]]
) -> list[float]:
    """Returns the seconds from each click until its vote was recorded."""
    clicked: dict[str, float] = {}

    async def vote(owner: str, button: str) -> None:
        clicked[f"{button.split()[1]} {owner}"] = time.time()
        body, headers = signed(form(owner, button), on.slack.signing_secret)
        async with session.post(url, data=body, headers=headers) as answer:
            assert answer.status == 200, answer.status

    async with asyncio.TaskGroup() as group:
        for owner, button in clicks:
            group.create_task(vote(owner, button))
            await asyncio.sleep(EVERY)
    return await _recorded(on.database_url, clicked)


async def _recorded(dsn: str, clicked: dict[str, float]) -> list[float]:
    async with asyncio.timeout(120), await psycopg.AsyncConnection.connect(dsn, autocommit=True) as conn:
        while True:
            found = await conn.execute(
                "SELECT evidence || ' ' || person, extract(epoch FROM cast_at)::float FROM vote"
            )
            votes = {vote: at for vote, at in await found.fetchall() if vote in clicked}
            if len(votes) == len(clicked):
                return [at - clicked[vote] for vote, at in votes.items()]
            await asyncio.sleep(0.1)


async def _flood(on: Stage, session: aiohttp.ClientSession, url: str) -> None:
    for text in itertools.cycle(COMMANDS):
        await _type(on, session, url, GUEST, text)
        await asyncio.sleep(FLOOD_EVERY)


async def _loop(on: Stage, session: aiohttp.ClientSession, url: str) -> None:
    while True:
        await _type(on, session, url, LOOPER, f"run {TAKEN}")
        await asyncio.sleep(LOOP_EVERY)
        number = await _count(
            on.database_url,
            f"SELECT coalesce(max(number), 0) FROM run WHERE environment = '{TAKEN}' AND state <> 'closed'",
        )
        await _type(on, session, url, LOOPER, f"cancel #{number} again")
        await asyncio.sleep(LOOP_EVERY)


async def _type(on: Stage, session: aiohttp.ClientSession, url: str, user: str, text: str) -> None:
    payload = {
        "command": "/canary",
        "text": text,
        "team_id": "T0ACME",
        "channel_id": "C0RELEASES",
        "user_id": user,
        "trigger_id": uuid.uuid4().hex,
    }
    body, headers = signed(payload, on.slack.signing_secret)
    async with session.post(url, data=body, headers=headers) as answer:
        await answer.read()


async def _count(dsn: str, sql: str) -> int:
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as conn:
        found = await (await conn.execute(sql.encode())).fetchone()
    assert found
    return int(found[0])
