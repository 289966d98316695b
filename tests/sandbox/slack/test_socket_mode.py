"""Socket Mode with Bolt's own client: acks on time, late or lost, and connections that come and go."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient


async def test_a_command_reaches_the_app_and_its_ack_comes_back(slack, bot):
    seen = {}

    @bot.command("/canary")
    async def canary(ack, command):
        seen.update(command)
        await ack()

    reply = await slack.user("ana").command("#releases", "/canary", "run staging")
    assert reply.acked
    assert reply.ack_ms is not None
    assert (seen["text"], seen["user_id"], seen["channel_id"]) == ("run staging", "U01ANA", "C0RELEASES")
    assert {"team_id", "trigger_id", "response_url", "api_app_id", "user_name"} <= seen.keys()


async def test_a_synchronous_app_works_too(slack):
    client = WebClient(token=slack.bot_token, base_url=slack.api_url)
    app = await asyncio.to_thread(App, client=client)

    @app.command("/canary")
    def canary(ack):
        ack("hello from a thread")

    handler = SocketModeHandler(app, slack.app_token)
    await asyncio.to_thread(handler.connect)
    await slack.connected()
    try:
        reply = await slack.user("ana").command("#releases", "/canary")
        assert reply.ephemerals == ["hello from a thread"]
    finally:
        await asyncio.to_thread(handler.close)


async def test_a_late_ack_is_recorded_after_the_person_saw_the_error(slack, bot):
    slack.courier.ack_limit = 0.05
    hold = asyncio.Event()

    @bot.command("/canary")
    async def canary(ack):
        await hold.wait()
        await ack()

    ana = slack.user("ana")
    reply = await ana.command("#releases", "/canary")
    assert (reply.acked, reply.error) == (False, "operation_timeout")
    assert ana.notices == ['/canary failed with the error "operation_timeout"']
    hold.set()
    await slack.wait_for(lambda: reply.delivery.late)


async def test_a_listener_that_raises_after_acknowledging_loses_its_ack(slack, bot):
    slack.courier.ack_limit = 0.2

    @bot.command("/canary")
    async def canary(ack):
        await ack()
        raise RuntimeError("after the ack")

    assert (await slack.user("ana").command("#releases", "/canary")).error == "operation_timeout"


async def test_without_a_connection_the_command_fails_at_once(slack):
    reply = await slack.user("ana").command("#releases", "/canary")
    assert reply.error == "dispatch_failed"


async def test_each_payload_goes_to_one_connection(slack, bot):
    got = []
    async with aiohttp.ClientSession() as session:
        second = await session.ws_connect(slack.socket_mode.new_url())
        assert (await second.receive_json())["type"] == "hello"

        @bot.command("/canary")
        async def canary(ack, command):
            got.append(command["text"])
            await ack()

        async def read_second():
            async for frame in second:
                envelope = frame.json()
                got.append(envelope["payload"]["text"])
                await second.send_json({"envelope_id": envelope["envelope_id"]})

        reader = asyncio.create_task(read_second())
        ana = slack.user("ana")
        for number in range(6):
            assert (await ana.command("#releases", "/canary", str(number))).acked
        await second.close()
        await reader
    assert sorted(got) == list("012345")


async def test_an_eleventh_connection_is_refused(slack):
    async with aiohttp.ClientSession() as session:
        sockets = [await session.ws_connect(slack.socket_mode.new_url()) for _ in range(10)]
        assert [(await socket.receive_json())["type"] for socket in sockets] == ["hello"] * 10
        one_more = await session.ws_connect(slack.socket_mode.new_url())
        assert (await one_more.receive_json())["reason"] == "too_many_websockets"
        await one_more.receive()
        assert one_more.closed


async def test_a_ticket_opens_only_one_connection(slack):
    async with aiohttp.ClientSession() as session:
        url = slack.socket_mode.new_url()
        socket = await session.ws_connect(url)
        await socket.receive_json()
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)


@pytest.mark.parametrize("reason", ["warning", "refresh_requested", "link_disabled"])
async def test_an_app_asked_to_disconnect_reconnects(slack, bot, reason):
    @bot.command("/canary")
    async def canary(ack):
        await ack()

    opened = len(slack.calls("apps.connections.open"))
    before = list(slack.socket_mode.sockets)
    await slack.socket_mode.disconnect(reason)
    await slack.wait_for(lambda: len(slack.calls("apps.connections.open")) > opened)
    await slack.wait_for(
        lambda: slack.socket_mode.sockets and not set(slack.socket_mode.sockets) & set(before)
    )
    assert (await slack.user("ana").command("#releases", "/canary")).acked


async def test_a_cut_connection_loses_unacknowledged_payloads(slack, bot):
    hold = asyncio.Event()

    @bot.command("/canary")
    async def canary(ack):
        await hold.wait()
        await ack()

    command = asyncio.create_task(slack.user("ana").command("#releases", "/canary"))
    await slack.wait_for(lambda: slack.deliveries)
    slack.socket_mode.drop()
    assert (await command).error == "dispatch_failed"
    hold.set()


async def test_an_app_that_was_cut_off_reconnects(slack, bot):
    slack.socket_mode.drop()
    await slack.wait_for(lambda: not slack.socket_mode.sockets)
    await slack.connected(timeout=10)


async def test_events_are_retried_until_they_are_acknowledged(slack):
    slack.courier.event_retries = (0.0, 0.0, 0.0)
    slack.courier.ack_limit = 0.1
    async with aiohttp.ClientSession() as session:
        socket = await session.ws_connect(slack.socket_mode.new_url())
        await socket.receive_json()
        slack.user("ana").visits_home()
        first, second = await socket.receive_json(), await socket.receive_json()
        await socket.send_json({"envelope_id": second["envelope_id"]})
        await slack.wait_for(lambda: slack.deliveries[-1].acked)
    assert first["payload"]["event_id"] == second["payload"]["event_id"]
    assert (first["retry_attempt"], second["retry_attempt"], second["retry_reason"]) == (0, 1, "http_timeout")


async def test_the_app_is_notified_that_it_was_uninstalled(slack, bot):
    heard = []

    @bot.event("app_uninstalled")
    async def uninstalled(event):
        heard.append(event["type"])

    @bot.event("tokens_revoked")
    async def revoked(event):
        heard.append(event["type"])

    slack.uninstall()
    await slack.wait_for(lambda: len(slack.deliveries) == 2 and all(d.acked for d in slack.deliveries))
    assert sorted(heard) == ["app_uninstalled", "tokens_revoked"]
