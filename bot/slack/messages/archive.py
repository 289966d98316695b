"""Lines about a packet that could not be stored outside Slack for a while, and its recovery."""

from __future__ import annotations

from bot.record.events import PacketKept, PacketNotKept
from bot.rules.outbox import Standing
from bot.slack.blocks import section
from bot.slack.messages.kind import Facts, MessageKind
from bot.slack.messages.posting import Posting
from bot.slack.messages.wording import numbered
from bot.slack.text import code, cut, escape, one_line

LONGEST_WHY = 500


class ArchiveLine(MessageKind):
    kind = "archive"
    called = "line about a packet's copy"

    event: int  # number of the audit event

    def render(self, facts: Facts) -> Posting:
        return archive_line(facts, self.event)


class ArchiveAlert(MessageKind):
    """The same in the alerts channel, for the operators."""

    kind = "archive alert"
    called = "alert about a packet's copy"
    standing = Standing.ALONE

    event: int
    channel: str

    def render(self, facts: Facts) -> Posting:
        return archive_line(facts, self.event)


def archive_line(facts: Facts, number: int) -> Posting:
    event, about = facts.event(number), escape(numbered(facts.dossier))
    if (late := PacketNotKept.read(event)) is not None:
        why = one_line(cut(late.why, LONGEST_WHY))
        text = (
            f"The decision packet of {about} is not in {code(late.place)} yet. {why} I try again every minute and lose "
            "nothing; the packet is in the run's thread."
        )
        return Posting.of(text, [section(f"⚠️ *Packet not kept yet*: {text}")])
    kept = PacketKept.read(event)
    assert kept
    text = f"The decision packet of {about} is in {code(kept.place)} now."
    return Posting.of(text, [section(f"✅ *Packet kept*: {text}")])
