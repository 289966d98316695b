"""A conversation: its members and all its messages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from sandbox.slack.message import Message
from sandbox.slack.refusal import Json

Kind = Literal["public", "private", "im"]


@dataclass
class Channel:
    id: str
    name: str
    kind: Kind = "public"
    members: set[str] = field(default_factory=set)
    is_archived: bool = False
    user: str = ""  # the other side of a direct message
    log: dict[str, Message] = field(default_factory=dict)  # ts -> message, deleted ones too, oldest first
    ephemerals: list[Message] = field(default_factory=list)

    @property
    def messages(self) -> list[Message]:
        """What the channel shows: no replies except broadcast ones, and nothing deleted."""
        return [m for m in self.log.values() if not m.deleted and (m.broadcast or not m.is_reply)]

    def thread(self, root_ts: str) -> list[Message]:
        """The message and its replies, oldest first; a deleted parent is kept while it has replies."""
        replies = self.replies(root_ts)
        root = self.log.get(root_ts)
        return replies if root is None or (root.deleted and not replies) else [root, *replies]

    def replies(self, root_ts: str) -> list[Message]:
        return [m for m in self.log.values() if m.thread_ts == root_ts != m.ts and not m.deleted]

    def living(self, ts: str) -> Message | None:
        message = self.log.get(ts)
        return None if message is None or message.deleted else message

    def shown(self, *, bot: str) -> Json:
        """The channel as returned by `conversations.info`."""
        body: Json = {
            "id": self.id,
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": self.kind == "public",
            "is_group": self.kind == "private",
            "is_im": self.kind == "im",
            "is_mpim": False,
            "is_private": self.kind != "public",
            "is_archived": self.is_archived,
            "is_general": self.name == "general",
            "is_shared": False,
            "is_ext_shared": False,
            "is_member": bot in self.members,
            "created": 1_760_000_000,
            "creator": "U01ANA",
            "topic": {"value": "", "creator": "", "last_set": 0},
            "purpose": {"value": "", "creator": "", "last_set": 0},
        }
        if self.kind == "im":
            body["user"] = self.user
        return body
