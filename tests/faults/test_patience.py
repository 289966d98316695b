"""An acknowledged vote is retried until it counts or is refused, however long that takes; a question is not."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import psycopg
import pytest

from bot.base.timing import Timing
from commands.serve import Running
from commands.slack.handle import MIN_TRIES
from sandbox.slack.faults import Fault
from sandbox.slack.server import LocalSlack
from tests.faults.test_postgres import comes_true, query, who_voted
from tests.journeys.conftest import decided
from tests.outbox import change
from tests.timing import BRISK

OFTEN = 0.1  # seconds
PASSES_IN_TIME = 3  # attempts

FAILS = """
CREATE SEQUENCE failures; GRANT USAGE ON failures TO public;
CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF nextval('failures') <= {times} THEN RAISE EXCEPTION 'no such value' USING ERRCODE = 'data_exception'; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_fail BEFORE INSERT ON vote FOR EACH ROW EXECUTE FUNCTION fail();
"""
DUE = "UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo' AND task_name = 'handle'"
LONG_AGO = "UPDATE inbox SET received_at = received_at - interval '1 hour' WHERE done_at IS NULL"


@pytest.fixture
def timing() -> Timing:
    """Nothing cached: a click that is aged by an hour must not be answered from before it."""
    return replace(BRISK, people=replace(BRISK.people, fresh=0.0))


async def time_flies(dsn: str) -> None:
    """Until cancelled, let every retry be due at once."""
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as conn:
        while True:
            await conn.execute(DUE)
            await asyncio.sleep(OFTEN)


@pytest.fixture
async def hurry(bot: Running, bot_database: str):
    task = asyncio.create_task(time_flies(bot_database))
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def tried_often(dsn: str, times: int) -> None:
    async def look() -> bool:
        sql = "SELECT max(attempts) FROM procrastinate_jobs WHERE task_name = 'handle'"
        return ((await query(dsn, sql))[0][0] or 0) > times

    await comes_true(look)


def words(slack: LocalSlack, name: str) -> list[str]:
    return [message.text for message in slack.user(name).ephemerals]


@pytest.mark.usefixtures("hurry")
async def test_a_vote_counts_even_if_slack_does_not_answer_about_the_voter_for_an_hour(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    card = await decided(slack)
    slack.faults.inject(Fault.ERROR_BEFORE, "users.info", times=None)
    assert (await slack.user("ana").click(card, "Go")).acked
    await change(bot_database, LONG_AGO)
    await tried_often(bot_database, MIN_TRIES + 2)
    assert [said for said in words(slack, "ana") if "I keep trying" in said] == words(slack, "ana")
    assert len(words(slack, "ana")) == 1
    slack.faults.clear()
    await slack.sees("#releases", "*Go*: @ana")
    assert await who_voted(bot_database) == ["U01ANA"]


@pytest.mark.usefixtures("hurry")
async def test_a_command_is_answered_after_being_retried_for_long(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    slack.faults.inject(Fault.ERROR_BEFORE, "users.info", times=None)
    said = await slack.user("raj").command("#releases", "/canary", "run staging")
    await change(bot_database, LONG_AGO)
    assert "Slack did not say who you are" in await said.told()
    assert await query(bot_database, "SELECT FROM run") == []


@pytest.mark.usefixtures("hurry")
async def test_a_vote_that_fails_unexpectedly_is_retried(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    card = await decided(slack)
    await change(bot_database, FAILS.format(times=PASSES_IN_TIME))
    assert (await slack.user("ana").click(card, "Go")).acked
    await slack.sees("#releases", "*Go*: @ana")
    assert {*words(slack, "ana")} <= {"Your Go on run #1 counts."}


@pytest.mark.usefixtures("hurry")
async def test_a_person_who_hits_a_bug_is_told_in_the_end(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    card = await decided(slack)
    await change(bot_database, FAILS.format(times=1000))
    assert (await slack.user("ana").click(card, "Go")).acked

    async def done() -> bool:
        return bool(await query(bot_database, "SELECT FROM inbox WHERE error LIKE 'DataException%'"))

    await comes_true(done)
    (said,) = words(slack, "ana")
    assert "Something went wrong on my side" in said
