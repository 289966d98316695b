"""Private answers to one person. Best effort; no decision depends on them."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.rules.outbox import Way
from bot.rules.request import HOME
from bot.slack.blocks import MOST_TEXT, Block, fitted, notice, section
from bot.slack.client import refused_by_hook
from bot.slack.fallback import NEWEST, TABLES, fall_back
from bot.slack.known_blocks import BlocksRefusedError, KnownBlocks
from bot.slack.limits import Limits, TooSoonError
from bot.slack.text import cut
from checks.reading import Record

log = structlog.get_logger(__name__)

MOST_IN_FORM = 100  # blocks
HOOKS_HOST = "hooks.slack.com"


class Asker(Record):
    """The person to answer, and the ways to reach them."""

    team: str  # the workspace in which they acted
    user: str
    channel: str | None = None  # where they acted
    twice: bool = False  # they clicked a reply that the channel shows as well: Slack does not say where
    response_url: str | None = None
    trigger: str | None = None  # for opening a form, once, within three seconds
    form: str | None = None  # if they clicked in a form: the answer is shown there
    at_home: bool = False  # in their App Home, which is in no channel

    @property
    def place(self) -> str:
        """The channel, or `HOME`; "" for neither."""
        return HOME if self.at_home else self.channel or ""


class Private:
    def __init__(self, client: AsyncWebClient, limits: Limits, known: KnownBlocks) -> None:
        self._client = client
        self._limits = limits
        self._known = known

    async def tell(self, asker: Asker, text: str, blocks: Sequence[Block] = ()) -> None:
        """In the form that they clicked in; otherwise by response_url, as an ephemeral message, or as a
        direct message: the first that works. A response_url answers in the thread of the clicked message.

        If that message is shown twice, a form of its own is seen in either place. Where none can be opened,
        the answer is sent to both.
        """
        if asker.form and await self._in_form(asker.form, text, blocks):
            return
        if asker.twice and asker.trigger and await self._as_form(asker.trigger, text, blocks):
            return
        text, blocks = cut(text, MOST_TEXT), fitted(blocks)
        if asker.twice and asker.channel and await self._whisper(asker.channel, asker.user, text, blocks):
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

        def post(blocks: list[Block]) -> Awaitable[Any]:
            return self._client.chat_postMessage(
                channel=user, text=text, blocks=blocks, unfurl_links=False, unfurl_media=False
            )

        try:  # immediately or not at all: votes wait behind this worker
            await self._called(Way.POST, post, blocks, where=user)
        except _NOT_GIVEN as error:
            log.warning("cannot send a private answer", user=user, error=str(error))

    async def _in_form(self, form: str, text: str, blocks: Sequence[Block]) -> bool:
        """Returns False if it was closed in the meantime."""
        view = _view(text, blocks)
        return await self._shown("views.update", lambda: self._client.views_update(view_id=form, view=view))

    async def _as_form(self, trigger: str, text: str, blocks: Sequence[Block]) -> bool:
        """Returns False if it is too late, or a form was opened already."""
        view = _view(text, blocks)
        return await self._shown("views.open", lambda: self._client.views_open(trigger_id=trigger, view=view))

    async def _shown(self, method: str, show: Callable[[], Awaitable[Any]]) -> bool:
        try:
            await self._limits.call(method, show, until=time.monotonic())
        except _NOT_GIVEN:
            return False
        return True

    async def _respond(self, url: str, text: str, blocks: Sequence[Block]) -> bool:
        if urlsplit(url).netloc not in {HOOKS_HOST, urlsplit(self._client.base_url).netloc}:
            log.warning("refused a response_url that is not Slack's", host=urlsplit(url).hostname)
            return False
        hook = AsyncWebhookClient(
            url, timeout=self._client.timeout, session=self._client.session, retry_handlers=[]
        )

        async def send(blocks: list[Block]) -> bool:
            answer = await hook.send(
                text=text,
                blocks=blocks,
                response_type="ephemeral",
                replace_original=False,
                unfurl_links=False,
            )
            if (refused := refused_by_hook(answer.status_code, str(answer.body))) is not None:
                raise BlocksRefusedError(refused)
            return answer.status_code == HTTPStatus.OK

        try:
            return await self._known.show(blocks, send)
        except (aiohttp.ClientError, TimeoutError, BlocksRefusedError):
            return False

    async def _whisper(self, channel: str, user: str, text: str, blocks: Sequence[Block]) -> bool:
        def post(blocks: list[Block]) -> Awaitable[Any]:
            return self._client.chat_postEphemeral(channel=channel, user=user, text=text, blocks=blocks)

        try:
            await self._called("chat.postEphemeral", post, blocks)
        except _NOT_GIVEN:
            return False
        return True

    async def _called(
        self,
        method: str,
        post: Callable[[list[Block]], Awaitable[Any]],
        blocks: Sequence[Block],
        *,
        where: str = "",
    ) -> None:
        async def call(blocks: list[Block]) -> None:
            await self._limits.call(method, lambda: post(blocks), where=where, until=time.monotonic())

        await self._known.show(blocks, call)


def _view(text: str, blocks: Sequence[Block]) -> dict[str, Any]:
    shown = fall_back(blocks or [section(text)], NEWEST | TABLES)
    return notice(callback="answer", title="canary", metadata="", blocks=shown[:MOST_IN_FORM])


_NOT_GIVEN = (SlackApiError, aiohttp.ClientError, TimeoutError, TooSoonError)
