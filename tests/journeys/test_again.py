"""An interaction is handled a second time because its worker died before it could mark it as done."""

from __future__ import annotations

import psycopg

from commands.serve import Running
from sandbox.slack.people import Group
from sandbox.slack.server import LocalSlack
from tests.journeys.conftest import decided
from tests.journeys.test_attacks import all_jobs_done, facts
from tests.outbox import change

WHO = ("users.info", "usergroups.users.list")

_AGAIN = """
WITH undone AS (
    UPDATE inbox SET done_at = NULL WHERE key = (SELECT key FROM inbox ORDER BY received_at DESC LIMIT 1) RETURNING key
)
INSERT INTO procrastinate_jobs (queue_name, task_name, args)
SELECT 'people', 'handle', jsonb_build_object('key', key) FROM undone
"""


async def handled_again(dsn: str) -> None:
    """Handle the newest interaction again, as a worker does that takes over from a dead one."""
    await all_jobs_done(dsn)
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as conn:
        await conn.execute(_AGAIN)
    await all_jobs_done(dsn)


def said_to(slack: LocalSlack, name: str, words: str) -> list[str]:
    person = slack.user(name)
    return [text for text in map(person.reads, person.ephemerals) if words in text]


async def refusals(dsn: str) -> int:
    return int((await facts(dsn, "SELECT count(*) FROM event WHERE kind = 'refused'"))[0][0])


async def test_a_counted_vote_handled_again_stays_silent_even_after_it_decided_the_run(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    card = await decided(slack)
    await slack.user("ana").click(card, "Go")
    await slack.sees("#releases", "needs a vote from platform")
    await slack.user("ben").click(card, "Go")
    await slack.sees("#releases", "Decision on run #1")
    told = len(slack.user("ben").ephemerals)
    await handled_again(bot_database)
    assert len(slack.user("ben").ephemerals) == told
    assert await refusals(bot_database) == 0
    assert await facts(bot_database, "SELECT count(*) FROM event WHERE kind = 'voted'") == [(2,)]


async def test_handling_a_counted_interaction_again_asks_slack_nothing(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    await decided(slack)  # this started a run, so who may decide it no longer matters
    await all_jobs_done(bot_database)
    # too recent for earlier lookups to be reused
    await change(bot_database, "UPDATE inbox SET received_at = now()")
    asked = [call.method for call in slack.calls() if call.method in WHO]
    await handled_again(bot_database)
    assert [call.method for call in slack.calls() if call.method in WHO] == asked


async def test_a_refusal_handled_again_is_repeated_to_the_person_and_recorded_once(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    card = await decided(slack)
    await (await slack.user("mia").click(card, "Go")).told("can vote on run #1")
    await handled_again(bot_database)
    again = [
        text
        for text in map(slack.user("mia").reads, slack.user("mia").ephemerals)
        if "can vote on run #1" in text
    ]
    assert len(again) == 2
    assert "@ana" in again[1]  # the repeated answer still says who can vote
    assert await refusals(bot_database) == 1


async def test_a_refused_vote_stays_refused_although_it_would_be_allowed_by_now(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    card = await decided(slack)
    await (await slack.user("mia").click(card, "Go")).told("can vote on run #1")
    slack.add_group(Group("S0PLATFORM", "platform", "Platform", ["U02BEN", "U04MIA"]))
    await handled_again(bot_database)
    assert await facts(bot_database, "SELECT count(*) FROM vote") == [(0,)]
    await slack.user("mia").click(card, "Go")  # a new click
    await slack.sees("#releases", "*Go*: @mia")


async def test_a_run_refused_because_another_was_active_is_not_started_later(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    await decided(slack)
    reply = await slack.user("mia").command("#releases", "/canary", "run staging")
    await reply.told("Run #1 on staging is already under way")
    await all_jobs_done(bot_database)
    async with await psycopg.AsyncConnection.connect(bot_database, autocommit=True) as conn:
        await conn.execute("UPDATE inbox SET received_at = now() WHERE payload ->> 'user_id' = 'U04MIA'")
        await conn.execute("UPDATE run SET expires_at = now()")
        await conn.execute("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE task_name = 'expire'")
    await slack.sees("#releases", "Decision on run #1")
    await handled_again(bot_database)
    assert len(said_to(slack, "mia", "is already under way")) == 2
    assert await facts(bot_database, "SELECT number FROM run") == [(1,)]
