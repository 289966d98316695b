"""Puts a rendered message into Slack, and looks one up that may or may not have arrived."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.failpoint import Place, Reach, nowhere
from bot.outbox import Kind, Message
from bot.slack.client import error_name
from bot.slack.leases import Leases
from bot.slack.messages.posting import Posting
from bot.slack.rendering import Upload

EVENT_TYPE = "canary_message"
FILE_IS_GONE = "file_not_found"  # what Slack says of a file that is shown already, or was never there
PAGE, PAGES = 200, 5  # messages read when looking for one
EARLIER = 300  # seconds; the database's clock and Slack's need not agree


class Posted(NamedTuple):
    ts: str  # Slack's name for the new message
    channel: str  # where it stands: for a message to a person, the conversation with them
    astray: (
        bool  # it was to be a reply, and its root is gone: Slack put it into the channel, and does not say so
    )


def thread_of(message: Message, root: Message | None) -> str | None:
    """The ts of the message that it stands under; None for what stands in its channel itself."""
    return root.ts if root and message.kind not in {Kind.CARD, Kind.ALERT} else None


class Sender:
    def __init__(
        self, client: AsyncWebClient, leases: Leases, *, bot_user: str, key: str, reach: Reach = nowhere
    ) -> None:
        """`key` signs the mark in a message's metadata, which others in the workspace can read and imitate.

        Nothing is shown by a sender that has been overtaken: OvertakenError.
        """
        self._client = client
        self._leases = leases
        self._bot_user = bot_user
        self._key = key.encode()
        self._reach = reach

    async def post(self, message: Message, posting: Posting, thread: str | None) -> Posted:
        self._reach(Place.BEFORE_SEND)
        self._leases.must_be_ours(message)
        answer = await self._client.chat_postMessage(
            channel=message.channel,
            text=posting.text,
            blocks=list(posting.blocks),
            thread_ts=thread,
            reply_broadcast=posting.broadcast if thread else None,
            metadata=self._metadata(message),
            unfurl_links=False,
            unfurl_media=False,
        )
        self._reach(Place.AFTER_SEND)
        told = answer.get("message") or {}
        return Posted(
            ts=str(answer["ts"]),
            channel=str(answer["channel"]),
            astray=bool(thread and told) and "thread_ts" not in told,
        )

    async def update(self, message: Message, posting: Posting) -> None:
        assert message.ts
        self._leases.must_be_ours(message)
        await self._client.chat_update(
            channel=message.channel,
            ts=message.ts,
            text=posting.text,
            blocks=list(posting.blocks),
            metadata=self._metadata(message),
        )

    async def upload(
        self,
        message: Message,
        upload: Upload,
        thread: str | None,
        *,
        uploaded: Callable[[str], Awaitable[None]],
    ) -> str:
        """-> the file's id, which `uploaded` is told before the step that shows it."""
        file = message.file
        if file is None:
            file = await self._put_bytes(upload)
            await uploaded(file)
        self._reach(Place.BETWEEN_UPLOAD_STEPS)
        self._leases.must_be_ours(message)
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

    async def find(self, message: Message, thread: str | None) -> str | None:
        """The ts of a message of ours that carries this outbox row's mark, or its file; None when it is not there.

        Raises LookupError when there is more to read than it reads: then nobody knows. A reply whose root was deleted
        stands in the channel.
        """
        try:
            return await self._find(message, thread)
        except SlackApiError as error:
            if error_name(error) != "thread_not_found":
                raise
            return await self._find(message, None)

    async def _find(self, message: Message, thread: str | None) -> str | None:
        cursor = ""
        for _ in range(PAGES):
            answer = await self._page(message, thread, cursor)
            for found in answer["messages"]:
                if self._is(message, found):
                    return str(found["ts"])
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return None
        raise LookupError(f"more than {PAGE * PAGES} messages since it was written")

    async def _page(self, message: Message, thread: str | None, cursor: str) -> Any:
        asked: dict[str, Any] = {
            "channel": message.channel,
            "oldest": f"{message.created_at.timestamp() - EARLIER:.6f}",
            "limit": PAGE,
            "include_all_metadata": True,
            "cursor": cursor or None,
        }
        if thread:
            return await self._client.conversations_replies(ts=thread, **asked)
        return await self._client.conversations_history(**asked)

    def _is(self, message: Message, found: dict[str, Any]) -> bool:
        if message.file:  # files carry no metadata, and their ids are Slack's own
            shown = {file.get("id") for file in found.get("files") or ()}
            return found.get("user") == self._bot_user and message.file in shown
        metadata = found.get("metadata") or {}
        payload = metadata.get("event_payload") or {}
        return (
            found.get("user") == self._bot_user
            and metadata.get("event_type") == EVENT_TYPE
            and payload.get("id") == str(message.id)
            and hmac.compare_digest(str(payload.get("mark", "")), self._mark(message))
        )

    def _metadata(self, message: Message) -> dict[str, Any]:
        return {
            "event_type": EVENT_TYPE,
            "event_payload": {"id": str(message.id), "mark": self._mark(message)},
        }

    def _mark(self, message: Message) -> str:
        said = f"{message.run}:{message.kind}:{message.subject}:{message.id}".encode()
        return hmac.new(self._key, said, hashlib.sha256).hexdigest()
