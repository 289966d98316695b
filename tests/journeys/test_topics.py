"""A message that belongs to no run is shown, and shown anew, in a place of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.rules.outbox import Kinds, Standing
from bot.slack.abilities import Abilities
from bot.slack.blocks import section
from bot.slack.client import web_client
from bot.slack.delivery import Delivery
from bot.slack.hints import Hints
from bot.slack.identity import identify
from bot.slack.leases import Leases
from bot.slack.limits import Limits
from bot.slack.messages.kind import Facts, MessageKind
from bot.slack.messages.posting import Posting
from bot.slack.sending import Sender
from bot.store import messages
from bot.store.database import Database, rows
from bot.store.roles import BOT, as_role
from sandbox.slack.server import LocalSlack

RAJ = "U03RAJ"
HOME = f"home {RAJ}"


class Greeting(MessageKind):
    kind = "greeting"
    called = "greeting"
    standing = Standing.ALONE

    word: str

    def render(self, facts: Facts) -> Posting:
        assert facts.run is None
        return Posting.of(f"{self.word}, Raj", [section(f"*{self.word}*, Raj")])


@asynccontextmanager
async def delivering(database: Database, slack: LocalSlack, valkey: str) -> AsyncIterator[None]:
    async def nobody(*_: object) -> None: ...

    async with web_client(slack.bot_token, slack.api_url) as client, Hints(valkey) as hints:
        leases, identity = Leases(database), await identify(client)
        limits = Limits(hints, identity.team, lambda _: None)
        sender = Sender(client, leases, identity, key="secret")
        delivery = Delivery(
            database, sender, leases, limits, Abilities(), not_shown=nobody, kinds=Kinds([Greeting])
        )
        stop = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(delivery.run(stop))
            yield
            stop.set()


async def test_a_message_that_belongs_to_no_run_is_shown_once(
    bot_database: str, slack: LocalSlack, valkey: str
) -> None:
    async with (
        Database(as_role(bot_database, BOT)) as database,
        delivering(database, slack, valkey),
    ):
        for word in ("Hello", "Hello", "Welcome"):
            async with database.transaction() as conn:
                await messages.want_about(conn, HOME, Greeting(word=word), channel="C0RELEASES")
        await slack.sees("#releases", "*Hello*, Raj")
        await slack.sees("#releases", "*Welcome*, Raj")
        async with asyncio.timeout(30), database.connection() as conn:
            while {found["state"] for found in await rows(conn, "SELECT state FROM message")} != {"sent"}:
                await asyncio.sleep(0.1)
            found = await rows(conn, "SELECT run, topic, subject, shown FROM message ORDER BY id")
    assert [(row["run"], row["topic"], row["subject"]) for row in found] == [
        (None, HOME, "Hello"),
        (None, HOME, "Welcome"),
    ]
    said = [message.text for message in slack.channel("#releases").log.values()]
    assert sorted(said) == ["Hello, Raj", "Welcome, Raj"]
