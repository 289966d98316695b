"""The decision for a requester who may not be in the run's channel: a mention there would not reach them.

Whoever asked in the channel is mentioned by the decision itself, and gets no direct message.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.rules.decision import Decision
from bot.rules.dossier import Dossier
from bot.rules.labels import OUTCOMES
from bot.slack.blocks import context, section, sections
from bot.slack.messages.decision import task
from bot.slack.messages.direct import TOLD_HERE, DirectMessage
from bot.slack.messages.kind import Facts, MessageKind
from bot.slack.messages.lines import subject, verdict
from bot.slack.messages.outlook import outlook, stands
from bot.slack.messages.posting import Posting
from bot.slack.text import escape, link, mention, one_line, utc

WAITS = timedelta(days=1)  # for the end of their quiet hours


class DirectDecision(DirectMessage):
    kind = "direct decision"
    called = "decision for the requester"
    reminds = False

    def render(self, facts: Facts) -> Posting:
        return direct_decision(facts)

    def deadline(self, facts: Facts) -> datetime | None:
        return _decision(facts.dossier).decided_at + WAITS

    def instead(self, event: int) -> MessageKind:
        return DecisionMention(event=event)


class DecisionMention(MessageKind):
    """In the thread: mentions a requester who could not be sent a direct message."""

    kind = "decision mention"
    called = "decision for the requester"

    event: int  # number of the audit event

    def render(self, facts: Facts) -> Posting:
        dossier = facts.dossier
        about = escape(f"run #{dossier.run.number} on {dossier.run.environment}")
        outcome = OUTCOMES[_decision(dossier).outcome]
        said = f"{mention(dossier.run.requested_by)}: {about} is decided: {outcome}. {TOLD_HERE}"
        return Posting.of(said, [section(said)])


def direct_decision(facts: Facts) -> Posting:
    """How it stands now, because quiet hours may have delayed it."""
    dossier = facts.dossier
    about, card = one_line(subject(dossier)), f"run #{dossier.run.number}"
    where = link(facts.link, card) if facts.link else f"{card} in <#{escape(dossier.run.channel)}>"
    todo = [] if dossier.rollback else [_todo(dossier)]
    found = [one_line(f"{(said := verdict(dossier))[0].upper()}{said[1:]}")] if dossier.results else []
    lines = [f"*{stands(dossier)}* · {about}", *found, *outlook(dossier), *todo]
    text = ". ".join(line.rstrip(".") for line in [*outlook(dossier, when=utc), *todo])
    return Posting.of(
        f"{stands(dossier, sign=False)}: {about}. {text}. {card[0].upper()}{card[1:]}".replace("*", ""),
        [*sections(lines), context(f"The decision is in its thread: {where}")],
    )


def _todo(dossier: Dossier) -> str:
    said = task(dossier, _decision(dossier).outcome)
    return f"{said[0].upper()}{said[1:]}"


def _decision(dossier: Dossier) -> Decision:
    assert dossier.decision
    return dossier.decision
