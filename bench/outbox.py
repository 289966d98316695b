"""The outbox: messages per second in one channel, against Slack's limit of one; and claiming a message among a million sent ones."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import psycopg
from psycopg import conninfo

from bench.ballots import plan
from bench.figure import Figure, seconds
from bench.stage import Stage, free_port, process, stage
from bot import embedded
from bot.plan.model import Pinned
from bot.slack.messages.card import Card
from bot.slack.rendering import KINDS
from bot.store import configurations, messages, runs
from bot.store.database import Connection, Database
from bot.store.migrate import migrate

POSTS = 45
BURST = 3  # messages that Slack accepts at once, before its limit of one per second applies
LEAST = 0.95
SENT, CLAIMS = 1_000_000, 400
MOST = 1.2


async def measure() -> list[Figure]:
    return [await _one_channel(), await _claims()]


async def _one_channel() -> Figure:
    """As many cards as possible, in one channel of a Slack that enforces its limits."""
    async with stage() as on:
        on.slack.gateway.rates.enforced = True
        configuration = plan(on.folder, POSTS)
        environment = on.environment((on.folder / "ballots.yaml").read_text(), free_port(), socket_mode=True)
        async with Database(on.database_url) as database, database.transaction() as conn:
            for name in configuration.plan.environments:
                await _card_wanted(conn, configuration.plan.pinned(name), name)
        async with process(
            environment, "commands", "serve", "--role", "worker", log=on.folder / "worker.log"
        ):
            times = await _posted(on)
    refused = sum(call.error == "ratelimited" for call in on.slack.calls("chat.postMessage"))
    rate = (POSTS - BURST) / (times[-1] - times[BURST - 1])
    return Figure(
        "outbox, messages a second in one channel",
        f"{rate:.2f}/s",
        "1/s, Slack's own limit",
        rate,
        f"≥ {LEAST}x",
        rate >= LEAST,
        f"{POSTS} posts, the first {BURST} at once; Slack refused {refused}",
    )


async def _card_wanted(conn: Connection, pinned: Pinned, name: str) -> None:
    await configurations.keep(conn, pinned)
    run = await runs.insert(
        conn,
        key=name,
        environment=name,
        channel="C0RELEASES",
        requested_by="U03RAJ",
        requested_from="C0RELEASES",
        arguments={},
        configuration=pinned.digest,
    )
    await messages.want(conn, run, Card())


async def _posted(on: Stage) -> list[float]:
    """Returns when each message was posted, by Slack's timestamps."""
    log = on.slack.channel("#releases").log
    async with asyncio.timeout(POSTS * 3 + 30):
        while len(log) < POSTS:
            await asyncio.sleep(0.1)
    return sorted(float(ts) for ts in log)


async def _claims() -> Figure:
    """Alternately in two databases, so that other load affects both equally."""
    with tempfile.TemporaryDirectory(prefix="canary-bench-") as name:
        folder = Path(name)
        async with embedded.postgres(folder) as server, AsyncExitStack() as stack:
            connections = [
                await stack.enter_async_context(_outbox(folder, await _database(server, which), sent))
                for which, sent in (("outbox_empty", 0), ("outbox_full", SENT))
            ]
            times: list[list[float]] = [[], []]
            for _ in range(CLAIMS):
                for conn, taken in zip(connections, times, strict=True):
                    taken.append(await _claim(conn))
    empty, full = map(statistics.median, times)
    return Figure(
        f"claim of the next message among {SENT:,} sent ones",
        seconds(full),
        f"{seconds(empty)}, an empty table",
        full / empty,
        f"≤ {MOST}x",
        full / empty <= MOST,
        f"median of {CLAIMS}, alternating",
    )


async def _database(server: str, name: str) -> str:
    async with await psycopg.AsyncConnection.connect(server, autocommit=True) as conn:
        await conn.execute(f"CREATE DATABASE {name}".encode())
    return conninfo.make_conninfo(server, dbname=name)


@asynccontextmanager
async def _outbox(folder: Path, dsn: str, sent: int) -> AsyncIterator[Connection]:
    """A connection to an outbox with one message to send."""
    await asyncio.to_thread(migrate, dsn)
    configuration = plan(folder, 1)
    environment = next(iter(configuration.plan.environments))
    async with Database(dsn) as database:
        async with database.transaction() as conn:
            await _card_wanted(conn, configuration.plan.pinned(environment), environment)
        await _sent_before(dsn, sent)
        async with database.connection() as conn:
            yield conn


async def _claim(conn: Connection) -> float:
    """Returns the seconds for one claim; makes the claimed message due again."""
    began = time.perf_counter()
    (message,) = await messages.claim(conn, 1, KINDS)
    took = time.perf_counter() - began
    await conn.execute("UPDATE message SET state = 'pending', not_before = now() WHERE id = %s", [message.id])
    return took


async def _sent_before(dsn: str, count: int) -> None:
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as conn:
        await conn.execute("ALTER TABLE message DISABLE TRIGGER USER")
        await conn.execute(
            "INSERT INTO message (run, kind, subject, channel, state, wanted, shown, ts, posted_at, sent_at)"
            f" SELECT 1, 'vote', n::text, 'C0RELEASES', 'sent', 1, 1, n::text, now(), now() FROM generate_series(1, {count}) n"
        )
        await conn.execute("ALTER TABLE message ENABLE TRIGGER USER")
        await conn.execute("VACUUM ANALYZE message")
