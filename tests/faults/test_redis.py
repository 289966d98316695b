"""Redis dies, loses data, hangs or never ran: the bot is slower at most, and decides the same."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

import psycopg
import pytest
from redis.asyncio import Redis

from bot.base.tasks import cancelled
from bot.base.window import Rate
from bot.embedded.valkey import Valkey
from bot.rules.outbox import Way
from bot.slack.hints import Hints
from bot.slack.limits import ALONE, CHANNEL, LONGEST, Lane, Limits
from sandbox.slack.person import PATIENCE
from sandbox.slack.server import LocalSlack
from tests.journeys.conftest import StartBot, World, decided

RATE = Rate(3, 60)


@pytest.fixture
def folder() -> Iterator[Path]:
    with TemporaryDirectory(prefix="canary-test-") as path:
        yield Path(path)


@pytest.fixture
async def server(folder: Path) -> AsyncIterator[Valkey]:
    """A Valkey of the test's own, which nobody restarts."""
    server = Valkey(folder)
    server.home.mkdir(parents=True)
    await server.prepare()
    await server.launch()
    process = server.process()
    assert process
    try:
        yield server
    finally:
        if process.is_running():
            process.send_signal(signal.SIGKILL)
            process.wait(10)


@pytest.fixture
def valkey(server: Valkey) -> str:
    return f"unix://{quote(str(server.socket))}?db=0"


def send(server: Valkey, number: signal.Signals) -> None:
    process = server.process()
    assert process
    process.send_signal(number)


# ---------------------------------------------------------------- a whole run


async def nothing(server: Valkey, redis: Redis) -> None:
    """Nothing happens to Redis."""


async def killed(server: Valkey, redis: Redis) -> None:
    send(server, signal.SIGKILL)


async def hangs(server: Valkey, redis: Redis) -> None:
    send(server, signal.SIGSTOP)


async def flushed(server: Valkey, redis: Redis) -> None:
    """Flush over and over until cancelled."""
    while True:
        await redis.flushall()
        await asyncio.sleep(0.02)


async def full_of_what_is_old_and_wrong(server: Valkey, redis: Redis) -> None:
    """Fill it with wrong values, as if restored from another day's copy or written by others."""
    while True:
        for key in await redis.keys():
            await redis.set(key, "of another day")
        for name in ("chat.update", "users.info", "usergroups.users.list", "chat.postMessage C0RELEASES"):
            await redis.set(f"canary:paused:T0ACME:{name}", "for ever")
        await asyncio.sleep(0.02)


Fault = Callable[[Valkey, Redis], Awaitable[None]]


@asynccontextmanager
async def going_on(fault: Fault, server: Valkey, url: str) -> AsyncIterator[None]:
    async with Redis.from_url(url) as redis:
        going = asyncio.create_task(fault(server, redis))  # type: ignore[arg-type]
        await asyncio.sleep(0.1)
        try:
            yield
        finally:
            await cancelled(going)


async def facts(dsn: str, sql: str) -> list[tuple[object, ...]]:
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as conn:
        return await (await conn.execute(sql.encode())).fetchall()


@pytest.mark.parametrize("fault", [nothing, killed, hangs, flushed, full_of_what_is_old_and_wrong])
async def test_a_decision_is_the_same_and_nothing_is_lost_whatever_happens_to_redis(
    start_bot: StartBot,
    slack: LocalSlack,
    world: World,
    bot_database: str,
    server: Valkey,
    valkey: str,
    fault: Fault,
) -> None:
    async with start_bot():
        await slack.connected()
        card = await decided(slack)
        async with going_on(fault, server, valkey):
            assert (await slack.user("ana").click(card, "Go")).acked
            await slack.sees("#releases", "*Go*: @ana")
            assert (await slack.user("ben").click(card, "Go")).acked
            await slack.sees("#releases", "Decision on run #1")
            await world.put("duplicates", 3)
            prompt = await slack.sees("#releases", "Roll back staging")
            await slack.user("raj").click(prompt, "I have rolled back")
            await slack.sees("#releases", "The watch of run #1 ended")
            await all_is_shown(bot_database)
    assert await facts(bot_database, DECISION) == [
        ("GO", REASON, ["U01ANA", "U02BEN"], {"platform": ["U02BEN"], "release-managers": ["U01ANA"]}, VOTES)
    ]
    assert await facts(bot_database, SHOWN) == EVERYTHING


async def all_is_shown(dsn: str) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await facts(dsn, "SELECT FROM message HAVING bool_and(state = 'sent' AND shown = wanted)"):
            await asyncio.sleep(0.1)


