"""Message delivery on its own, with a database, a local Slack and the message kinds that a test chooses."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.rules.outbox import Kinds
from bot.slack.abilities import Abilities
from bot.slack.client import web_client
from bot.slack.delivery import Delivery
from bot.slack.hints import Hints
from bot.slack.identity import identify
from bot.slack.known_blocks import KnownBlocks
from bot.slack.leases import Leases
from bot.slack.limits import Limits
from bot.slack.messages.kind import MessageKind
from bot.slack.rendering import KINDS
from bot.slack.sending import Sender
from bot.store.database import Database, rows
from sandbox.slack.server import LocalSlack

PATIENCE = 30.0  # seconds until a wait fails the test


@asynccontextmanager
async def delivering(
    database: Database, slack: LocalSlack, valkey: str, kinds: Kinds[MessageKind] = KINDS
) -> AsyncIterator[None]:
    async def nobody(*_: object) -> None: ...

    async with web_client(slack.bot_token, slack.api_url) as client, Hints(valkey) as hints:
        leases, identity = Leases(database), await identify(client)
        limits = Limits(hints, identity.team, lambda _: None)
        sender = Sender(client, leases, identity, key="secret")
        known = KnownBlocks(database, client, limits, identity.team)
        delivery = Delivery(
            database, sender, leases, limits, Abilities(), known=known, not_shown=nobody, kinds=kinds
        )
        stop = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(delivery.run(stop))
            yield
            stop.set()


async def until(database: Database, question: str) -> None:
    """Wait until a query returns a row."""
    async with asyncio.timeout(PATIENCE), database.connection() as conn:
        while not await rows(conn, question):
            await asyncio.sleep(0.1)
