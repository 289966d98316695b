"""Slack answers late, wrongly or not at all: everything is shown once, and nothing is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import LiteralString

import aiohttp
import psycopg
import pytest
from aiohttp import web

from bot.base.errors import Unavailable
from commands.serve import Running
from sandbox.slack.faults import Fault
from sandbox.slack.message import Message
from sandbox.slack.person import PATIENCE
from sandbox.slack.server import LocalSlack
from tests.journeys.conftest import StartBot, World, both_go, decided
from tests.timing import BRISK

SETTLED = BRISK.outbox.settled.total_seconds()
STILL_AT_WORK = SETTLED - 0.5  # seconds that Slack works on a request after the connection broke
LATE = BRISK.outbox.request - 1.0  # seconds, and still in time


async def shown_once(slack: LocalSlack) -> list[Message]:
    """Play the whole journey. Returns what the channel shows in the end."""
    card = await slack.sees("#releases", "*GO recommended*")
    await slack.sees("#releases", "*Results*")
    await both_go(slack, card)
    await slack.sees("#releases", ".html, ")
    return [message for message in slack.channel("#releases").log.values() if not message.deleted]


async def with_table(slack: LocalSlack) -> Message:
    """Returns the card of a run that waits for votes and has posted everything until then."""
    card = await decided(slack)
    await slack.sees("#releases", "*Results*")
    return card


def kinds(messages: list[Message]) -> list[str]:
    """The kinds of the outbox rows behind the messages, by their metadata; files have none."""
    return [message.metadata["event_payload"]["id"] for message in messages if message.metadata]


@pytest.mark.parametrize(
    "fault", [Fault.ERROR_AFTER, Fault.RESET_AFTER, Fault.HALF_BODY, Fault.ERROR_BEFORE, Fault.RESET_BEFORE]
)
async def test_missing_and_unclear_responses_post_nothing_twice(
    bot: Running, slack: LocalSlack, fault: Fault
) -> None:
    slack.faults.inject(fault, "chat.postMessage", times=3)
    await slack.user("raj").command("#releases", "/canary", "run staging")
    messages = await shown_once(slack)
    ids = kinds(messages)
    assert len(ids) == len(set(ids)) == 6  # card, table, two votes, decision, instructions


@pytest.mark.parametrize("fault", [Fault.HANG_BEFORE, Fault.HANG_AFTER])
async def test_a_post_that_is_never_answered_is_given_up_and_looked_for(
    bot: Running, slack: LocalSlack, fault: Fault
) -> None:
    card = await with_table(slack)
    slack.faults.inject(fault, "chat.postMessage", times=1)
    await both_go(slack, card)
    await slack.sees("#releases", "How to roll back ·")
    ids = kinds([message for message in slack.channel("#releases").log.values() if not message.deleted])
    assert len(ids) == len(set(ids)) == 6  # card, table, two votes, decision, instructions


async def test_what_slack_does_after_the_connection_broke_is_not_done_twice(
    bot: Running, slack: LocalSlack
) -> None:
    """Slack had read the request by then, and takes the longest that we allow for."""
    card = await with_table(slack)
    slack.faults.inject(Fault.RESET_LATE, "chat.postMessage", times=2, seconds=STILL_AT_WORK)
    await both_go(slack, card)
    await slack.sees("#releases", ".json, ")
    await asyncio.sleep(STILL_AT_WORK)
    ids = kinds(list(slack.channel("#releases").log.values()))
    assert len(ids) == len(set(ids)) == 6


async def test_a_lookup_returns_the_history_of_when_it_began(bot: Running, slack: LocalSlack) -> None:
    """Its response takes longer than the post that it looks for."""
    card = await with_table(slack)
    slack.faults.inject(Fault.RESET_LATE, "chat.postMessage", times=1, seconds=STILL_AT_WORK)
    slack.faults.inject(Fault.SLOW_ANSWER, "conversations.replies", times=1, seconds=SETTLED + 1.0)
    await both_go(slack, card)
    await slack.sees("#releases", ".json, ")
    ids = kinds(list(slack.channel("#releases").log.values()))
    assert len(ids) == len(set(ids)) == 6


async def test_an_update_that_takes_effect_late_does_not_stay_on_the_card(
    bot: Running, slack: LocalSlack
) -> None:
    """Otherwise it would be the last one."""
    card = await decided(slack)
    slack.faults.inject(Fault.RESET_LATE, "chat.update", times=1, seconds=STILL_AT_WORK)
    await slack.user("ana").click(card, "Go")
    await slack.wait_for(lambda: not slack.faults.injected, PATIENCE)
    await slack.user("ben").click(card, "Go")
    await slack.sees("#releases", "Decision on run #1")
    await asyncio.sleep(STILL_AT_WORK)  # now that one has taken effect
    await slack.wait_for(lambda: "✅ Go, watching" in slack.render_text(card) and not card.elements, PATIENCE)


async def test_a_post_answered_late_is_waited_for_and_not_looked_for(bot: Running, slack: LocalSlack) -> None:
    """Its sender renews its lease meanwhile."""
    card = await with_table(slack)
    slack.faults.inject(Fault.DELAY, "chat.postMessage", times=1, seconds=LATE)
    await both_go(slack, card)
    await slack.sees("#releases", ".json, ")
    assert slack.calls("conversations.replies") == []


@asynccontextmanager
async def with_a_page_of_its_own(slack: LocalSlack, method: str) -> AsyncIterator[str]:
    """Yields the URL of a proxy that passes on everything, but answers the first call of the method with an HTML page."""
    to_spoil = [method]

    async def hand_on(request: web.Request) -> web.Response:
        called, kept = request.match_info["method"], ("Authorization", "Content-Type")
        headers = {name: request.headers[name] for name in kept if name in request.headers}
        asked = {"params": request.query, "data": await request.read(), "headers": headers}
        async with session.request(request.method, slack.api_url + called, **asked) as answer:
            body, status = await answer.read(), answer.status
        if called in to_spoil:
            to_spoil.remove(called)
            return web.Response(text="<html>Sign in to go on</html>", content_type="text/html")
        return web.Response(body=body, status=status, content_type="application/json")

    server = web.Application()
    server.add_routes([web.route("*", "/api/{method}", hand_on)])
    runner = web.AppRunner(server)
    await runner.setup()
    try:
        async with aiohttp.ClientSession() as session:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            yield f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    finally:
        await runner.cleanup()


async def test_a_post_answered_with_a_page_is_looked_for(start_bot: StartBot, slack: LocalSlack) -> None:
    async with (
        with_a_page_of_its_own(slack, "chat.postMessage") as url,
        start_bot(slack_api_url=url),
    ):
        await slack.connected()
        await slack.user("raj").command("#releases", "/canary", "run staging")
        ids = kinds(await shown_once(slack))
    assert len(ids) == len(set(ids)) == 6  # card, table, two votes, decision, instructions


async def test_a_rate_limit_is_waited_for(bot: Running, slack: LocalSlack) -> None:
    slack.faults.inject(Fault.RATE_LIMITED, "chat.postMessage", times=1, seconds=2)
    await slack.user("raj").command("#releases", "/canary", "run staging")
    await slack.sees("#releases", "*GO recommended*")
    limited, posted = (call.at for call in slack.calls("chat.postMessage")[:2])
    assert posted - limited >= 2


async def test_failed_updates_are_made_up_for(bot: Running, slack: LocalSlack) -> None:
    slack.faults.inject(Fault.ERROR_AFTER, "chat.update", times=2)
    card = await decided(slack)
    assert "needs a vote from" in slack.render_text(card)


async def test_a_lost_upload_step_shows_no_file_twice(bot: Running, slack: LocalSlack) -> None:
    slack.faults.inject(Fault.ERROR_AFTER, "files.completeUploadExternal", times=1)
    slack.faults.inject(Fault.RESET_BEFORE, "upload", times=1)
    await slack.user("raj").command("#releases", "/canary", "run staging")
    messages = await shown_once(slack)
    names = [file.name for message in messages for file in message.files]
    assert sorted(name.rpartition(".")[2] for name in names) == ["html", "json", "md"]


AT_THE_START = ("auth.test", "apps.connections.open")
TROUBLE = (Fault.RATE_LIMITED, Fault.ERROR_BEFORE, Fault.HALF_BODY, Fault.RESET_BEFORE)


@pytest.mark.parametrize("method", AT_THE_START)
@pytest.mark.parametrize("fault", TROUBLE)
async def test_a_start_that_meets_lasting_trouble_says_so_and_does_not_blame_the_token(
    start_bot: StartBot, slack: LocalSlack, fault: Fault, method: str
) -> None:
    slack.faults.inject(fault, method, times=None)
    with pytest.raises(Unavailable, match="Slack cannot be reached"):
        async with start_bot():
            pass


@pytest.mark.parametrize("method", AT_THE_START)
@pytest.mark.parametrize("fault", TROUBLE)
async def test_a_start_that_meets_trouble_once_continues(
    start_bot: StartBot, slack: LocalSlack, fault: Fault, method: str
) -> None:
    slack.faults.inject(fault, method)
    async with start_bot():
        await slack.connected()
        assert (await decided(slack)).elements


@pytest.mark.parametrize("fault", [Fault.ERROR_BEFORE, Fault.HALF_BODY, Fault.RESET_BEFORE])
async def test_trouble_while_detecting_missing_features_does_not_end_the_bot(
    start_bot: StartBot, slack: LocalSlack, fault: Fault
) -> None:
    slack.faults.inject(fault, "files.getUploadURLExternal")
    async with start_bot() as bot:
        await slack.connected()
        await slack.wait_for(lambda: slack.calls("files.getUploadURLExternal"))
        card = await decided(slack)
        assert card.elements
        assert not bot.work.done()


async def test_while_slack_is_down_the_run_continues_and_then_everything_is_posted_in_order_and_once(
    bot: Running, slack: LocalSlack, world: World, bot_database: str
) -> None:
    """Neither posting nor looking for messages works."""
    await slack.user("raj").command("#releases", "/canary", "run staging")
    messages = await shown_once(slack)
    slack.faults.inject(Fault.ERROR_BEFORE, "*", times=None)
    await world.put("duplicates", 3)
    await until(bot_database, "SELECT FROM prompt")
    await world.put("duplicates", 0)
    await until(bot_database, "SELECT FROM event WHERE kind = 'trigger recovered'")
    await world.put("duplicates", 3)
    await until(bot_database, "SELECT FROM prompt OFFSET 1")
    slack.faults.clear()
    await until(bot_database, "SELECT FROM message HAVING bool_and(posted_at IS NOT NULL)")
    everything = [message for message in slack.channel("#releases").log.values() if not message.deleted]
    ids = kinds(everything)
    assert ids == sorted(ids, key=int)
    assert len(ids) == len(set(ids)) == len(kinds(messages)) + 2  # prompts


async def until(dsn: str, sql: LiteralString) -> None:
    """Wait until the query returns a row."""
    async with asyncio.timeout(PATIENCE), await psycopg.AsyncConnection.connect(dsn, autocommit=True) as conn:
        while not (await conn.execute(sql)).rowcount:
            await asyncio.sleep(0.1)
