"""Who is asked to vote and reminded; runs that nobody could decide do not start."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from bot.base.errors import Refused
from bot.rules.approval import Choice
from bot.store import jobs
from bot.workflow import reminding
from bot.workflow.reminding import Remind
from commands.serve import Running
from sandbox.slack.message import Message
from sandbox.slack.server import LocalSlack
from tests.audit.team import ANA, BEN, RAJ, Team, team
from tests.journeys.conftest import CONFIGURATION, StartBot, World, both_go, decided
from tests.journeys.test_attacks import facts

REMINDED = CONFIGURATION.replace("expires: 1h", "expires: 1h\n      remind: [1m, 5m]")
DUE = """
WITH due AS (UPDATE reminder SET due_at = now() WHERE number = %s RETURNING number)
UPDATE procrastinate_jobs SET scheduled_at = now()
WHERE task_name = 'remind' AND args ->> 'number' IN (SELECT number::text FROM due)
"""


async def is_due(dsn: str, number: int) -> None:
    """Bring forward the due time of a reminder."""
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as conn:
        await conn.execute(DUE, [number])


def replies(slack: LocalSlack, card: Message, text: str) -> list[Message]:
    return [reply for reply in slack.thread(card) if text in slack.render_text(reply)]


# ---------------------------------------------------------------- asked


async def test_voters_are_mentioned_once_when_the_summary_appears(bot: Running, slack: LocalSlack) -> None:
    card = await decided(slack)
    wanted = await slack.sees("#releases", "Votes wanted")
    said = "a vote from release-managers (@ana) and a vote from platform (@platform)"
    assert said in slack.render_text(wanted)
    assert "<@U01ANA>" in wanted.text
    assert wanted in slack.thread(card)
    assert not wanted.edited_ts  # an edit notifies nobody


async def test_the_requester_is_not_asked_to_vote(start_bot: StartBot, slack: LocalSlack) -> None:
    members = "[U03RAJ, U01ANA, U02BEN, U04MIA, U05GUS, U06ONE, U07DEE, U08SAM, U09ONA]"
    async with start_bot(CONFIGURATION.replace("{members: [U01ANA]}", f"{{members: {members}}}")):
        await slack.connected()
        await decided(slack)
        wanted = slack.render_text(await slack.sees("#releases", "Votes wanted"))
    asked = wanted.partition("a vote from release-managers (")[2].partition(")")[0]
    assert asked.count("@") == 5
    assert "@raj" not in asked
    assert asked.endswith("and 3 more")


async def test_the_requester_is_told_the_decision(bot: Running, slack: LocalSlack) -> None:
    await both_go(slack, await decided(slack))
    decision = await slack.sees("#releases", "Decision on run #1")
    assert "@raj: go ahead with staging" in slack.render_text(decision)
    assert "<@U03RAJ>" in decision.text


async def test_the_record_keeps_who_was_asked_and_who_could_decide_at_the_time(
    bot: Running, slack: LocalSlack, world: World, bot_database: str
) -> None:
    """Later changes to a group's members do not alter it."""
    await both_go(slack, await decided(slack))
    await slack.sees("#releases", "Decision on run #1")
    on_call = slack.workspace.groups["S0ONCALL"].members
    on_call[:] = ["U03RAJ", "U04MIA"]
    await world.put("duplicates", 3)
    await slack.sees("#releases", "Roll back staging")
    on_call.clear()
    slack.workspace.groups["S0PLATFORM"].members.clear()

    asked = dict(
        await facts(
            bot_database,
            "SELECT kind, detail::jsonb -> 'asked' FROM event WHERE detail::jsonb ? 'asked'",
        )
    )
    assert asked["evidence frozen"] == {
        "platform": {"S0PLATFORM": ["U02BEN"]},
        "release-managers": {"U01ANA": ["U01ANA"]},
    }
    assert asked["rollback prompted"] == {"on-call": {"S0ONCALL": ["U03RAJ", "U04MIA"]}}
    held = await facts(
        bot_database, "SELECT detail::jsonb -> 'roles' FROM event WHERE kind = 'roles resolved' ORDER BY seq"
    )
    assert held == [({"platform": ["U02BEN"], "release-managers": ["U01ANA"]},)] * 2
    assert "a vote from platform (@platform)" in slack.render_text(
        await slack.sees("#releases", "Votes wanted")
    )


# ---------------------------------------------------------------- reminded


async def test_each_reminder_goes_once_to_people_whose_votes_are_missing(
    start_bot: StartBot, slack: LocalSlack, bot_database: str
) -> None:
    async with start_bot(REMINDED):
        await slack.connected()
        card = await decided(slack)
        await slack.user("ana").click(card, "Go")
        await slack.sees("#releases", "needs a vote from platform")
        await is_due(bot_database, 1)
        reminder = await slack.sees("#releases", "Reminder")
        assert "It still needs a vote from platform. 1 person gets" in slack.render_text(reminder)
        assert "@ana" not in slack.render_text(reminder)
        await is_due(bot_database, 2)
        await slack.wait_for(lambda: len(replies(slack, card, "Reminder")) == 2)
    assert await facts(bot_database, "SELECT count(*) FROM event WHERE kind = 'reminded'") == [(2,)]
    assert await facts(bot_database, "SELECT count(*) FROM reminder WHERE done_at IS NULL") == [(0,)]


