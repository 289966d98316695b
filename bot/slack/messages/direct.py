"""Messages to one person."""

from __future__ import annotations

import abc
from typing import ClassVar

from bot.rules.outbox import Standing
from bot.slack.messages.kind import MessageKind

_MISSED = "I couldn't send you a direct message, so I'm"
ASKED_HERE, TOLD_HERE = f"{_MISSED} asking you here", f"{_MISSED} telling you here"


class DirectMessage(MessageKind):
    """If it cannot be delivered, the run's thread mentions the person instead."""

    standing = Standing.DIRECT
    reminds: ClassVar[bool] = True  # so the record says whom it did not reach
    until_decided: ClassVar[bool] = False  # nobody needs it, or the mention, once the run is decided

    run: int
    event: int  # number of the audit event
    person: str

    @property
    def about(self) -> int:
        return self.run

    @property
    def topic(self) -> str:
        return topic_of(self.person)

    @abc.abstractmethod
    def instead(self, event: int) -> MessageKind:
        """The mention in the thread. `event`: number of the audit event that says who was not reached; its
        own, if it reminds of nothing.
        """


def topic_of(person: str) -> str:
    """The topic of messages to a person."""
    return f"person {person}"
