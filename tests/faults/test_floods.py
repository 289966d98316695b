"""Floods of requests are turned away with an explanation, and votes still count."""

from __future__ import annotations

import asyncio
import json
import re
import uuid
from urllib.parse import urlencode

import aiohttp
import psycopg
import pytest

from bot.base.timing import Timing
from commands.serve import Running
from commands.slack.budget import CLICKS, COMMANDS
from sandbox.slack.message import Message
from sandbox.slack.person import PATIENCE
from sandbox.slack.server import LocalSlack
from tests.journeys.conftest import decided, events_url
from tests.journeys.test_http import signed
from tests.timing import ACK_LIMIT, UNHURRIED

PERSON, CHANNEL, ALL = (budget.rate for budget in COMMANDS)
(CLICK,) = (budget.rate for budget in CLICKS)
FLOOD = 1500
AT_ONCE = 50


@pytest.fixture
def timing() -> Timing:
    return UNHURRIED


@pytest.fixture
def ack_limit() -> float:
    return ACK_LIMIT


async def stored(dsn: str, kind: str) -> int:
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as conn:
        found = await (await conn.execute("SELECT count(*) FROM inbox WHERE kind = %s", [kind])).fetchone()
    assert found
    return int(found[0])


async def refused(bot: Running, kind: str) -> int:
    """Refusals, as counted by the bot."""
    async with (
        aiohttp.ClientSession(f"http://127.0.0.1:{bot.port}") as session,
        session.get("/metrics") as answer,
    ):
        numbers = re.findall(
            rf'^canary_refused_total{{.*kind="{kind}".*}} (.*)$', await answer.text(), re.MULTILINE
        )
    return int(sum(map(float, numbers)))


def command(number: int) -> bytes:
    """A command by one of thirty people, in one of three channels."""
    return urlencode(
        {
            "command": "/canary",
            "text": "status",
            "team_id": "T0ACME",
            "channel_id": f"C{number % 3}",
            "user_id": f"U{number % 30}",
            "trigger_id": uuid.uuid4().hex,
            "response_url": "http://127.0.0.1:1/",
        }
    ).encode()


async def flood(bot: Running, slack: LocalSlack) -> list[str]:
    """Returns the answer to each."""
    slots = asyncio.Semaphore(AT_ONCE)
    async with aiohttp.ClientSession() as session:

        async def one(number: int) -> str:
            body = command(number)
            async with (
                slots,
                session.post(
                    events_url(bot), data=body, headers=signed(body, slack.signing_secret)
                ) as answer,
            ):
                assert answer.status == 200
                return await answer.text()

        return await asyncio.gather(*map(one, range(FLOOD)))


async def test_a_flood_of_commands_is_refused_with_an_explanation_and_takes_no_vote(
    http_bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    card = await decided(slack)
    flooding = asyncio.create_task(flood(http_bot, slack))
    async with asyncio.timeout(PATIENCE):
        while await stored(bot_database, "command") < 2:  # Raj's, and one of the flood
            await asyncio.sleep(0.01)
    for name in ("ana", "ben"):
        assert (await slack.user(name).click(card, "Go")).acked
        assert not flooding.done()
    await slack.sees("#releases", "Decision on run #1")
    answers = await flooding
    told = [json.loads(answer)["text"] for answer in answers if answer]
    assert all(
        re.match(r"That was more than \d+ commands in 10 s.*, so this one was ignored\.", text)
        for text in told
    )
    assert len(told) == await refused(http_bot, "command")
    assert await stored(bot_database, "command") == FLOOD - len(told) + 1  # and Raj's
    assert len(told) > FLOOD / 2


async def test_one_persons_flood_over_socket_mode_is_answered_in_private(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    raj = slack.user("raj")
    many = PERSON.most + 10
    replies = await asyncio.gather(*(raj.command("#releases", "/canary", "status") for _ in range(many)))
    assert all(reply.acked for reply in replies)
    told = [text for text in map(slack.render_text, raj.ephemerals) if "That was more than" in text]
    assert len(told) == many - await stored(bot_database, "command") == await refused(bot, "command")
    assert told
    assert told[0].startswith(
        f"That was more than {PERSON.most} commands in {PERSON.seconds} s, so this one was ignored."
    )
    reply = await slack.user("ana").command("#releases", "/canary", "status")
    await reply.told("Nothing is running")


async def clicked(slack: LocalSlack, card: Message) -> list[bool]:
    """Returns which of very many clicks by one person were acknowledged."""
    go = next(element for element in card.elements if element.label == "Go")
    ana = slack.user("ana")
    replies = await asyncio.gather(*(ana.clicks_from_an_old_screen(card, go) for _ in range(CLICK.most + 50)))
    return [reply.acked for reply in replies]


async def test_clicks_beyond_the_budget_are_not_acknowledged_and_acknowledged_ones_count(
    http_bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    card = await decided(slack)
    acked = await clicked(slack, card)
    assert not all(acked)
    assert sum(acked) == await stored(bot_database, "action") >= CLICK.most
    assert acked.count(False) == await refused(http_bot, "action")
    assert (await slack.user("ben").click(card, "Go")).acked
    await slack.sees("#releases", "Decision on run #1")


@pytest.mark.parametrize("ack_limit", [3.0], ids=[""])
async def test_over_socket_mode_slack_itself_reports_the_refused_click(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    card = await decided(slack)
    acked = await clicked(slack, card)
    assert not all(acked)
    assert sum(acked) <= await stored(bot_database, "action")
    assert 'That failed with the error "operation_timeout"' in slack.user("ana").notices
