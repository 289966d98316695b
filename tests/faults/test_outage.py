"""Slack is unavailable for an hour: runs continue, and their messages are posted afterward, in order and once."""

from __future__ import annotations

import pytest

from commands.serve import Running
from sandbox.slack.faults import Fault
from sandbox.slack.server import LocalSlack
from tests.journeys.conftest import World, decided
from tests.outbox import (
    both_vote,
    in_order,
    living,
    make_due,
    make_older,
    rows,
    saying,
    shown_twice,
    until,
    until_shown,
)

SAYING = ("chat.postMessage", "chat.update", "files.getUploadURLExternal", "files.completeUploadExternal")
READING = ("conversations.history", "conversations.replies")
SAID = [
    "by @raj · run #1",
    "*Results*",
    "*Go*: @ana",
    "*Go*: @ben",
    "Decision on run #1",
    ".md, ",
]
SAID += [".json, ", ".html, ", "⏪ Rolled back · staging run #1 · ", "The watch of run #1 ended"]


@pytest.mark.parametrize(
    "fault", [Fault.ERROR_BEFORE, Fault.RESET_BEFORE, Fault.RESET_AFTER, Fault.RATE_LIMITED]
)
async def test_an_hours_backlog_is_posted_in_order_and_once(
    bot: Running, slack: LocalSlack, world: World, bot_database: str, fault: Fault
) -> None:
    card = await decided(slack)
    for method in SAYING + READING:
        slack.faults.inject(fault, method, times=None, seconds=1)
    await both_vote(slack, card, bot_database)
    await world.put("duplicates", 2)
    await until(bot_database, "SELECT count(*) FROM prompt")
    for _ in range(4):  # a quarter of an hour each
        await make_older(bot_database)
        await make_due(bot_database)
        await until(
            bot_database, "SELECT count(*) FROM message WHERE kind = 'decision' AND alerted_at IS NOT NULL"
        )
    slack.faults.clear()
    await until(
        bot_database, "SELECT count(*) FROM message WHERE kind = 'prompt' AND state = 'sent'", patience=60
    )
    await slack.user("raj").click(
        (await slack.wait_for(lambda: saying(slack, "Roll back staging")))[0], "I have rolled back"
    )
    await until(bot_database, "SELECT count(*) FROM watch WHERE state = 'ended'")
    await until_shown(bot_database, patience=60)
    texts = [slack.render_text(message) for message in living(slack)]
    assert in_order(texts, SAID), texts
    assert not shown_twice(slack)
    assert await rows(bot_database, "SELECT count(*) FROM decision") == [(1,)]
