"""What people and workspaces do to posted messages: deleted cards, and messages that can no longer be edited."""

from __future__ import annotations

import pytest

from commands.serve import Running
from sandbox.slack.faults import Fault
from sandbox.slack.message import Message
from sandbox.slack.person import PATIENCE
from sandbox.slack.server import LocalSlack
from tests.journeys.conftest import World
from tests.journeys.test_attacks import go_button
from tests.outbox import living, saying, settled, shown_twice, until, until_shown, with_packets

# ---------------------------------------------------------------- deleted


@pytest.mark.parametrize("replies_too", [True, False])
async def test_a_deleted_card_is_reposted_once_and_takes_votes(
    bot: Running, slack: LocalSlack, bot_database: str, replies_too: bool
) -> None:
    card = await settled(slack, bot_database)
    go = go_button(card)
    for message in slack.thread(card) if replies_too else [card]:
        slack.delete(message)
    await slack.user("ana").clicks_from_an_old_screen(card, go)
    (anew,) = await slack.wait_for(lambda: saying(slack, "by @raj · run #1"), PATIENCE)
    await slack.user("ben").click(anew, "Go")
    decision = await slack.sees("#releases", "Decision on run #1")
    await until_shown(bot_database)
    assert saying(slack, "by @raj · run #1") == [anew]
    assert decision.thread_ts == anew.ts
    assert not shown_twice(slack)


async def test_a_card_deleted_after_its_decision_is_reposted_when_there_is_a_prompt(
    bot: Running, slack: LocalSlack, world: World, bot_database: str
) -> None:
    """Nothing on the card changes by then, so only the message below it discovers the deletion."""
    card = await with_packets(slack, bot_database)
    await until_shown(bot_database)
    for message in slack.thread(card):
        slack.delete(message)
    await world.put("duplicates", 2)
    prompt = await slack.sees("#releases", "Roll back staging")
    (anew,) = await slack.wait_for(lambda: saying(slack, "by @raj · run #1"), PATIENCE)
    await slack.user("raj").click(prompt, "I have rolled back")
    end = await slack.sees("#releases", "The watch of run #1 ended")
    await until_shown(bot_database)
    assert end.thread_ts == anew.ts
    assert not shown_twice(slack)


async def test_a_deleted_rollback_prompt_is_reposted_with_its_latest_state(
    bot: Running, slack: LocalSlack, world: World, bot_database: str
) -> None:
    await with_packets(slack, bot_database)
    await world.put("duplicates", 2)
    prompt = await slack.sees("#releases", "Roll back staging")
    await until(bot_database, "SELECT bool_and(state = 'sent') FROM message WHERE kind = 'prompt'")
    slack.delete(prompt)
    await world.put("duplicates", 0)
    again = await slack.sees("#releases", "has been passing again since")
    assert again.ts != prompt.ts
    await slack.user("raj").click(again, "I have rolled back")
    await slack.sees("#releases", "The watch of run #1 ended")
    assert not shown_twice(slack)


# ---------------------------------------------------------------- not editable


def nobody_may_edit(slack: LocalSlack, card: Message) -> None:
    slack.workspace.edit_window = 0.0


def belongs_to_another_app(slack: LocalSlack, card: Message) -> None:
    """Let the card belong to another app, as after reinstalling the app."""
    card.bot_id = "B0BEFORE"


@pytest.mark.parametrize("barrier", [nobody_may_edit, belongs_to_another_app])
@pytest.mark.parametrize("fault", [None, Fault.RESET_AFTER, Fault.RESET_BEFORE])
async def test_what_an_uneditable_card_cannot_show_is_posted_once_in_its_thread(
    bot: Running, slack: LocalSlack, bot_database: str, barrier, fault: Fault | None
) -> None:
    card = await settled(slack, bot_database)
    barrier(slack, card)
    if fault:
        slack.faults.inject(fault, "chat.postMessage", times=2)
    await slack.user("ana").click(card, "Go")
    beside = await slack.sees("#releases", "needs a vote from platform")
    await until_shown(bot_database)
    assert saying(slack, "needs a vote from platform") == [beside]
    assert beside.thread_ts == card.ts
    assert not beside.broadcast
    await slack.user("ben").click(beside, "Go")
    decision = await slack.sees("#releases", "Decision on run #1")
    await until_shown(bot_database)
    assert decision.thread_ts == card.ts
    assert not shown_twice(slack)
    assert all(message.thread_ts == card.ts for message in living(slack) if message is not card)
