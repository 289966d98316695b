"""A requester who may not be in the run's channel gets the decision as a direct message; nobody is told twice."""

from __future__ import annotations

import pytest

from commands.serve import Running
from sandbox.slack.message import Message
from sandbox.slack.server import LocalSlack
from tests.journeys.conftest import CONFIGURATION, StartBot, World, both_go, decided
from tests.journeys.test_attacks import change
from tests.journeys.test_reminders import gets, letters, quiet, quiet_now, takes_no_messages
from tests.outbox import make_due, until

RAJ = "U03RAJ"
SENT = "SELECT count(*) = 1 FROM message WHERE kind = 'direct decision' AND state = 'sent'"
TOLD = "The requester, who gets a direct message: "


async def asked_with_a_form(slack: LocalSlack) -> Message:
    raj = slack.user("raj")
    await raj.shortcut("start_run")
    assert (await raj.submit(await raj.sees_modal("Start a run"), {"version": "1.43.0"})).acked
    return await slack.sees("#releases", "recommended*")


async def test_a_requester_who_asked_with_a_form_gets_the_decision_with_a_link(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    card = await asked_with_a_form(slack)
    await both_go(slack, card)
    told = await gets(slack, RAJ, "Go, watching")
    assert f"{slack.url}/archives/C0RELEASES/p{card.ts.replace('.', '')}|run #1>" in str(told.blocks)
    assert "Go ahead with staging `1.43.0`." in told.text
    assert told.text.startswith("Go, watching: staging 1.43.0. Approved by")
    decision = await slack.sees("#releases", "Decision on run #1")
    assert f"{TOLD}go ahead with staging `1.43.0`." in slack.render_text(decision)
    assert f"<@{RAJ}>" not in decision.text + str(decision.blocks)
    await until(bot_database, SENT)


async def test_a_requester_who_asked_in_the_channel_is_mentioned_there_and_gets_no_direct_message(
    bot: Running, slack: LocalSlack
) -> None:
    await both_go(slack, await decided(slack))
    decision = await slack.sees("#releases", "Decision on run #1")
    assert f"<@{RAJ}>: go ahead" in decision.text
    assert letters(slack, RAJ) == []


async def test_a_requester_who_asked_in_another_channel_gets_a_direct_message(
    bot: Running, slack: LocalSlack
) -> None:
    await slack.user("raj").command("#general", "/canary", "run staging")
    card = await slack.sees("#releases", "recommended*")
    ana = slack.user("ana")
    await ana.click(card, "No-go…")
    assert (await ana.submit(await ana.sees_modal(), {"Reason": "the queue is old"})).acked
    told = await gets(slack, RAJ, "🛑 No-go")
    assert "the queue is old" in told.text
    assert "Do not go ahead. After a fix, start a new run: `/canary run staging`" in told.text


async def test_a_requester_learns_that_nobody_decided(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    await asked_with_a_form(slack)
    await change(bot_database, "UPDATE run SET expires_at = now()")
    await change(
        bot_database, "UPDATE procrastinate_jobs SET scheduled_at = now() WHERE task_name = 'expire'"
    )
    assert "Nobody decided by" in (await gets(slack, RAJ, "⌛ Expired without a decision")).text


async def test_a_requester_who_cancels_is_told_nothing_more(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    await asked_with_a_form(slack)
    await slack.user("raj").command("#releases", "/canary", "cancel #1 wrong version")
    decision = await slack.sees("#releases", "Decision on run #1")
    assert "Cancelled by @raj" in slack.render_text(decision)
    await until(bot_database, "SELECT count(*) = 0 FROM message WHERE kind = 'direct decision'")


async def test_a_requester_who_accepts_no_direct_messages_is_mentioned_once_in_the_thread(
    bot: Running, slack: LocalSlack
) -> None:
    card = await asked_with_a_form(slack)
    takes_no_messages(slack)
    await both_go(slack, card)
    instead = await slack.sees("#releases", "I couldn't send you a direct message")
    assert instead.text.startswith(f"<@{RAJ}>: run #1 on staging is decided: Go. ")
    assert instead in slack.thread(card)


@pytest.mark.parametrize("rolls_back", [False, True])
async def test_a_decision_waits_for_the_end_of_the_requesters_quiet_hours_and_says_how_it_stands_then(
    start_bot: StartBot, slack: LocalSlack, world: World, bot_database: str, *, rolls_back: bool
) -> None:
    """It survives a restart, and is sent once."""
    slack.workspace.users[RAJ].tz = "UTC"
    async with start_bot(quiet(CONFIGURATION, quiet_now())):
        await slack.connected()
        await both_go(slack, await asked_with_a_form(slack))
        await until(bot_database, "SELECT count(*) = 1 FROM message WHERE error = 'quiet hours'")
        if rolls_back:
            await slack.user("raj").command("#releases", "/canary", "rolled-back #1 errors in checkout")
            await slack.sees("#releases", "*Rolled back* by @raj")
        assert not any("Approved by" in each for each in letters(slack, RAJ))
    async with start_bot(CONFIGURATION):
        await make_due(bot_database)
        told = await gets(slack, RAJ, "Approved by")
        await until(bot_database, SENT)
    assert ("Rolled back: staging" in told.text, "Go ahead" in told.text) == (rolls_back, not rolls_back)
    assert len([each for each in letters(slack, RAJ) if "Approved by" in each]) == 1
