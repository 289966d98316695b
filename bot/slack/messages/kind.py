"""A kind of message is declared by a class in one of the modules here.

It declares its subject, who waits for it, whether it is critical and where it is posted
(`bot.rules.outbox.Content`), what people call it, when it is no longer needed, and how it is rendered.
`bot.slack.rendering.KINDS` finds it.
"""

from __future__ import annotations

import abc
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, TypeAlias

from bot.record.audit import AuditEvent
from bot.record.proof.key_folder import Signing
from bot.rules.asked import Asked, Members
from bot.rules.baseline import CaptureDossier
from bot.rules.condition import Held
from bot.rules.dossier import Dossier
from bot.rules.home import Home
from bot.rules.outbox import Content, Message
from bot.slack.messages.posting import Posting, Upload

Rendered: TypeAlias = Posting | Upload


class MessageKind(Content, abc.ABC):
    called: ClassVar[str]  # in alerts, which say that it is not shown
    in_alerts: ClassVar[bool] = False  # an alert about it repeats it, buttons included
    says_more_in_edits: ClassVar[bool] = (
        False  # it is edited once posted, to mention people whom that does not notify
    )
    slow: ClassVar[bool] = False  # render it off the event loop

    @abc.abstractmethod
    def render(self, facts: Facts) -> Rendered:
        """Render the current content."""

    def moot(self, facts: Facts) -> str:  # noqa: ARG002
        """Why an unposted message is no longer needed; "" if it still is."""
        return ""

    def deadline(self, facts: Facts) -> datetime | None:
        """Of a direct message: until when it is useful. It is not delayed by quiet hours that end later;
        None: it is not delayed by any.
        """
        return facts.dossier.run.expires_at

    def names_reader(self, facts: Facts) -> bool:  # noqa: ARG002
        """Of a direct message: whether the configuration names its reader, and not only a user group that
        they are in.
        """
        return False


@dataclass(frozen=True)
class Hidden:
    """A message that Slack does not show, the subject of an alert."""

    message: Message
    content: MessageKind | None  # None if only another version knows its kind

    @property
    def called(self) -> str:
        return self.content.called if self.content else self.message.kind


@dataclass(frozen=True)
class Facts:
    """The data for rendering messages, as one snapshot."""

    run: Dossier | None  # None for a message that belongs to no run
    events: Sequence[AuditEvent] = ()
    hidden: Hidden | None = None  # of an alert
    home: Home | None = None  # of a person's page
    held: Sequence[Held] = ()  # open conditions that hold actions of the environment, of any run
    capture: CaptureDossier | None = None  # of a message about a baseline
    files: bool = True  # whether files can be attached here
    posted: bool = True  # the message exists already, and an edit notifies nobody
    link: str = ""  # to the run's card; empty until it is posted, for messages outside its channel
    signing: Signing = field(default_factory=Signing)

    @property
    def dossier(self) -> Dossier:
        assert self.run, "the message belongs to no run"
        return self.run

    def asked(self, said: Members | None) -> Asked:
        """Whom a message asks, according to its event; as configured if there is no event, or an older
        version wrote it.
        """
        members_of = {role: group.members for role, group in self.dossier.plan.people.items()}
        return Asked.logged(said or {}, members_of)

    def event(self, number: int) -> AuditEvent:
        return next(event for event in self.events if event.seq == number)
