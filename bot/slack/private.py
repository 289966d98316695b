"""Private answers to one person. Best effort; no decision depends on them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from urllib.parse import urlsplit

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.rules.outbox import Way
from bot.slack.blocks import MOST_TEXT, Block, fitted
from bot.slack.limits import Limits, TooSoonError
from bot.slack.text import cut
from checks.reading import Record

log = structlog.get_logger(__name__)

HOOKS_HOST = "hooks.slack.com"


class Asker(Record):
    """The person to answer, and the ways to reach them."""

    team: str  # the workspace in which they did it
    user: str
    channel: str | None = None  # where they did it
    thread: str | None = None  # of the clicked reply, if it is also shown in the channel
    response_url: str | None = None
    trigger: str | None = None  # for opening a form, within three seconds


class Private:
    def __init__(self, client: AsyncWebClient, limits: Limits) -> None:
        self._client = client
        self._limits = limits

    async def tell(self, asker: Asker, text: str, blocks: Sequence[Block] = ()) -> None:
        """By response_url, else as an ephemeral message, else as a direct message; the first that works.

        Replies with buttons are shown in the thread and in the channel, and Slack does not say where one was clicked.
        A response_url answers in the thread, so the answer is sent to the channel as well.
        """
        text, blocks = cut(text, MOST_TEXT), fitted(blocks)
        if asker.thread and asker.channel and await self._whisper(asker.channel, asker.user, text, blocks):
            if asker.response_url:
                await self._respond(asker.response_url, text, blocks)
            return
        if asker.response_url and await self._respond(asker.response_url, text, blocks):
            return
        if asker.channel and await self._whisper(asker.channel, asker.user, text, blocks):
            return
        await self.direct(asker.user, text, blocks)

    async def direct(self, user: str, text: str, blocks: Sequence[Block] = ()) -> None:
        """Send a direct message, which persists and needs no channel."""
        try:
            await self._limits.call(
                Way.POST,
                lambda: self._client.chat_postMessage(
                    channel=user, text=text, blocks=list(blocks), unfurl_links=False, unfurl_media=False
                ),
                where=user,
                until=time.monotonic(),  # immediately or not at all: votes wait behind this worker
            )
        except (SlackApiError, aiohttp.ClientError, TimeoutError, TooSoonError) as error:
            log.warning("a private answer could not be given", user=user, error=str(error))

    async def _respond(self, url: str, text: str, blocks: Sequence[Block]) -> bool:
        if urlsplit(url).netloc not in {HOOKS_HOST, urlsplit(self._client.base_url).netloc}:
            log.warning("a response_url leads somewhere else", host=urlsplit(url).hostname)
            return False
        hook = AsyncWebhookClient(
            url, timeout=self._client.timeout, session=self._client.session, retry_handlers=[]
        )
        try:
            answer = await hook.send(
                text=text,
                blocks=list(blocks),
                response_type="ephemeral",
                replace_original=False,
                unfurl_links=False,
            )
        except (aiohttp.ClientError, TimeoutError):
            return False
        return answer.status_code == 200  # noqa: PLR2004 — HTTP's number

    async def _whisper(self, channel: str, user: str, text: str, blocks: Sequence[Block]) -> bool:
        try:
            await self._limits.call(
                "chat.postEphemeral",
                lambda: self._client.chat_postEphemeral(
                    channel=channel, user=user, text=text, blocks=list(blocks)
                ),
                until=time.monotonic(),
            )
        except (SlackApiError, aiohttp.ClientError, TimeoutError, TooSoonError):
            return False
        return True