DECISION = """
SELECT outcome, document ->> 'reason', document -> 'decided_by', document -> 'filled',
       (SELECT jsonb_agg(jsonb_build_array(vote ->> 'person', vote ->> 'choice', vote -> 'roles')) FROM jsonb_array_elements(document -> 'votes') AS vote)
FROM decision
"""
REASON = "quorum reached: 1 of release-managers, 1 of platform"
VOTES = [["U01ANA", "Go", ["release-managers"]], ["U02BEN", "Go", ["platform"]]]
SHOWN = "SELECT kind, count(*), bool_and(state = 'sent' AND shown = wanted) FROM message GROUP BY kind ORDER BY kind"
EVERYTHING = [
    (kind, 2 if kind in {"packet", "vote"} else 1, True)
    for kind in (
        "card",
        "decision",
        "instructions",
        "packet",
        "packet page",
        "prompt",
        "table",
        "vote",
        "watch end",
    )
]


# ---------------------------------------------------------------- what replicas share


@asynccontextmanager
async def replica(url: str) -> AsyncIterator[Limits]:
    async with Hints(url) as hints:
        yield Limits(hints, "T0ACME", lambda _: None)


async def granted(limits: Limits, times: int, channel: str = "C1") -> int:
    return sum([(await limits.place(Way.POST, channel)).wait == 0 for _ in range(times)])


async def test_replicas_share_a_channels_rate_limit(valkey: str) -> None:
    async with replica(valkey) as one, replica(valkey) as other:
        assert await granted(one, 2) + await granted(other, 10) == CHANNEL.most
        assert await granted(other, 10, "C2") == CHANNEL.most


async def test_replicas_share_it_even_if_their_clocks_differ(
    valkey: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = time.time
    async with replica(valkey) as ahead, replica(valkey) as behind:
        monkeypatch.setattr(time, "time", lambda: right() + 3600)
        assert await granted(ahead, 2) == 2
        monkeypatch.setattr(time, "time", lambda: right() - 3600)
        assert await granted(behind, 10) == CHANNEL.most - 2
        assert 0 < (await behind.place(Way.POST, "C1")).wait <= CHANNEL.seconds + 1


async def test_a_pause_that_slack_told_one_replica_binds_the_other_there_and_nowhere_else(
    valkey: str,
) -> None:
    async with replica(valkey) as one, replica(valkey) as other:
        await one.refused(Way.POST, "C1", 30)
        await one.refused(Way.POST, "C1", 5)  # the longer one remains
        await one.refused("users.info", "", 20)
        assert 25 < (await other.place(Way.POST, "C1")).wait <= 30
        assert 15 < (await other.place("users.info")).wait <= 20
        assert (await other.place(Way.POST, "C2")).wait == 0
        assert (await other.place("usergroups.users.list")).wait == 0
        assert other.held().keys() == {Lane(Way.POST, "C1"), Lane("users.info")}


async def test_an_absurdly_long_pause_ends_soon_after_it_is_removed(valkey: str) -> None:
    """As in a Redis restored from a copy, or after a replica got a 429 from something other than Slack."""
    now = 1000.0
    async with Hints(valkey) as hints:
        limits = Limits(hints, "T0ACME", lambda _: None, clock=lambda: now)
        await hints.pause("T0ACME:users.info", timedelta(days=1).total_seconds())
        assert (await limits.place("users.info")).wait == LONGEST
        async with Redis.from_url(valkey) as redis:
            await redis.flushall()
        now += LONGEST + 0.1
        assert (await limits.place("users.info")).wait == 0


async def test_an_emptied_redis_raises_no_limit(valkey: str) -> None:
    async with replica(valkey) as one, Redis.from_url(valkey) as redis:
        await one.refused(Way.POST, "C2", 30)
        assert await granted(one, 10) == CHANNEL.most
        assert await granted(one, 2, "C3") == 2  # its limit is not reached yet
        await redis.flushall()
        assert await granted(one, 10) == 0
        assert await granted(one, 10, "C3") == CHANNEL.most - 2
        assert await granted(one, 10, "C2") == 0


async def test_without_redis_each_replica_is_slower(valkey: str, server: Valkey) -> None:
    async with replica(valkey) as one:
        send(server, signal.SIGKILL)
        await one.place("users.info")
        assert one.hints.away
        assert await granted(one, 10) == CHANNEL.share(ALONE).most < CHANNEL.most


async def test_a_hanging_redis_is_asked_once_and_not_for_every_message(folder: Path) -> None:
    connections = []

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(writer)
        await reader.read()
        writer.close()

    path = folder / "hangs.sock"
    async with await asyncio.start_unix_server(accept, path), Hints(f"unix://{path}") as hints:
        for _ in range(50):
            assert await hints.take(RATE, "x") is None
            assert await hints.paused("x") == 0
            await hints.pause("x", 10)
        assert hints.away
        assert len(connections) == 1


async def test_a_recovered_redis_is_used_again(valkey: str, server: Valkey) -> None:
    async with Hints(valkey) as hints:
        send(server, signal.SIGSTOP)
        assert await hints.take(RATE, "x") is None
        send(server, signal.SIGCONT)
        async with asyncio.timeout(PATIENCE):
            while await hints.take(RATE, "x") is None:
                assert hints.away
                await asyncio.sleep(0.2)
        assert not hints.away
