"""Signed HTTP delivery to Bolt behind aiohttp."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from slack_bolt.async_app import AsyncApp

from sandbox.slack.request_url import signature
from tests.sandbox.slack.kit import actions, ask_for, button, modal


@asynccontextmanager
async def served(application):
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@pytest.fixture
async def bot(slack, client):
    app = AsyncApp(client=client, signing_secret=slack.signing_secret)
    async with served(app.web_app()) as url:
        await slack.deliver_to(f"{url}/slack/events")
        yield app


async def test_commands_clicks_and_forms_arrive_signed(slack, bot):
    @bot.command("/canary")
    async def canary(ack, say):
        await ack()
        await say(text="card", blocks=[actions(button("No-go…", "no_go"))])

    @bot.action("no_go")
    async def no_go(ack, body, client):
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal(ask_for("Reason")))

    @bot.view("why")
    async def why(ack, view, say, client):
        await ack()
        reason = view["state"]["values"]["ask"]["words"]["value"]
        await client.chat_postMessage(channel="C0RELEASES", text=f"No-go: {reason}")

    ana = slack.user("ana")
    assert (await ana.command("#releases", "/canary", "run staging")).acked
    assert (await ana.click(await slack.sees("#releases", "No-go…"), "No-go…")).acked
    assert (await ana.submit(await ana.sees_modal("Why"), {"Reason": "queue is slow"})).acked
    await slack.sees("#releases", "No-go: queue is slow")


async def test_the_ack_of_a_command_may_contain_an_answer(slack, bot):
    @bot.command("/canary")
    async def canary(ack, command):
        await ack(text="for you") if command["text"] else await ack(
            {"text": "for all", "response_type": "in_channel"}
        )

    ana = slack.user("ana")
    assert (await ana.command("#releases", "/canary", "help")).ephemerals == ["for you"]
    await ana.command("#releases", "/canary")
    assert slack.channel("#releases").messages[-1].text == "for all"


async def test_events_are_delivered_and_acknowledged(slack, bot):
    heard = asyncio.Event()

    @bot.event("app_home_opened")
    async def opened(event):
        assert event["tab"] == "home"
        heard.set()

    slack.user("ana").visits_home()
    await asyncio.wait_for(heard.wait(), 5)


async def test_an_app_with_another_secret_rejects_everything(slack, client):
    app = AsyncApp(client=client, signing_secret="another")
    async with served(app.web_app()) as url:
        with pytest.raises(ValueError, match="answered 401"):
            await slack.deliver_to(f"{url}/slack/events")


async def test_a_slow_broken_or_missing_app_is_an_error_that_people_see(slack, client):
    ana = slack.user("ana")
    hold = asyncio.Event()

    async def handle(request):
        body = await request.read()
        if b"challenge" in body:
            return web.Response(body=body)
        if b"slow" in body:
            await hold.wait()
        return web.Response(status=500)

    application = web.Application()
    application.router.add_post("/", handle)
    async with served(application) as url:
        await slack.deliver_to(url)
        slack.courier.ack_limit = 0.1
        assert (await ana.command("#releases", "/canary", "slow")).error == "operation_timeout"
        assert (await ana.command("#releases", "/canary", "broken")).error == "dispatch_failed"
        hold.set()
    assert (await ana.command("#releases", "/canary")).error == "dispatch_failed"


async def test_a_retried_event_says_so_in_its_headers(slack):
    slack.courier.event_retries = (0.0,)
    headers = []

    async def handle(request):
        body = await request.read()
        if b"challenge" in body:
            return web.Response(body=body)
        timestamp = request.headers["X-Slack-Request-Timestamp"]
        assert request.headers["X-Slack-Signature"] == signature(slack.signing_secret, timestamp, body)
        headers.append(
            (request.headers.get("X-Slack-Retry-Num"), request.headers.get("X-Slack-Retry-Reason"))
        )
        return web.Response(status=500)

    application = web.Application()
    application.router.add_post("/", handle)
    async with served(application) as url:
        await slack.deliver_to(url)
        slack.user("ana").visits_home()
        await slack.wait_for(lambda: len(slack.deliveries) == 2 and slack.deliveries[1].ack)
    assert headers == [(None, None), ("1", "http_error")]


def test_the_signature_is_slacks_own():
    """The example in Slack's documentation."""
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F"
        b"96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    expected = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    assert signature("8f742231b10e8888abcd99yyyzzz85a5", "1531420618", body) == expected
