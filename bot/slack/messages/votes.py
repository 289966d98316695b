"""A line in the thread for each vote and waiver, with its reason."""

from __future__ import annotations

from bot.record.audit import AuditEvent
from bot.record.events import Voted, Waived, of_kind
from bot.rules.dossier import Dossier
from bot.rules.labels import CHOICES
from bot.slack.blocks import section
from bot.slack.messages.kind import Facts, MessageKind
from bot.slack.messages.lines import title, voted_condition
from bot.slack.messages.posting import Posting
from bot.slack.text import escape, mention, one_line, utc


class VoteLine(MessageKind):
    kind = "vote"
    called = "line about a vote"
    awaited = True

    event: int  # number of the audit event

    def render(self, facts: Facts) -> Posting:
        return vote_line(facts.dossier, facts.event(self.event))


class WaivedLine(MessageKind):
    """Shown as given; neither its lapse nor another waiver of the same check changes the line."""

    kind = "waived"
    called = "line about a waiver"
    awaited = True

    event: int  # number of the audit event

    def render(self, facts: Facts) -> Posting:
        event = facts.event(self.event)
        waived = Waived.read(event)
        assert waived
        return waiver_line(facts.dossier, waived.check, event.actor, waived.reason)


class WaiverLine(MessageKind):
    """For rows of earlier versions, which named the check: shows its latest waiver."""

    kind = "waiver"
    called = "line about a waiver"
    awaited = True

    check: str

    def render(self, facts: Facts) -> Posting:
        given = [(event, said) for event, said in of_kind(facts.events, Waived) if said.check == self.check]
        event, waived = given[-1]
        return waiver_line(facts.dossier, waived.check, event.actor, waived.reason)


def vote_line(dossier: Dossier, event: AuditEvent) -> Posting:
    """Rendered from the audit event, so that a vote that was changed later is still shown as cast."""
    voted = Voted.read(event)
    assert voted
    choice, roles = CHOICES[voted.choice], escape(", ".join(voted.roles))
    said = f"*{choice}*: {mention(event.actor)}" + (f" ({roles})" if roles else "")
    text = f"{choice} by {mention(event.actor)}"
    if voted.reason:
        said += f" · {one_line(voted.reason)}"
        text += f": {one_line(voted.reason)}"
    if condition := voted.condition:
        said += f" · {voted_condition(dossier, condition)}"
        text += f": {voted_condition(dossier, condition, utc)}".replace("*", "")
    return Posting.of(text, [section(said)])


def waiver_line(dossier: Dossier, check: str, by: str, reason: str) -> Posting:
    what = escape(title(dossier, check))
    text = f"Waived {what}: {mention(by)} · {one_line(reason)}"
    return Posting.of(text, [section(f"*Waived {what}*: {mention(by)} · {one_line(reason)}")])
