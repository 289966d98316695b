"""A local Slack, a client with the bot's token, and a bot of a few lines."""

from __future__ import annotations

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import LocalSlack
from sandbox.slack.manifest import least_manifest

EVERY_SCOPE = [
    *least_manifest()["oauth_config"]["scopes"]["bot"],
    "channels:read",
    "groups:read",
    "im:write",
    "im:history",
    "files:read",
    "reactions:write",
    "team:read",
]


@pytest.fixture
async def slack():
    manifest = least_manifest()
    manifest["oauth_config"]["scopes"]["bot"] = EVERY_SCOPE
    async with LocalSlack(manifest=manifest, ack_limit=1.0) as slack:
        yield slack


@pytest.fixture
def client(slack):
    return AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[], timeout=5)


@pytest.fixture
async def bot(slack, client):
    """An app in Socket Mode; tests add listeners to it."""
    app = AsyncApp(client=client, signing_secret=slack.signing_secret)
    handler = AsyncSocketModeHandler(app, slack.app_token, ping_interval=1)
    await handler.connect_async()
    await slack.connected()
    yield app
    await handler.close_async()


@pytest.fixture
def refused():
    """`await refused(client.chat_postMessage(…))` returns the error's name and the whole response."""

    async def ask(call):
        with pytest.raises(SlackApiError) as caught:
            await call
        return caught.value.response["error"], caught.value.response.data

    return ask
