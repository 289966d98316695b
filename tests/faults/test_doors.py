"""Slack no longer lets the bot post: runs, votes, deadlines and watches continue, people are told elsewhere, and
everything is shown in order when it is let in again.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from commands.serve import Running
from sandbox.slack.channel import Channel
from sandbox.slack.faults import Fault
from sandbox.slack.message import Message
from sandbox.slack.person import PATIENCE
from sandbox.slack.server import LocalSlack
from tests.journeys.conftest import CONFIGURATION, StartBot, World, decided
from tests.outbox import (
    both_vote,
    change,
    in_order,
    living,
    make_due,
    make_older,
    rows,
    shown_twice,
    until,
    until_shown,
)

ALERTS = CONFIGURATION.replace("version: 1", "version: 1\nalerts: {channel: C0OPS}")
SAID = [
    "*Go*: @ana",
    "*Go*: @ben",
    "Decision on run #1",
    ".md, ",
    ".json, ",
    ".html, ",
    "Roll back staging",
]


def archive(slack: LocalSlack) -> Callable[[], object]:
    slack.archive("#releases")
    return lambda: slack.unarchive("#releases")


def kick(slack: LocalSlack) -> Callable[[], object]:
    slack.kick("#releases")
    return lambda: slack.invite("#releases")


def delete(slack: LocalSlack) -> Callable[[], object]:
    gone = slack.delete_channel("#releases")
    return lambda: slack.add_channel(gone)


def revoke_posting(slack: LocalSlack) -> Callable[[], object]:
    slack.app.scopes -= {"chat:write"}
    return lambda: slack.app.scopes.add("chat:write")


@pytest.mark.parametrize("close", [archive, kick, revoke_posting])
async def test_a_run_continues_in_a_closed_channel_and_is_shown_in_order_when_it_reopens(
    bot: Running,
    slack: LocalSlack,
    world: World,
    bot_database: str,
    close: Callable[[LocalSlack], Callable[[], object]],
) -> None:
    card = await decided(slack)
    await slack.sees("#releases", "*Results*")
    open_again = close(slack)
    await both_vote(slack, card, bot_database)
    await world.put("duplicates", 2)
    await until(bot_database, "SELECT count(*) FROM prompt")
    await until(bot_database, "SELECT count(*) FROM message WHERE error IS NOT NULL")
    await world.put("duplicates", 0)  # otherwise every measurement has something new to say
    await until(bot_database, "SELECT count(*) FROM prompt WHERE recovered_at IS NOT NULL")
    open_again()
    await until_shown(bot_database)
    texts = [slack.render_text(message) for message in living(slack)]
    assert in_order(texts, SAID), texts
    assert not shown_twice(slack)


def revoke(slack: LocalSlack) -> Callable[[], object]:
    slack.revoke_tokens()
    return lambda: setattr(slack.app, "revoked", False)


@pytest.mark.parametrize(("close", "says"), [(revoke, "token_revoked"), (delete, "channel_not_found")])
async def test_a_deadline_passes_even_with_a_deleted_channel_or_a_revoked_token(
    bot: Running,
    slack: LocalSlack,
    bot_database: str,
    close: Callable[[LocalSlack], Callable[[], object]],
    says: str,
) -> None:
    await decided(slack)
    await slack.sees("#releases", "*Results*")
    open_again = close(slack)
    await change(bot_database, "UPDATE run SET expires_at = now()")
    await change(
        bot_database, "UPDATE procrastinate_jobs SET scheduled_at = now() WHERE task_name = 'expire'"
    )
    await until(bot_database, "SELECT count(*) FROM decision")
    await until(bot_database, f"SELECT count(*) FROM message WHERE error = '{says}'")
    await make_older(bot_database)
    await until(
        bot_database, "SELECT count(*) FROM message WHERE kind = 'decision' AND alerted_at IS NOT NULL"
    )
    open_again()
    await until_shown(bot_database)
    await slack.sees("#releases", "Decision on run #1")
    assert not shown_twice(slack)


# ---------------------------------------------------------------- elsewhere meanwhile


@pytest.fixture
def ops(slack: LocalSlack) -> Channel:
    everybody = {"U01ANA", "U02BEN", "U03RAJ", slack.app.bot_user}
    return slack.add_channel(Channel("C0OPS", "ops", members=everybody))


async def card_in(ops: Channel, slack: LocalSlack, dsn: str) -> Message:
    """Start a run whose channel is closed from the start. Returns the alert about its card."""
    slack.archive("#releases")
    await slack.user("raj").command("#general", "/canary", "run staging")
    await until(dsn, "SELECT count(*) FROM evidence")
    await make_older(dsn)
    return await slack.sees(f"#{ops.name}", "the run card of run #1")


async def test_a_run_can_be_decided_in_the_alerts_channel_while_its_own_is_closed(
    start_bot: StartBot, slack: LocalSlack, ops: Channel, bot_database: str
) -> None:
    async with start_bot(ALERTS):
        await slack.connected()
        told = await card_in(ops, slack, bot_database)
        assert "the channel is archived" in slack.render_text(told)
        await slack.user("ana").click(told, "Go")
        await slack.wait_for(lambda: "needs a vote from platform" in slack.render_text(told), PATIENCE)
        await slack.user("ben").click(told, "Go")
        await until(bot_database, "SELECT count(*) FROM decision")
        await slack.wait_for(lambda: not told.elements, PATIENCE)
        slack.unarchive("#releases")
        await until_shown(bot_database)
        await slack.sees("#releases", "Decision on run #1")
        assert "Slack now shows" in slack.render_text(told)
    assert not shown_twice(slack)


async def test_a_cards_buttons_count_only_in_its_own_channel_and_the_alerts_channel(
    start_bot: StartBot, slack: LocalSlack, ops: Channel, bot_database: str
) -> None:
    async with start_bot(ALERTS):
        await slack.connected()
        told = await card_in(ops, slack, bot_database)
        copied = Message(channel="C0GENERAL", ts=slack.workspace.new_ts(), user="U04MIA", blocks=told.blocks)
        slack.workspace.post(copied)
        await (await slack.user("ana").click(copied, "Go")).told("are in another channel")
        assert await rows(bot_database, "SELECT count(*) FROM vote") == [(0,)]


async def test_an_undelivered_alert_raises_no_alert_about_itself_and_arrives_once(
    start_bot: StartBot, slack: LocalSlack, ops: Channel, bot_database: str
) -> None:
    ops.members.discard(slack.app.bot_user)
    async with start_bot(ALERTS):
        await slack.connected()
        slack.archive("#releases")
        await slack.user("raj").command("#general", "/canary", "run staging")
        await until(bot_database, "SELECT count(*) FROM evidence")
        await make_older(bot_database)
        await until(bot_database, "SELECT count(*) FROM message WHERE kind = 'alert' AND error IS NOT NULL")
        await make_older(bot_database)
        await make_due(bot_database)
        await until(bot_database, "SELECT count(*) = 1 FROM message WHERE alerted_at IS NOT NULL")
        slack.invite("#ops")
        await make_due(bot_database)
        await slack.sees("#ops", "the run card of run #1")
        alerted = await rows(bot_database, "SELECT kind FROM message WHERE alerted_at IS NOT NULL")
        assert alerted == [("card",)]
        assert len(living(slack, "#ops")) == 1


async def test_a_prompt_behind_a_stuck_message_still_reaches_on_call(
    bot: Running, slack: LocalSlack, world: World, bot_database: str
) -> None:
    card = await decided(slack)
    await slack.sees("#releases", "*Results*")
    await until(bot_database, "SELECT bool_and(state = 'sent') FROM message")
    for method in ("conversations.history", "conversations.replies"):
        slack.faults.inject(Fault.ERROR_BEFORE, method, times=None)
    slack.faults.inject(Fault.RESET_AFTER, "chat.postMessage", times=1)
    for name in ("ana", "ben"):
        await slack.user(name).click(card, "Go")
    await until(bot_database, "SELECT count(*) FROM message WHERE state = 'ambiguous'")
    await world.put("duplicates", 2)
    await until(bot_database, "SELECT count(*) FROM prompt")
    await make_older(bot_database)
    raj = slack.workspace.direct("U03RAJ").id
    asked = await slack.sees(raj, "Roll back staging")
    assert "Stop promotion at once" in slack.render_text(asked)
    await slack.user("raj").click(asked, "I have rolled back")
    await until(bot_database, "SELECT count(*) FROM watch WHERE state = 'ended'")
    slack.faults.clear()
    await until_shown(bot_database)
    assert not asked.elements
    assert not shown_twice(slack)
