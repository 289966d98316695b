"""App Home with ten thousand past runs, compared with ten: reading its data and building the page, alternately."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import psycopg

from bench.ballots import OWNERS, ballots, plan
from bench.figure import Figure, seconds
from bot import embedded
from bot.base.work import Work
from bot.plan.load import Loaded
from bot.slack.client import web_client
from bot.slack.directory import SlackDirectory
from bot.slack.hints import Hints
from bot.slack.identity import identify
from bot.slack.limits import Limits
from bot.slack.messages.home import page
from bot.store import configurations
from bot.store.database import Database
from bot.store.migrate import migrate
from bot.workflow.answering import Answering
from bot.workflow.homes import Pages
from bot.workflow.services import Services
from sandbox.slack.people import User
from sandbox.slack.server import LocalSlack

FEW, MANY = 10, 10_000
WAITING = 3  # runs that wait for votes
ROUNDS = 60
MOST = 1.2

# Each with a decision, a card, and a conditional go whose condition somebody owns.
_PAST = """
INSERT INTO run (number, key, environment, state, channel, requested_by, requested_from, arguments, configuration, closed_at)
SELECT n, 'past' || n, 'environment-0', 'closed', 'C0RELEASES', 'U03RAJ', 'C0RELEASES',
       jsonb_build_object('version', '1.' || n), (SELECT digest FROM configuration LIMIT 1), now()
FROM generate_series(1, %(count)s) AS n;
INSERT INTO evidence (digest, run, document) SELECT 'sha256:past' || n, n, '{}' FROM generate_series(1, %(count)s) AS n;
INSERT INTO decision (run, outcome, evidence, document)
SELECT n, CASE n %% 3 WHEN 0 THEN 'GO' WHEN 1 THEN 'CONDITIONAL GO' ELSE 'NO-GO' END, 'sha256:past' || n, '{}'
FROM generate_series(1, %(count)s) AS n;
INSERT INTO message (run, kind, channel, state, ts, shown, posted_at, sent_at)
SELECT n, 'card', 'C0RELEASES', 'sent', '17' || n || '.0', 1, now(), now() FROM generate_series(1, %(count)s) AS n;
ALTER TABLE vote DISABLE TRIGGER USER;
INSERT INTO vote (run, evidence, person, roles, choice, condition, said_at)
SELECT n, 'sha256:past' || n, 'U0002OWNER', '{owners}', 'Conditional go', jsonb_build_object(
    'text', 'quota', 'owner', 'U' || lpad((n %% 10)::text, 4, '0') || 'OWNER', 'due', '2026-01-01T00:00:00Z'), now()
FROM generate_series(1, %(count)s) AS n WHERE n %% 3 = 1;
ALTER TABLE vote ENABLE TRIGGER USER;
UPDATE run_number SET last = %(count)s;
"""


async def measure() -> list[Figure]:
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="canary-bench-")))
        slack = await enter(LocalSlack())
        for owner in OWNERS:
            slack.add_user(User(owner, owner.lower(), owner, "Owner"))
        pages = {count: await enter(_pages(folder / str(count), slack, count)) for count in (FEW, MANY)}
        took: dict[int, list[float]] = {FEW: [], MANY: []}
        for number in range(ROUNDS):
            for count, pages_of in pages.items():
                began = time.perf_counter()
                assert len(page(await pages_of(OWNERS[number % len(OWNERS)], opened=True))) > WAITING
                took[count].append(time.perf_counter() - began)
    many, few = (statistics.median(took[count][len(OWNERS) :]) for count in (MANY, FEW))
    return [
        Figure(
            f"App Home with {MANY:,} past runs",
            seconds(many),
            f"{seconds(few)}, with {FEW}",
            many / few,
            f"≤ {MOST}x",
            many / few <= MOST,
            f"{WAITING} runs wait for votes; lookups in Slack known from before",
        )
    ]


@asynccontextmanager
async def _pages(folder: Path, slack: LocalSlack, past: int) -> AsyncIterator[Pages]:
    folder.mkdir()  # noqa: ASYNC240 — nobody waits behind it
    configuration = plan(folder, WAITING)
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        dsn = await enter(embedded.postgres(folder))
        await asyncio.to_thread(migrate, dsn)
        await _fill(dsn, configuration, past)
        await ballots(dsn, configuration)
        client = await enter(web_client(slack.bot_token, slack.api_url))
        identity = await identify(client)
        limits = Limits(await enter(Hints(await enter(embedded.valkey(folder)))), identity.team, _ignore)
        directory = await enter(SlackDirectory(client, identity, limits))
        services = await _services(stack, dsn, directory, configuration, folder)
        yield Pages(services, identity.url, lambda: ())


async def _services(
    stack: AsyncExitStack, dsn: str, directory: SlackDirectory, configuration: Loaded, folder: Path
) -> Services:
    return Services(
        database=await stack.enter_async_context(Database(dsn)),
        enqueue=_enqueue,
        directory=directory,
        configuration=configuration,
        answering=await stack.enter_async_context(Answering(folder)),
    )


async def _fill(dsn: str, configuration: Loaded, count: int) -> None:
    """Insert past runs, older than those that wait for votes."""
    async with Database(dsn) as database, database.transaction() as conn:
        await configurations.keep(conn, configuration.plan.pinned("environment-0"))
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as conn:
        for statement in _PAST.split(";\n"):
            if statement.strip():
                given = {"count": count} if "%(count)s" in statement else None
                await conn.execute(statement.encode(), given)
        await conn.execute("VACUUM ANALYZE")


async def _enqueue(conn: Any, *work: Work[Any]) -> None: ...


def _ignore(_method: str) -> None: ...
