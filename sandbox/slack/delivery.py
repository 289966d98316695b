"""A delivery of a payload to an app, and its result: an ack within three seconds, or the error that people see."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, Protocol

from sandbox.slack.refusal import Json

Kind = Literal["slash_commands", "interactive", "events_api"]

# What people read after "/canary failed with the error ...".
NO_ANSWER = "operation_timeout"
NOT_ACCEPTED = "dispatch_failed"


@dataclass
class Ack:
    """An app's acknowledgement: `body` is its response, {} for none. `error` is "" if it arrived in time."""

    error: str = ""
    body: Json = field(default_factory=dict)

    @property
    def in_time(self) -> bool:
        return not self.error


@dataclass
class Delivery:
    """One attempt to deliver one payload."""

    id: str
    kind: Kind
    payload: Json = field(repr=False)
    sent_at: float  # seconds since the epoch
    retry: int = 0  # 0 for the first attempt
    retry_reason: str = ""
    ack: Ack | None = None  # None while Slack is waiting
    ack_ms: float | None = None  # even if the ack came too late

    @property
    def acked(self) -> bool:
        return self.ack is not None and self.ack.in_time

    @property
    def late(self) -> bool:
        """Whether it was acknowledged after people had seen an error."""
        return self.ack is not None and not self.ack.in_time and self.ack_ms is not None


class Route(Protocol):
    """A route to the app: a WebSocket, or its request URL."""

    async def send(self, delivery: Delivery, limit: float) -> Ack:
        """Returns the ack, or one with an error after `limit` seconds."""
        ...
