"""What is to be said in Slack: a row for each message, rendered from the current state when it is sent.

pending ──claimed──▶ sending ──200──▶ sent ──something newer──▶ pending
   ▲                    ├── surely not delivered ──▶ pending
   │                    ├── never will be ──▶ failed
   └──not there─────────┴── nobody knows ──▶ ambiguous ──found there──▶ sent
"""

from __future__ import annotations

import enum

from pydantic import AwareDatetime

from checks.reading import Record


class Kind(enum.StrEnum):
    """Everything but cards and alerts stands in the card's thread."""

    CARD = "card"  # the one message in the channel; edited in place
    TABLE = "table"  # every check with its readings
    CHART = "chart"  # subject: the check
    VOTE = "vote"  # subject: the audit event's number
    WAIVER = "waiver"  # subject: the check
    REMINDER = "reminder"  # subject: the audit event's number
    DECISION = "decision"
    PACKET = (
        "packet"  # subject: "md" or "json", and the audit event's number where somebody asked for it again
    )
    PROMPT = "prompt"  # subject: the prompt's key
    BLIND = "blind"  # subject: trigger and tick
    WATCH_END = "watch end"
    ROLLED_BACK = "rolled back"  # as somebody recorded without a prompt
    ALERT = "alert"  # subject: the audit event's number, and whom it tells; in a channel of its own


AWAITED = (
    Kind.DECISION,
    Kind.PROMPT,
    Kind.VOTE,
    Kind.WAIVER,
    Kind.BLIND,
    Kind.ROLLED_BACK,
    Kind.ALERT,
)  # somebody waits for them, whenever they change
FILES = (Kind.CHART, Kind.PACKET)
GRAVE = (Kind.DECISION, Kind.PROMPT)  # on-call is told when they cannot be shown


class Way(enum.StrEnum):
    """By which of Slack's methods a message is shown."""

    POST = "chat.postMessage"
    UPDATE = "chat.update"
    UPLOAD = "files.completeUploadExternal"


class MessageState(enum.StrEnum):
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    AMBIGUOUS = "ambiguous"
    FAILED = "failed"


class Message(Record):
    id: int
    run: int
    kind: Kind
    subject: str
    channel: str
    state: MessageState
    wanted: int
    shown: int
    ts: str | None
    thread: str | None  # what it was posted under; None in the channel itself
    earlier: tuple[str, ...]  # names that it had before it was posted anew
    file: str | None
    urgent: bool
    claim: int  # raised whenever it is taken; whoever took it earlier writes nothing any more
    not_before: AwareDatetime
    error: str | None
    excused: bool  # that it is not shown is known: an operator dropped it, or this Slack has no such thing
    tried_at: AwareDatetime | None
    begun_at: AwareDatetime | None  # since when a request of whoever took it last may be under way
    free_at: AwareDatetime | None  # when the request of a sender that died has been answered, or given up
    doubted_at: AwareDatetime | None
    alerted_at: AwareDatetime | None  # since when an alert about it is open
    created_at: AwareDatetime
    posted_at: AwareDatetime | None
    sent_at: AwareDatetime | None
    awaited: bool = False  # somebody waits for it, or for what comes after it in its run; told by the claim

    @property
    def is_reply(self) -> bool:
        """It stands, or is to, under its run's card."""
        return self.kind not in {Kind.CARD, Kind.ALERT}

    @property
    def is_coming(self) -> bool:
        """It is nowhere yet, and will be: for the first time, or once more where somebody deleted it."""
        return self.place is None and self.state is not MessageState.FAILED

    @property
    def place(self) -> str | None:
        """What is to stand under this one, or where this one does, is posted with this name as its thread's."""
        return self.thread or self.ts

    @property
    def way(self) -> Way:
        if self.kind in FILES:
            return Way.UPLOAD
        return Way.UPDATE if self.ts else Way.POST
