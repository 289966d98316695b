"""A message that belongs to no run is shown and updated in a place of its own."""

from __future__ import annotations

from bot.rules.outbox import Kinds, Standing
from bot.slack.blocks import section
from bot.slack.messages.kind import Facts, MessageKind
from bot.slack.messages.posting import Posting
from bot.store import messages
from bot.store.database import Database, rows
from bot.store.roles import BOT, as_role
from sandbox.slack.server import LocalSlack
from tests.journeys.delivering import delivering, until

HOME = "home U03RAJ"


class Greeting(MessageKind):
    kind = "greeting"
    called = "greeting"
    standing = Standing.ALONE

    word: str

    def render(self, facts: Facts) -> Posting:
        assert facts.run is None
        return Posting.of(f"{self.word}, Raj", [section(f"*{self.word}*, Raj")])


async def test_a_message_that_belongs_to_no_run_is_shown_once(
    bot_database: str, slack: LocalSlack, valkey: str
) -> None:
    async with (
        Database(as_role(bot_database, BOT)) as database,
        delivering(database, slack, valkey, Kinds([Greeting])),
    ):
        for word in ("Hello", "Hello", "Welcome"):
            async with database.transaction() as conn:
                await messages.want_about(conn, HOME, Greeting(word=word), channel="C0RELEASES")
        await until(database, "SELECT FROM message HAVING count(*) = 2 AND bool_and(state = 'sent')")
        async with database.connection() as conn:
            found = await rows(conn, "SELECT run, topic, subject FROM message ORDER BY id")
    assert [(row["run"], row["topic"], row["subject"]) for row in found] == [
        (None, HOME, "Hello"),
        (None, HOME, "Welcome"),
    ]
    said = [message.text for message in slack.channel("#releases").log.values()]
    assert sorted(said) == ["Hello, Raj", "Welcome, Raj"]
