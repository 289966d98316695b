"""Copied marks: a message by another account never passes for the bot's own."""

from __future__ import annotations

from hashlib import sha256

import pytest

from commands.serve import Running
from sandbox.slack.faults import Fault
from sandbox.slack.message import Message
from sandbox.slack.server import LocalSlack
from tests.journeys.conftest import decided
from tests.outbox import rows


async def vote_in_doubt(slack: LocalSlack) -> Message:
    """Ana's vote is posted without the bot knowing. Returns the message, before the bot looks for it."""
    card = await decided(slack)
    await slack.sees("#releases", "*Results*")
    slack.faults.inject(Fault.RESET_AFTER, "chat.postMessage", times=1)
    slack.faults.inject(Fault.DELAY, "conversations.replies", times=1, seconds=2)
    await slack.user("ana").click(card, "Go")
    return await slack.sees("#releases", "*Go*: @ana")


def votes(slack: LocalSlack) -> list[Message]:
    said = slack.channel("#releases").log.values()
    return [message for message in said if "*Go*: @ana" in slack.render_text(message)]


async def settled(slack: LocalSlack) -> None:
    card = await slack.sees("#releases", "by @raj · run #1")
    await slack.user("ben").click(card, "Go")
    await slack.sees("#releases", "Decision on run #1")


async def test_the_bots_own_message_is_recognized(bot: Running, slack: LocalSlack) -> None:
    await vote_in_doubt(slack)
    await settled(slack)
    assert len(votes(slack)) == 1


@pytest.mark.parametrize(
    "forgery",
    [
        "another account",
        "another bot",
        "another app",
        "another message's mark",
        "another message's name",
        "a mark of their own",
        "a mark made without the key",
        "another type",
    ],
)
async def test_a_copied_mark_is_not_recognized(
    bot: Running, slack: LocalSlack, bot_database: str, forgery: str
) -> None:
    copied = await vote_in_doubt(slack)
    assert copied.metadata
    payload = copied.metadata["event_payload"]
    if forgery == "another account":
        copied.user = "U04MIA"
    elif forgery == "another bot":
        copied.bot_id = "B0OTHER"
    elif forgery == "another app":
        copied.app_id = "A0OTHER"
    elif forgery == "another message's name":
        payload["id"] = "1"
    elif forgery == "another message's mark":
        other = await slack.sees("#releases", "by @raj · run #1")
        assert other.metadata
        payload["mark"] = other.metadata["event_payload"]["mark"]
    elif forgery == "a mark of their own":
        payload["mark"] = "0" * 64
    elif forgery == "a mark made without the key":
        [(run, kind, subject)] = await rows(
            bot_database, f"SELECT run, kind, subject FROM message WHERE id = {payload['id']}"
        )
        payload["mark"] = sha256(f"{run}:{kind}:{subject}:{payload['id']}".encode()).hexdigest()
    else:
        copied.metadata["event_type"] = "canary_message_2"
    await settled(slack)
    assert len(votes(slack)) == 2
    taken_for_ours = f"SELECT count(*) FROM message WHERE '{copied.ts}' = ANY(earlier || ts)"
    assert await rows(bot_database, taken_for_ours) == [(0,)]  # nor for one that can no longer be edited
