"""The workspace: the local Slack's state for one team, in memory."""

from __future__ import annotations

from collections.abc import Iterable

from sandbox.slack.app import App
from sandbox.slack.channel import Channel
from sandbox.slack.clock import Clock
from sandbox.slack.features import Feature
from sandbox.slack.files import File
from sandbox.slack.identifiers import new_id
from sandbox.slack.message import Message
from sandbox.slack.news import News
from sandbox.slack.people import Group, User
from sandbox.slack.refusal import Json, Refusal
from sandbox.slack.triggers import Triggers
from sandbox.slack.views import View, Views


class Workspace:
    def __init__(
        self,
        *,
        app: App,
        clock: Clock,
        users: Iterable[User],
        channels: Iterable[Channel],
        groups: Iterable[Group],
    ) -> None:
        self.id = "T0ACME"
        self.name = "Acme"
        self.domain = "acme"
        self.url = ""  # the server's URL, once it runs
        self.app = app
        self.clock = clock
        self.users = {user.id: user for user in users}
        self.channels = {channel.id: channel for channel in channels}
        self.groups = {group.id: group for group in groups}
        self.files: dict[str, File] = {}
        self.news = News()
        self.triggers = Triggers(clock)
        self.views = Views(clock, self.news)
        self.paid = True  # user groups exist on paid plans only
        self.edit_window: float | None = None  # seconds in which a message can be edited; None: forever
        self.file_processing = 0.0  # seconds until an uploaded picture can be shown in a block
        self.file_sharing = 0.0  # seconds until a completed upload is shown where it is shared
        self._last_ts = 0.0

    @property
    def without(self) -> frozenset[Feature]:
        """Features that this server lacks."""
        return self.views.without

    @without.setter
    def without(self, features: frozenset[Feature]) -> None:
        self.views.without = features

    # ------------------------------------------------------------ finding

    def user(self, name: str) -> User:
        """Find by id, or by name with or without the @. Raises LookupError, which lists the users."""
        wanted = name.removeprefix("@")
        for user in self.users.values():
            if wanted in {user.id, user.name}:
                return user
        raise LookupError(f"no user {name!r}; there are {[user.name for user in self.users.values()]}")

    def channel(self, name: str) -> Channel:
        """Find by id, or by name with or without the #. Raises LookupError, which lists the channels."""
        wanted = name.removeprefix("#")
        for channel in self.channels.values():
            if wanted in {channel.id, channel.name}:
                return channel
        raise LookupError(f"no channel {name!r}; there are {[one.name for one in self.channels.values()]}")

    def addressed(self, target: str) -> Channel:
        """The channel that a method addresses; a user id means the direct messages with that person."""
        if target in self.users:
            return self.direct(target)
        for channel in self.channels.values():
            if target == channel.id or (
                channel.kind == "public" and target.removeprefix("#") == channel.name
            ):
                return channel
        raise Refusal("channel_not_found")

    def direct(self, user: str) -> Channel:
        """The direct messages between the bot and a person, opened on first use."""
        for channel in self.channels.values():
            if channel.kind == "im" and channel.user == user:
                return channel
        opened = Channel(new_id("D"), "", kind="im", user=user, members={user, self.app.bot_user})
        self.channels[opened.id] = opened
        return opened

    # ------------------------------------------------------------ messages

    def new_ts(self) -> str:
        """Returns a timestamp that no other message has."""
        self._last_ts = max(round(self.clock.now(), 6), round(self._last_ts + 0.000_001, 6))
        return f"{self._last_ts:.6f}"

    def post(self, message: Message) -> Message:
        channel = self.channels[message.channel]
        if message.seen_by:
            channel.ephemerals.append(message)
        else:
            channel.log[message.ts] = message
            self._mark_as_root(channel, message)
        self._tell("message", message)
        return message

    def changed(self, message: Message) -> None:
        self._tell("message_changed", message)

    def delete(self, message: Message) -> None:
        """Delete it for everyone; a parent with replies leaves a tombstone, as in Slack."""
        channel = self.channels[message.channel]
        message.deleted = True
        if message in channel.ephemerals:
            channel.ephemerals.remove(message)
        if not channel.replies(message.ts):
            message.blocks, message.attachments, message.files = [], [], []
        else:
            message.text, message.blocks, message.attachments = "This message was deleted.", [], []
        self._tell("message_deleted", message)

    def _mark_as_root(self, channel: Channel, message: Message) -> None:
        root = channel.log.get(message.thread_ts)
        if root is not None and not root.thread_ts:
            root.thread_ts = root.ts

    def _tell(self, kind: str, message: Message) -> None:
        self.news.tell(kind, {"channel": message.channel, "message": message}, audience=message.seen_by)

    # ------------------------------------------------------------ shapes

    def message_shape(self, message: Message, *, with_metadata: bool = False) -> Json:
        """The message in Slack's API format, with fields about its thread."""
        body = message.shown(self.id, with_metadata=with_metadata)
        channel = self.channels[message.channel]
        if message.is_reply:
            root = channel.log.get(message.thread_ts)
            body["parent_user_id"] = root.user if root else ""
        elif replies := channel.replies(message.ts):
            body |= {
                "reply_count": len(replies),
                "reply_users": list(dict.fromkeys(reply.user for reply in replies)),
                "reply_users_count": len({reply.user for reply in replies}),
                "latest_reply": replies[-1].ts,
                "is_locked": False,
                "subscribed": False,
            }
        return body

    def view_shape(self, view: View) -> Json:
        return view.shown(team_id=self.id, app_id=self.app.id, bot_id=self.app.bot_id)
