"""An old run loses its content while the bot works, and everything that is asked about it says so."""

from __future__ import annotations

from datetime import timedelta

import psycopg

from sandbox.slack.server import LocalSlack
from tests.audit.test_retention import age
from tests.journeys.conftest import StartBot, decided
from tests.journeys.test_attacks import facts
from tests.outbox import until

DUE = "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('timers', 'remove expired', '{}')"


async def test_an_old_run_is_removed_and_whoever_asks_is_told(
    start_bot: StartBot, slack: LocalSlack, bot_database: str
) -> None:
    async with start_bot():
        await slack.connected()
        card = await decided(slack)
        ana = slack.user("ana")
        await (await ana.command("#releases", "/canary", "no-go #1 it is too slow")).told("No-go")
        await slack.sees("#releases", "Decision on run #1")
        await slack.wait_for(lambda: "packet" in slack.render_thread(card))
    await age(bot_database, 1, by=timedelta(days=500))
    async with await psycopg.AsyncConnection.connect(bot_database, autocommit=True) as conn:
        await conn.execute(DUE)
    async with start_bot():
        await slack.connected()
        await until(bot_database, "SELECT run FROM tombstone")
        await (await ana.command("#releases", "/canary", "show #1")).told(
            "The content of run #1 was removed on 20"
        )
        await (await ana.command("#releases", "/canary", "packet #1")).told(
            "The content of run #1 was removed on 20"
        )
    next_one = "SELECT status::text FROM procrastinate_jobs WHERE task_name = 'remove expired'"
    assert await facts(bot_database, next_one) == [("todo",)]
    assert "it is too slow" not in str(await facts(bot_database, "SELECT detail FROM event"))
