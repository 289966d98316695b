"""Payloads too large or too deeply nested to be a real click are refused early, and the bot keeps working."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any
from urllib.parse import quote_plus, urlencode

import aiohttp
import pytest

from bot.base.timing import Timing, Workers
from commands.serve import Running
from sandbox.slack.server import LocalSlack
from tests.journeys.conftest import decided, events_url
from tests.journeys.test_attacks import facts, go_button
from tests.journeys.test_http import signed

LEVELS = 200_000
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


def nested(levels: int) -> str:
    return "[" * levels + "]" * levels


async def a_click(slack: LocalSlack) -> dict[str, Any]:
    """A click as Slack sends it, by a person whose vote does not count."""
    card = await decided(slack)
    reply = await slack.user("mia").click(card, "Go")
    return dict(reply.delivery.payload)


def with_something_deep(click: dict[str, Any], levels: int) -> str:
    """The click with deep nesting in a field that the bot stores."""
    action = {**click["actions"][0], "action_ts": f"{levels}.0", "block_id": "X"}  # makes each click distinct
    return json.dumps({**click, "actions": [action]}).replace('"X"', nested(levels))


async def post(bot: Running, data: Any, headers: dict[str, str], kind: str) -> int:
    async with (
        aiohttp.ClientSession() as session,
        session.post(events_url(bot), data=data, headers=headers | {"Content-Type": kind}) as answer,
    ):
        return answer.status


async def in_pieces(body: bytes) -> AsyncIterator[bytes]:
    """Send the body in chunks, without a Content-Length."""
    for at in range(0, len(body), 4096):
        yield body[at : at + 4096]


@pytest.mark.parametrize("kind", [FORM, JSON])
@pytest.mark.parametrize("body", [nested(LEVELS), "payload=" + nested(LEVELS), "text=" + "x" * 2 * LEVELS])
async def test_an_oversized_body_is_refused_before_it_is_parsed(
    http_bot: Running, slack: LocalSlack, kind: str, body: str
) -> None:
    raw = body.encode()
    good = signed(raw, slack.signing_secret)
    assert await post(http_bot, raw, good, kind) == 413
    assert await post(http_bot, in_pieces(raw), good, kind) == 413
    assert await post(http_bot, raw, {}, kind) == 413  # even before the signature is checked


@pytest.mark.parametrize("levels", [33, 900, 20_000])
async def test_a_too_deeply_nested_payload_is_a_bad_request(
    http_bot: Running, slack: LocalSlack, levels: int
) -> None:
    click = with_something_deep(await a_click(slack), min(levels, 900))
    bodies = [
        (nested(levels), JSON),
        ("payload=" + nested(levels), FORM),
        ("payload=" + quote_plus(click), FORM),
        ('{"command":' * levels, JSON),
    ]
    for body, kind in bodies:
        raw = body.encode()[: 64 * 1024]
        assert 400 <= await post(http_bot, raw, signed(raw, slack.signing_secret), kind) < 500


async def test_a_bad_socket_payload_is_not_acknowledged_and_the_next_click_still_counts(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    click = await a_click(slack)
    envelope = '{"envelope_id": "%s", "type": "interactive", "accepts_response_payload": true, "payload": %s}'
    large = json.dumps(
        {**click, "actions": [{**click["actions"][0], "action_ts": "1.0", "value": "x" * 1_000_000}]}
    )
    frames = [
        nested(LEVELS),
        '{"a":' * LEVELS,
        envelope % ("deepest", nested(LEVELS)),
        *(envelope % (f"deep {levels}", with_something_deep(click, levels)) for levels in (33, 500, 900)),
        envelope % ("large", large),
    ]
    stored = await facts(bot_database, "SELECT key FROM inbox")
    for frame in frames:
        await slack.socket_mode.sockets[0].send_str(frame)
    card = await slack.sees("#releases", "*GO recommended*")
    assert (await slack.user("ana").clicks_from_an_old_screen(card, go_button(card))).acked
    await slack.sees("#releases", "needs a vote from platform")
    assert len(await facts(bot_database, "SELECT key FROM inbox")) == len(stored) + 1


async def test_an_oversized_websocket_frame_costs_the_connection_but_not_the_bot(
    bot: Running, slack: LocalSlack
) -> None:
    card = await decided(slack)
    broken = slack.socket_mode.sockets[0]
    with suppress(ConnectionError):  # the connection is cut while sending
        await broken.send_str(nested(3_000_000))
    await slack.wait_for(lambda: broken not in slack.socket_mode.sockets, 30)
    await slack.connected(timeout=30)
    assert (await slack.user("ana").click(card, "Go")).acked
    await slack.sees("#releases", "needs a vote from platform")


@pytest.mark.parametrize("timing", [Timing(workers=Workers(longest_retry=0.5))], ids=[""])
@pytest.mark.parametrize("odd", [["U04MIA"], 5, {"id": "U04MIA"}], ids=repr)
async def test_a_payload_with_wrong_types_is_given_up_and_nothing_counts(
    http_bot: Running, slack: LocalSlack, bot_database: str, odd: Any
) -> None:
    """It is correctly signed, so its sender has our secret. That is no reason to retry it forever."""
    click = await a_click(slack)
    for number, change in enumerate(
        ({"user": {"id": odd}}, {"team": odd}, {"trigger_id": odd}, {"response_url": odd})
    ):
        action = {**click["actions"][0], "action_ts": f"{number}.0"}
        body = urlencode({"payload": json.dumps({**click, **change, "actions": [action]})}).encode()
        await post(http_bot, body, signed(body, slack.signing_secret), FORM)
    async with asyncio.timeout(60):
        while await facts(bot_database, "SELECT key FROM inbox WHERE done_at IS NULL"):
            await asyncio.sleep(0.2)
    assert await facts(bot_database, "SELECT * FROM vote") == []
