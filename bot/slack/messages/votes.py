"""A line in the thread for each vote and waiver, by name."""

from __future__ import annotations

from bot.record.audit import AuditEvent
from bot.record.events import Voted
from bot.rules.approval import Waiver
from bot.rules.labels import CHOICES
from bot.slack.blocks import section
from bot.slack.messages.kind import Facts, MessageKind
from bot.slack.messages.posting import Posting
from bot.slack.text import escape, mention, moment, quoted


class VoteLine(MessageKind):
    kind = "vote"
    called = "line about a vote"
    awaited = True

    event: int  # number of the audit event

    def render(self, facts: Facts) -> Posting:
        return vote_line(facts.event(self.event))


class WaiverLine(MessageKind):
    kind = "waiver"
    called = "line about a waiver"
    awaited = True

    check: str

    def render(self, facts: Facts) -> Posting:
        return waiver_line(next(each for each in facts.dossier.waivers if each.check == self.check))


def vote_line(event: AuditEvent) -> Posting:
    """Rendered from the audit event, so that a vote that was changed later is still shown as cast."""
    voted = Voted.read(event)
    assert voted
    choice = CHOICES[voted.choice]
    said = f"*{choice}*: {mention(event.actor)} {moment(event.at)}"
    if voted.reason:
        said += f"\n{quoted(voted.reason)}"
    if condition := voted.condition:
        said += f"\n{quoted(condition.text)} (by {mention(condition.owner)}, due {moment(condition.due)})"
    return Posting.of(f"{choice} by {mention(event.actor)}", [section(said)])


def waiver_line(waiver: Waiver) -> Posting:
    said = f"*Waived {escape(waiver.check)}*: {mention(waiver.person)} {moment(waiver.granted_at)}"
    text = f"{escape(waiver.check)} waived by {mention(waiver.person)}"
    return Posting.of(text, [section(f"{said}\n{quoted(waiver.reason)}")])
