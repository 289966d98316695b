"""Buttons with values that the bot never gave them: each click is refused or answered, and none is an error of ours."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import aiohttp

from commands.slack.clicks import CLICKS
from sandbox.slack.people import User
from sandbox.slack.server import LocalSlack
from tests.journeys.conftest import StartBot, events_url
from tests.journeys.test_attacks import facts
from tests.journeys.test_conditions import DECLARED
from tests.journeys.test_http import signed
from tests.journeys.test_payloads import a_click
from tests.journeys.test_replay import posted
from tests.outbox import until

MEMBERS = 5  # without a role; one person's clicks are limited
ODD: tuple[Any, ...] = (
    {},
    {"value": 5, "selected_option": []},
    {"value": "\x00 \ud800", "selected_option": {"value": 5}},
    *(
        {"value": value, "selected_option": {"value": value}}
        for value in ("9" * 30, "{key}", "{key} 9999", "{key}\u202e <!channel> done x")
    ),
)
AT_ONCE = 5


def odd_clicks(click: dict[str, Any]) -> Iterator[dict[str, Any]]:
    key = click["actions"][0]["value"].partition(" ")[0]
    odd = json.dumps(ODD).replace("{key}", key)
    each = [(action_id, values) for action_id in (*CLICKS, "unknown", "\x00") for values in json.loads(odd)]
    for at, (action_id, values) in enumerate(each):
        kept = {name: click["actions"][0][name] for name in ("type", "block_id")}
        action = {**kept, **values, "action_id": action_id, "action_ts": f"{at}.000001"}
        user = {"id": f"U0MEMBER{at % MEMBERS}"}
        yield {**click, "user": user, "response_url": "", "actions": [action]}


async def test_a_button_with_any_value_is_refused_or_answered_and_changes_nothing(
    start_bot: StartBot, slack: LocalSlack, bot_database: str
) -> None:
    for number in range(MEMBERS):
        slack.add_user(User(f"U0MEMBER{number}", f"member{number}", f"Member {number}"))
    async with start_bot(DECLARED, slack_app_token=None) as bot:
        await slack.deliver_to(events_url(bot))
        clicks = list(odd_clicks(await a_click(slack)))

        async with aiohttp.ClientSession() as session:

            async def click(payload: dict[str, Any]) -> int:
                body = urlencode({"payload": json.dumps(payload)}).encode()
                return await posted(session, events_url(bot), body, signed(body, slack.signing_secret))

            answers = [
                status
                for at in range(0, len(clicks), AT_ONCE)
                for status in await asyncio.gather(*map(click, clicks[at : at + AT_ONCE]))
            ]
        assert set(answers) <= {HTTPStatus.OK, HTTPStatus.BAD_REQUEST}
        assert answers.count(HTTPStatus.OK) > len(answers) / 2
        await until(bot_database, "SELECT count(*) = 0 FROM inbox WHERE done_at IS NULL")
    ours = "SELECT key, error FROM inbox WHERE error !~ '^(Refused|Misused): '"
    assert await facts(bot_database, ours) == []
    assert await facts(bot_database, "SELECT * FROM vote") == []
    assert await facts(bot_database, "SELECT state FROM run") == [("deciding",)]
