"""Sends a rendered message to Slack, and looks up an ambiguous one."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import Any, NamedTuple

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.base.failpoint import Place, Reach, nowhere
from bot.rules.outbox import Message, Standing
from bot.slack.client import error_name
from bot.slack.identity import Identity
from bot.slack.leases import Leases
from bot.slack.messages.posting import Posting, Upload
from bot.slack.text import permalink

EVENT_TYPE = "canary_message"
FILE_NOT_FOUND = "file_not_found"  # Slack's error for a file that is already shown, or never existed
PAGE, PAGES = 200, 5  # messages read during a lookup
CLOCK_SKEW = 300  # seconds; the database's clock and Slack's need not agree


class Posted(NamedTuple):
    ts: str  # Slack's id of the new message
    channel: str  # for a message to a person, the direct-message channel
    thread: str | None  # its thread; a missing one is Slack's only sign that the parent is gone


class Found(NamedTuple):
    """The result of a lookup: its ids, or those of our unmarked messages that may be it."""

    ts: str | None
    thread: str | None = None
    unmarked: tuple[str, ...] = ()


def thread_of(message: Message, root: Message | None, standing: Standing) -> str | None:
    """Returns the ts of its thread; None if it is not a reply."""
    if message.thread or standing is not Standing.THREAD:
        return message.thread
    return root.place if root else None


def places_of(message: Message, root: Message | None, standing: Standing) -> list[str | None]:
    """Returns where it may be: in its thread; if the card was deleted, also in the earlier threads and in the
    channel.
    """
    before = root.earlier if root and standing is Standing.THREAD else ()
    return list(dict.fromkeys([thread_of(message, root, standing), *before, *([None] if before else [])]))


class Sender:
    def __init__(
        self, client: AsyncWebClient, leases: Leases, identity: Identity, *, key: str, reach: Reach = nowhere
    ) -> None:
        """`key` signs the mark in a message's metadata, which others in the workspace can read and copy.

        Raises OvertakenError, and sends nothing, if the lease was lost.
        """
        self._client = client
        self._leases = leases
        self._identity = identity
        self._key = key.encode()
        self._reach = reach

    def link(self, root: Message | None) -> str:
        """Returns the link to a run's card; "" if it is not posted."""
        return permalink(self._identity.url, root.channel, root.ts) if root else ""

    async def post(self, message: Message, posting: Posting, thread: str | None) -> Posted:
        self._reach(Place.BEFORE_SEND)
        await self._begin(message)
        answer = await self._client.chat_postMessage(
            channel=message.channel,
            text=posting.text,
            blocks=list(posting.blocks),
            thread_ts=thread,
            reply_broadcast=posting.broadcast if thread and not message.earlier else None,
            parse=_parse(posting),
            metadata=self._metadata(message),
            unfurl_links=False,
            unfurl_media=False,
        )
        self._reach(Place.AFTER_SEND)
        told: dict[str, Any] = answer.get("message") or {"thread_ts": thread}
        return Posted(
            ts=str(answer["ts"]), channel=str(answer["channel"]), thread=told.get("thread_ts") or None
        )

    async def update(self, message: Message, posting: Posting) -> None:
        assert message.ts
        await self._begin(message)
        await self._client.chat_update(
            channel=message.channel,
            ts=message.ts,
            text=posting.text,
            blocks=list(posting.blocks),
            parse=_parse(posting),
            metadata=self._metadata(message),
        )

    async def publish(self, message: Message, posting: Posting) -> None:
        """Show it in the App Home of the person it belongs to, replacing the previous page."""
        await self._begin(message)
        await self._client.views_publish(
            user_id=message.channel, view={"type": "home", "blocks": list(posting.blocks)}
        )

    async def upload(
        self,
        message: Message,
        upload: Upload,
        thread: str | None,
        *,
        uploaded: Callable[[str], Awaitable[None]],
    ) -> str:
        """Returns the file's id, which is passed to `uploaded` before the step that shows it."""
        file = message.file
        if file is None:
            file = await self._put_bytes(upload)
            await uploaded(file)
        self._reach(Place.BETWEEN_UPLOAD_STEPS)
        await self._begin(message)
        await self._client.files_completeUploadExternal(
            files=[{"id": file, "title": upload.title}], channel_id=message.channel, thread_ts=thread
        )
        self._reach(Place.AFTER_SEND)
        return file

    async def _put_bytes(self, upload: Upload) -> str:
        place = await self._client.files_getUploadURLExternal(
            filename=upload.name, length=len(upload.content), alt_txt=upload.alt_text or None
        )
        session = self._client.session
        assert session
        async with session.post(place["upload_url"], data=upload.content) as answer:
            answer.raise_for_status()
        return str(place["file_id"])

    async def _begin(self, message: Message) -> None:
        await self._leases.begin(message, lambda: self._reach(Place.IN_SEND))

    async def find(self, message: Message, places: Iterable[str | None]) -> Found:
        """Find our message with this outbox row's mark, or its file, in these threads (None: the channel).

        Raises LookupError if there are too many messages to search.
        """
        unmarked = []
        for place in places:
            async for said in self._said(message, place):
                if self._is(message, said):
                    return Found(str(said["ts"]), said.get("thread_ts"))
                if self._identity.wrote_unmarked(said):
                    unmarked.append(str(said["ts"]))
        return Found(None, unmarked=tuple(unmarked))

    async def _said(self, message: Message, place: str | None) -> AsyncIterator[dict[str, Any]]:
        """The messages of a thread or of the channel; also of the channel if the thread's parent is gone."""
        cursor = ""
        for _ in range(PAGES):
            try:
                answer = await self._page(message, place, cursor)
            except SlackApiError as error:
                if place is None or error_name(error) != "thread_not_found":
                    raise
                place, cursor = None, ""
                answer = await self._page(message, place, cursor)
            for said in answer["messages"]:
                yield said
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return
        raise LookupError(f"more than {PAGE * PAGES} messages since it was written")

    async def _page(self, message: Message, thread: str | None, cursor: str) -> Any:
        asked: dict[str, Any] = {
            "channel": message.channel,
            "oldest": f"{(message.tried_at or message.created_at).timestamp() - CLOCK_SKEW:.6f}",
            "limit": PAGE,
            "include_all_metadata": True,
            "cursor": cursor or None,
        }
        if thread:
            return await self._client.conversations_replies(ts=thread, **asked)
        return await self._client.conversations_history(**asked)

    def _is(self, message: Message, said: dict[str, Any]) -> bool:
        if not self._identity.wrote(said):
            return False
        if message.file:  # files carry no metadata, and their ids are Slack's own
            return message.file in {file.get("id") for file in said.get("files") or ()}
        metadata = said.get("metadata") or {}
        payload = metadata.get("event_payload") or {}
        return (
            metadata.get("event_type") == EVENT_TYPE
            and payload.get("id") == _name(message)
            and hmac.compare_digest(str(payload.get("mark", "")), self._mark(message))
        )

    def _metadata(self, message: Message) -> dict[str, Any]:
        return {
            "event_type": EVENT_TYPE,
            "event_payload": {"id": _name(message), "mark": self._mark(message)},
        }

    def _mark(self, message: Message) -> str:
        said = f"{message.topic or message.run}:{message.kind}:{message.subject}:{_name(message)}".encode()
        return hmac.new(self._key, said, hashlib.sha256).hexdigest()


def _parse(posting: Posting) -> str | None:
    """Without blocks, keeps Slack from turning text into links; with blocks, each block does so itself."""
    return None if posting.blocks else "none"


def _name(message: Message) -> str:
    """The row's id, with the number of the copy if it was posted again, so that an earlier copy is not found."""
    return f"{message.id}.{len(message.earlier)}" if message.earlier else str(message.id)
