"""Response URLs, by which an app can answer one interaction, five times in half an hour."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass

from sandbox.slack.blocks import completed, problems_in
from sandbox.slack.clock import Clock
from sandbox.slack.features import told, unknown_blocks
from sandbox.slack.message import Message
from sandbox.slack.refusal import Json, Refusal
from sandbox.slack.workspace import Workspace

USES = 5
LIFETIME = 30 * 60.0  # seconds


@dataclass
class _Issued:
    user: str
    channel: str
    message: Message | None  # the message that was clicked
    at: float
    uses: int = 0


class ResponseUrls:
    def __init__(self, workspace: Workspace, clock: Clock) -> None:
        self._workspace = workspace
        self._clock = clock
        self._issued: dict[str, _Issued] = {}

    def issue(self, user: str, channel: str, message: Message | None = None) -> str:
        ticket = secrets.token_hex(12)
        self._issued[ticket] = _Issued(user, channel, message, self._clock.now())
        return f"{self._workspace.url}/actions/{self._workspace.id}/{ticket}"

    def answer(self, ticket: str, raw: bytes) -> None:
        """Perform what the app posted to the URL. Raises Refusal if it has expired or is used up."""
        issued = self._issued.get(ticket)
        if issued is None:
            raise Refusal("invalid_url")
        if self._clock.now() - issued.at > LIFETIME:
            raise Refusal("expired_url")
        if issued.uses >= USES:
            raise Refusal("used_url")
        try:
            body = json.loads(raw)
        except ValueError:
            raise Refusal("invalid_payload") from None
        if not isinstance(body, dict):
            raise Refusal("invalid_payload")
        issued.uses += 1
        self.apply(body, user=issued.user, channel=issued.channel, message=issued.message)

    def apply(self, body: Json, *, user: str, channel: str, message: Message | None = None) -> None:
        """Apply a response, whether sent to its URL or in the ack of a command."""
        if body.get("delete_original"):
            if message is not None:
                self._workspace.delete(message)
            return
        text, blocks = str(body.get("text") or ""), body.get("blocks") or []
        without = self._workspace.without
        if found := problems_in(blocks, "message", unknown=unknown_blocks(without)):
            raise Refusal("invalid_blocks", messages=told(found, without))
        if not text and not blocks:
            raise Refusal("no_text")
        if body.get("replace_original") and message is not None:
            message.text, message.blocks = text, completed(blocks)
            message.edited_ts = self._workspace.new_ts()
            self._workspace.changed(message)
            return
        # next to the clicked message; a thread's parent is in the channel
        beside = message.thread_ts if message and message.is_reply else ""
        thread = str(body.get("thread_ts") or beside)
        private = body.get("response_type") != "in_channel"
        self._post(
            text, completed(blocks), channel=channel, thread_ts=thread, seen_by=user if private else ""
        )

    def _post(self, text: str, blocks: list[Json], *, channel: str, thread_ts: str, seen_by: str) -> None:
        app = self._workspace.app
        self._workspace.post(
            Message(
                channel=channel,
                ts=self._workspace.new_ts(),
                user=app.bot_user,
                bot_id=app.bot_id,
                app_id=app.id,
                text=text,
                blocks=blocks,
                thread_ts=thread_ts,
                seen_by=seen_by,
            )
        )
