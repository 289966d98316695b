"""Injected faults: what the app sees, and whether the call takes effect."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from sandbox.slack.faults import Fault

LOST = (aiohttp.ClientError, asyncio.TimeoutError, SlackApiError)


def posted(slack):
    return [message.text for message in slack.channel("#releases").messages]


@pytest.mark.parametrize(
    ("fault", "arrived"),
    [
        (Fault.ERROR_BEFORE, False),
        (Fault.ERROR_AFTER, True),
        (Fault.HANG_BEFORE, False),
        (Fault.HANG_AFTER, True),
        (Fault.RESET_BEFORE, False),
        (Fault.RESET_AFTER, True),
        (Fault.HALF_BODY, True),
    ],
)
async def test_without_a_response_the_message_may_or_may_not_be_there(slack, fault, arrived):
    client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[], timeout=1)
    slack.faults.inject(fault, "chat.postMessage")
    with pytest.raises(LOST):
        await client.chat_postMessage(channel="C0RELEASES", text="card")
    assert posted(slack) == ["card"] * arrived
    [call] = slack.calls("chat.postMessage")
    assert (call.fault, call.ok) == (fault, arrived)
    await client.chat_postMessage(channel="C0RELEASES", text="next")
    assert posted(slack)[-1] == "next"


async def test_a_late_response_can_return_an_outdated_state(slack, client):
    slack.faults.inject(Fault.SLOW_ANSWER, "conversations.history", seconds=0.5)
    asked = asyncio.create_task(client.conversations_history(channel="C0RELEASES"))
    await slack.wait_for(lambda: slack.calls("conversations.history"))
    await client.chat_postMessage(channel="C0RELEASES", text="card")
    assert (await asked)["messages"] == []


async def test_a_request_can_take_effect_after_its_connection_broke(slack):
    client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[], timeout=1)
    slack.faults.inject(Fault.RESET_LATE, "chat.postMessage", seconds=0.3)
    with pytest.raises(LOST):
        await client.chat_postMessage(channel="C0RELEASES", text="card")
    assert posted(slack) == []
    await slack.sees("#releases", "card")


async def test_a_429_says_how_long_to_wait_and_the_sdks_own_handler_does(slack):
    handlers = [AsyncRateLimitErrorRetryHandler(max_retry_count=2)]
    client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=handlers)
    slack.faults.inject(Fault.RATE_LIMITED, "chat.postMessage", times=2, seconds=0)
    await client.chat_postMessage(channel="C0RELEASES", text="card")
    assert posted(slack) == ["card"]
    assert [call.fault for call in slack.calls("chat.postMessage")] == [
        Fault.RATE_LIMITED,
        Fault.RATE_LIMITED,
        None,
    ]


async def test_429_carries_retry_after(slack, client):
    slack.faults.inject(Fault.RATE_LIMITED, seconds=30)
    with pytest.raises(SlackApiError) as caught:
        await client.users_info(user="U01ANA")
    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["Retry-After"] == "30"


async def test_a_delay_only_delays(slack, client):
    slack.faults.inject(Fault.DELAY, seconds=0.05)
    await client.chat_postMessage(channel="C0RELEASES", text="card")
    assert posted(slack) == ["card"]


async def test_a_fault_applies_to_its_method_until_it_is_cleared(slack, client):
    slack.faults.inject(Fault.ERROR_BEFORE, "users.info", times=None)
    await client.chat_postMessage(channel="C0RELEASES", text="card")
    for _ in range(3):
        with pytest.raises(SlackApiError):
            await client.users_info(user="U01ANA")
    slack.faults.clear()
    await client.users_info(user="U01ANA")


async def test_uploads_and_response_urls_can_fail_too(slack, client):
    slack.faults.inject(Fault.ERROR_BEFORE, "upload")
    with pytest.raises(Exception, match="Failed to upload"):
        await client.files_upload_v2(channel="C0RELEASES", filename="a.txt", content="x")
    slack.faults.inject(Fault.ERROR_AFTER, "response_url")
    answer = await AsyncWebhookClient(slack.responses.issue("U01ANA", "C0RELEASES"), retry_handlers=[]).send(
        text="x"
    )
    assert answer.status_code == 500
    assert [message.text for message in slack.ephemerals_for("ana")] == ["x"]


async def test_slacks_rate_limits_apply_when_enabled(slack, client):
    slack.gateway.rates.enforced = True
    for _ in range(20):
        await client.usergroups_list()
    with pytest.raises(SlackApiError) as caught:
        await client.usergroups_list()
    assert 1 <= int(caught.value.response.headers["Retry-After"]) <= 60
    await client.users_info(user="U01ANA")
    slack.clock.advance(60)
    await client.usergroups_list()


async def test_a_channel_accepts_one_message_a_second(slack, client):
    slack.gateway.rates.enforced = True
    slack.invite("#general")
    for _ in range(3):
        await client.chat_postMessage(channel="C0RELEASES", text="x")
    with pytest.raises(SlackApiError, match="ratelimited"):
        await client.chat_postMessage(channel="C0RELEASES", text="x")
    await client.chat_postMessage(channel="C0GENERAL", text="another channel is not held up")


async def test_a_hanging_call_ends_with_the_server(slack):
    client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[], timeout=30)
    slack.faults.inject(Fault.HANG_BEFORE)
    call = asyncio.create_task(client.auth_test())
    await slack.wait_for(lambda: slack.calls("auth.test"))
    await slack.stop()
    with pytest.raises(LOST):
        await call
