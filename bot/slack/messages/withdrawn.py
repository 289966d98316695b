"""A line in the thread for each vote that was withdrawn, by name."""

from __future__ import annotations

from bot.record.audit import AuditEvent
from bot.record.events import VoteWithdrawn
from bot.rules.labels import CHOICES
from bot.slack.blocks import section
from bot.slack.messages.kind import Facts, MessageKind
from bot.slack.messages.posting import Posting
from bot.slack.text import mention


class WithdrawalLine(MessageKind):
    kind = "withdrawal"
    called = "line about a withdrawn vote"
    awaited = True

    event: int  # number of the audit event

    def render(self, facts: Facts) -> Posting:
        return withdrawal_line(facts.event(self.event))


def withdrawal_line(event: AuditEvent) -> Posting:
    withdrawn = VoteWithdrawn.read(event)
    assert withdrawn
    choice, who = CHOICES[withdrawn.choice], mention(event.actor)
    return Posting.of(
        f"{who} withdrew their {choice}",
        [section(f"*Vote withdrawn*: {who} withdrew their {choice}")],
    )
