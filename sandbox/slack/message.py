"""A message, and its representation in Slack's API."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sandbox.slack.elements import Element, elements_of
from sandbox.slack.files import File
from sandbox.slack.refusal import Json


@dataclass
class Message:
    """Edits change it in place: a reference to one always has the current state."""

    channel: str
    ts: str
    user: str  # who wrote it
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    thread_ts: str = ""  # of the message it replies to
    broadcast: bool = False  # a reply that is shown in the channel as well
    bot_id: str = ""
    app_id: str = ""
    metadata: Json | None = None
    files: list[File] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)  # name -> user ids
    edited_ts: str = ""
    seen_by: str = ""  # the one person who sees an ephemeral message
    deleted: bool = False
    # earlier (text, blocks), oldest first
    history: list[tuple[str, list[Json]]] = field(default_factory=list)

    @property
    def is_reply(self) -> bool:
        return self.thread_ts not in {"", self.ts}

    @property
    def root_ts(self) -> str:
        return self.thread_ts or self.ts

    @property
    def elements(self) -> list[Element]:
        """Everything that a person can click or choose in it."""
        attached = [block for attachment in self.attachments for block in attachment.get("blocks", [])]
        return elements_of(self.blocks + attached)

    @property
    def buttons(self) -> list[str]:
        """The labels of its buttons, in order."""
        return [element.label for element in self.elements if element.kind == "button"]

    def shown(self, team_id: str, *, with_metadata: bool = False) -> Json:
        """The message itself, without fields about its thread."""
        if self.deleted:
            return self._tombstone()
        body: Json = {"type": "message", "user": self.user, "ts": self.ts, "text": self.text, "team": team_id}
        if self.bot_id:
            body |= {"bot_id": self.bot_id, "app_id": self.app_id}
        body |= _present(
            blocks=self.blocks,
            attachments=self.attachments,
            thread_ts=self.thread_ts,
            files=[file.shown() for file in self.files],
            reactions=[
                {"name": name, "users": users, "count": len(users)} for name, users in self.reactions.items()
            ],
        )
        if self.edited_ts:
            body["edited"] = {"user": self.user, "ts": self.edited_ts}
        if self.broadcast:
            body["subtype"] = "thread_broadcast"
        if with_metadata and self.metadata:
            body["metadata"] = self.metadata
        return body

    def _tombstone(self) -> Json:
        """What is left of a deleted message that has replies: no text, no author, no metadata."""
        return {
            "type": "message",
            "subtype": "tombstone",
            "user": "USLACKBOT",
            "ts": self.ts,
            "thread_ts": self.ts,
            "text": "This message was deleted.",
            "hidden": True,
        }


def _present(**parts: Any) -> Json:
    return {name: part for name, part in parts.items() if part}
