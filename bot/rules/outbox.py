"""The outbox: a row for each message that Slack should show, rendered from the current state when it is sent.

pending ──claimed──▶ sending ──200──▶ sent ──something newer──▶ pending
   ▲                    ├── certainly not delivered ──▶ pending
   │                    ├── never will be ──▶ failed
   └──not there─────────┴── unclear ──▶ ambiguous ──found there──▶ sent
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable
from typing import ClassVar, Generic, NamedTuple, Self, TypeVar

from pydantic import AwareDatetime

from checks.reading import Record


class Way(enum.StrEnum):
    """The Slack method that shows a message."""

    POST = "chat.postMessage"
    UPDATE = "chat.update"
    UPLOAD = "files.completeUploadExternal"
    PUBLISH = "views.publish"


class Standing(enum.Enum):
    """A message's place."""

    CARD = enum.auto()  # in the run's channel, as parent of the thread
    THREAD = enum.auto()  # in the run's thread
    ALONE = enum.auto()  # in a channel outside of any thread; it waits for no other message
    DIRECT = enum.auto()  # direct to one person; if it cannot be sent, others are told


class Content(Record):
    """What a message is about. A subclass is a kind of message; its fields distinguish messages of one kind.

    The name of a kind and the subject made of the fields are stored, so they never change.
    """

    kind: ClassVar[str]
    standing: ClassVar[Standing] = Standing.THREAD
    awaited: ClassVar[bool] = False  # somebody waits for it and for each update
    critical: ClassVar[bool] = False  # on-call is told if it cannot be shown
    is_file: ClassVar[bool] = False
    is_home: ClassVar[bool] = (
        False  # the page in a person's App Home: there is one, and showing it again replaces it
    )

    @property
    def subject(self) -> str:
        """The given fields, in order, separated by spaces; only the last may contain spaces."""
        return " ".join(str(value) for _, value in self if value is not None)

    @property
    def about(self) -> int | None:
        """The run that it is about, if its row belongs to something else."""
        return None

    @property
    def capture(self) -> int | None:
        """The capture of a baseline that it is about."""
        return None

    @classmethod
    def of(cls, subject: str) -> Self:
        """Raises pydantic's ValidationError."""
        words = subject.split(" ", len(cls.model_fields) - 1) if subject else []
        return cls.model_validate(dict(zip(cls.model_fields, words, strict=False)))

    @classmethod
    def way(cls, ts: str | None) -> Way:
        """`ts`: Slack's timestamp for it, once it has one."""
        if cls.is_file:
            return Way.UPLOAD
        if cls.is_home:
            return Way.PUBLISH
        return Way.UPDATE if ts else Way.POST


AnyContent = TypeVar("AnyContent", bound=Content)


class Kinds(Generic[AnyContent]):
    """The kinds of message that a process knows. Another version may know others: their rows are left to it."""

    def __init__(self, kinds: Iterable[type[AnyContent]]) -> None:
        self._by_name: dict[str, type[AnyContent]] = {}
        for kind in kinds:
            assert kind.kind not in self._by_name, f"two kinds of message are called {kind.kind!r}"
            self._by_name[kind.kind] = kind

    def of(self, message: Message) -> type[AnyContent]:
        """Raises LookupError for a kind of another version."""
        return self._by_name[message.kind]

    def content(self, kind: str, subject: str) -> AnyContent | None:
        """None for a kind of another version."""
        return self._by_name[kind].of(subject) if kind in self._by_name else None

    def names(self, where: Callable[[type[AnyContent]], bool] = lambda _: True) -> list[str]:
        return [name for name, kind in self._by_name.items() if where(kind)]

    @property
    def awaited(self) -> list[str]:
        return self.names(lambda kind: kind.awaited)

    @property
    def files(self) -> list[str]:
        return self.names(lambda kind: kind.is_file)

    @property
    def homes(self) -> list[str]:
        return self.names(lambda kind: kind.is_home)

    @property
    def direct(self) -> list[str]:
        return self.names(lambda kind: kind.standing is Standing.DIRECT)

    @property
    def critical(self) -> list[str]:
        return self.names(lambda kind: kind.critical)


class Held(NamedTuple):
    """Messages that must wait for a rate limit."""

    way: str
    channel: str | None = None  # only in this place
    progress: bool = False  # only messages that nobody waits for


class MessageState(enum.StrEnum):
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    AMBIGUOUS = "ambiguous"
    FAILED = "failed"


class Message(Record):
    id: int
    run: int | None  # that it belongs to
    topic: str | None = None  # or its other owner, such as "home U01ANA"
    kind: str  # that of a `Content`
    subject: str
    channel: str
    state: MessageState
    wanted: int
    shown: int
    ts: str | None
    thread: str | None  # the ts of its thread; None in the channel itself
    earlier: tuple[str, ...]  # its ts before it was reposted
    file: str | None
    urgent: bool
    claim: int  # raised by each claim; earlier claimants can record nothing
    not_before: AwareDatetime
    error: str | None
    excused: bool  # it need not be shown: an operator dropped it, or this server lacks the feature
    tried_at: AwareDatetime | None
    begun_at: AwareDatetime | None  # since when the last claimant's request may be in progress
    free_at: AwareDatetime | None  # when a dead sender's request must have ended
    doubted_at: AwareDatetime | None
    alerted_at: AwareDatetime | None  # since when an alert about it is open
    created_at: AwareDatetime
    posted_at: AwareDatetime | None
    sent_at: AwareDatetime | None
    awaited: bool = False  # it, or a later message of its run, is urgent; set by the claim

    @property
    def owner(self) -> str:
        """What it belongs to, for operators."""
        return self.topic or f"run #{self.run}"

    @property
    def is_coming(self) -> bool:
        """Whether it still has to be posted: for the first time, or again after it was deleted."""
        return self.place is None and self.state is not MessageState.FAILED

    @property
    def place(self) -> str | None:
        """The thread_ts for replies to this message, or that of its own thread."""
        return self.thread or self.ts
