"""Requests replayed by a proxy or an attacker, and one person on several devices: over two replicas, one effect."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any, TypeAlias
from urllib.parse import urlencode

import aiohttp
import pytest

from commands.serve import Running
from sandbox.slack import payloads
from sandbox.slack.server import LocalSlack
from tests.journeys.conftest import StartBot, decided, events_url
from tests.journeys.test_attacks import all_jobs_done, facts, go_button
from tests.journeys.test_http import COMMAND, signed

AT_ONCE = 50
Replicas: TypeAlias = tuple[Running, Running]


@pytest.fixture
async def replicas(start_bot: StartBot, slack: LocalSlack) -> AsyncIterator[Replicas]:
    """Two replicas over HTTP, as behind a load balancer. Slack's own deliveries go to the first."""
    async with AsyncExitStack() as stack:
        one, other = [await stack.enter_async_context(start_bot(slack_app_token=None)) for _ in range(2)]
        await slack.deliver_to(events_url(one))
        yield one, other


async def posted(session: aiohttp.ClientSession, url: str, body: bytes, headers: dict[str, str]) -> int:
    """Returns the status. Like Slack, it retries if the database was too busy to store the request."""
    async with asyncio.timeout(60):
        while True:
            async with session.post(url, data=body, headers=headers) as answer:
                if answer.status != 503:
                    return answer.status
            await asyncio.sleep(0.1)


async def replayed(
    replicas: Replicas, slack: LocalSlack, form: dict[str, str], *, one_after_another: int, at_once: int
) -> list[int]:
    """Returns the status of each."""
    body = urlencode(form).encode()
    headers = signed(body, slack.signing_secret)
    async with aiohttp.ClientSession() as session:

        async def post(number: int) -> int:
            return await posted(session, events_url(replicas[number % 2]), body, headers)

        first = [await post(number) for number in range(one_after_another)]
        return first + await asyncio.gather(*(post(number) for number in range(at_once)))


async def by_ana(slack: LocalSlack) -> dict[str, Any]:
    """Ana's click on Go as Slack would send it, but not sent yet."""
    card = await decided(slack)
    click = (await slack.user("mia").click(card, "Go")).delivery.payload
    action = {**click["actions"][0], "action_ts": "1.0"}
    return {**click, "user": {**click["user"], "id": "U01ANA"}, "actions": [action]}


async def test_a_replayed_click_is_one_vote(replicas: Replicas, slack: LocalSlack, bot_database: str) -> None:
    click = await by_ana(slack)
    form = {"payload": json.dumps(click)}
    statuses = await replayed(replicas, slack, form, one_after_another=100, at_once=50)
    assert set(statuses) == {200}
    await slack.sees("#releases", "needs a vote from platform")
    await all_jobs_done(bot_database)
    assert await facts(bot_database, "SELECT person, choice FROM vote") == [("U01ANA", "Go")]
    assert await facts(bot_database, "SELECT count(*) FROM event WHERE kind = 'voted'") == [(1,)]
    assert await facts(bot_database, "SELECT count(*) FROM inbox WHERE key LIKE '%U01ANA%'") == [(1,)]


async def test_a_replayed_command_starts_one_run(
    replicas: Replicas, slack: LocalSlack, bot_database: str
) -> None:
    statuses = await replayed(replicas, slack, COMMAND, one_after_another=10, at_once=10)
    assert set(statuses) == {200}
    card = await slack.sees("#releases", "*GO recommended*")
    await slack.user("ana").command("#releases", "/canary", "cancel #1 to make room")
    await slack.wait_for(lambda: not card.elements)
    statuses = await replayed(replicas, slack, COMMAND, one_after_another=5, at_once=5)
    assert set(statuses) == {200}
    await all_jobs_done(bot_database)
    assert await facts(bot_database, "SELECT number FROM run") == [(1,)]


async def test_fifty_clicks_from_two_devices_over_two_replicas_are_one_vote(
    replicas: Replicas, slack: LocalSlack, bot_database: str
) -> None:
    click = await by_ana(slack)
    async with aiohttp.ClientSession() as session:

        async def post(number: int) -> int:
            own = {**click, "actions": [{**click["actions"][0], "action_ts": f"{number}.5"}]}
            body = urlencode({"payload": json.dumps(own)}).encode()
            url, headers = events_url(replicas[number % 2]), signed(body, slack.signing_secret)
            return await posted(session, url, body, headers)

        assert set(await asyncio.gather(*(post(number) for number in range(AT_ONCE)))) == {200}
    await all_jobs_done(bot_database)
    assert await facts(bot_database, "SELECT person, choice FROM vote") == [("U01ANA", "Go")]
    assert await facts(bot_database, "SELECT count(*) FROM event WHERE kind = 'voted'") == [(1,)]


async def test_simultaneous_clicks_of_both_owners_over_two_replicas_make_one_decision(
    replicas: Replicas, slack: LocalSlack, bot_database: str
) -> None:
    card = await decided(slack)
    go = go_button(card)
    await asyncio.gather(
        *(slack.user(name).clicks_from_an_old_screen(card, go) for name in ("ana", "ben") for _ in range(10))
    )
    await slack.sees("#releases", "Decision on run #1")
    await all_jobs_done(bot_database)
    assert await facts(bot_database, "SELECT outcome FROM decision") == [("GO",)]
    assert await facts(bot_database, "SELECT person FROM vote ORDER BY person") == [("U01ANA",), ("U02BEN",)]
    assert await facts(bot_database, "SELECT count(*) FROM watch") == [(1,)]


async def test_a_replayed_form_makes_one_decision_and_no_refusals(
    replicas: Replicas, slack: LocalSlack, bot_database: str
) -> None:
    card = await decided(slack)
    ben = slack.user("ben")
    await ben.click(card, "No-go…")
    form = payloads.view_submission(slack.workspace, ben.user, await ben.sees_modal("No-go"))
    form = json.loads(json.dumps(form))
    form["view"]["state"] = {"values": {"reason": {"reason": {"type": "plain_text_input", "value": "no"}}}}
    replay = {"payload": json.dumps(form)}
    statuses = await replayed(replicas, slack, replay, one_after_another=20, at_once=20)
    assert set(statuses) == {200}
    await slack.sees("#releases", "Decision on run #1")
    await all_jobs_done(bot_database)
    assert await facts(bot_database, "SELECT count(*) FROM inbox WHERE kind = 'view'") == [(1,)]
    assert await facts(bot_database, "SELECT count(*) FROM event WHERE kind = 'voted'") == [(1,)]
    assert await facts(bot_database, "SELECT count(*) FROM event WHERE kind = 'refused'") == [(0,)]