async def test_a_reminder_survives_a_restart(
    start_bot: StartBot, slack: LocalSlack, bot_database: str
) -> None:
    async with start_bot(REMINDED):
        await slack.connected()
        card = await decided(slack)
    await is_due(bot_database, 1)
    async with start_bot(REMINDED):
        await slack.sees("#releases", "Reminder")
    assert len(replies(slack, card, "Reminder")) == 1


@pytest.fixture
async def at(bot_database: str, world: World, tmp_path: Path) -> AsyncIterator[Team]:
    async with team(bot_database, world, tmp_path, REMINDED) as at:
        yield at


async def reminded(dsn: str) -> int:
    [(count,)] = await facts(dsn, "SELECT count(*) FROM message WHERE kind = 'reminder'")
    return count


async def test_a_reminder_timer_that_fires_early_or_twice_reminds_nobody(at: Team, bot_database: str) -> None:
    number = await at.measured()
    await reminding.remind(at.services, run=number, number=1)
    assert await reminded(bot_database) == 0
    await is_due(bot_database, 1)
    for _ in range(2):
        await reminding.remind(at.services, run=number, number=1)
    assert await reminded(bot_database) == 1


async def test_nobody_is_reminded_after_the_decision(at: Team, bot_database: str) -> None:
    number = await at.measured()
    await at.go(number)
    await is_due(bot_database, 1)
    await reminding.remind(at.services, run=number, number=1)
    assert await reminded(bot_database) == 0


async def test_a_reminder_without_a_job_is_found_as_lost(at: Team) -> None:
    number = await at.measured()
    async with at.services.database.connection() as conn:
        found = await jobs.lost(conn, Remind, grace=timedelta(0))
    assert [work.number for work in found] == [1, 2]
    await at.go(number)
    async with at.services.database.connection() as conn:
        assert not await jobs.lost(conn, Remind, grace=timedelta(0))


async def test_people_can_remind_by_command_once_a_minute(bot: Running, slack: LocalSlack) -> None:
    raj = slack.user("raj")
    card = await decided(slack)
    reply = await raj.command("#general", "/canary", "remind #1")
    await reply.told(
        "in the thread of run #1. Still needed: a vote from release-managers, a vote from platform"
    )
    await slack.sees("#releases", "still needs a vote from release-managers and a vote from platform")
    reply = await raj.command("#general", "/canary", "remind #1")
    await reply.told("They were reminded less than a minute ago")
    reply = await slack.user("mia").command("#general", "/canary", "remind #1")
    await reply.told("Only whoever started run #1")
    assert len(replies(slack, card, "Reminder")) == 1
    await both_go(slack, card)
    await slack.sees("#releases", "Decision on run #1")
    reply = await raj.command("#general", "/canary", "remind #1")
    await reply.told("Run #1 is no longer waiting for votes")


# ---------------------------------------------------------------- refused


async def test_a_run_whose_only_approver_is_the_requester_does_not_start(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    reply = await slack.user("ana").command("#releases", "/canary", "run staging")
    said = await reply.told(
        "Nobody could approve this run: it needs 1 vote from release-managers and 1 vote from platform"
    )
    assert (
        "but release-managers has too few people who may vote. You can't approve a run that you start."
        in said
    )
    assert "Ask someone to start it whose vote isn't needed" in said
    assert await facts(bot_database, "SELECT count(*) FROM run") == [(0,)]


@pytest.mark.parametrize(
    ("group", "why"),
    [
        ("S0PLATFORM", "platform has no members: the user group S0PLATFORM is empty."),
        ("S0NOBODY", "I cannot read the user group S0NOBODY"),
    ],
)
async def test_a_run_that_needs_an_empty_or_unreadable_user_group_does_not_start(
    start_bot: StartBot, slack: LocalSlack, bot_database: str, group: str, why: str
) -> None:
    slack.workspace.groups["S0PLATFORM"].members.clear()
    async with start_bot(CONFIGURATION.replace("[S0PLATFORM]", f"[{group}]")):
        await slack.connected()
        reply = await slack.user("raj").command("#releases", "/canary", "run staging")
        await reply.told(why)
    assert await facts(bot_database, "SELECT count(*) FROM run") == [(0,)]


async def test_a_run_whose_approvers_are_all_deactivated_or_guests_does_not_start(
    start_bot: StartBot, slack: LocalSlack
) -> None:
    async with start_bot(CONFIGURATION.replace("[U01ANA]", "[U07DEE, U05GUS]")):
        await slack.connected()
        reply = await slack.user("raj").command("#releases", "/canary", "run staging")
        await reply.told("2 members are deactivated, a guest")


async def test_a_person_with_two_roles_counts_toward_one(start_bot: StartBot, slack: LocalSlack) -> None:
    configuration = CONFIGURATION.replace(
        "platform: {members: [S0PLATFORM]}", "platform: {members: [U01ANA, U02BEN]}"
    )
    async with start_bot(configuration):
        await slack.connected()
        reply = await slack.user("ben").command("#releases", "/canary", "run staging")
        await reply.told("Nobody could approve this run")
        await decided(slack)


async def test_a_refusal_names_only_people_whose_votes_are_missing(at: Team) -> None:
    number = await at.measured()
    with pytest.raises(Refused) as refusal:
        await at.votes(RAJ, Choice.GO, number)
    assert set(refusal.value.people) == {ANA, BEN, "U04MIA"}
    await at.says(BEN, Choice.GO, number)
    with pytest.raises(Refused) as refusal:
        await at.votes(RAJ, Choice.GO, number)
    assert set(refusal.value.people) == {ANA}
