"""What people are told about a message that Slack does not show where it belongs."""

from __future__ import annotations

from collections.abc import Mapping

from bot.audit import AuditEvent
from bot.dossier import Dossier
from bot.outbox import Kind, Message, MessageState
from bot.slack.blocks import Block, context, divider, section
from bot.slack.messages.card import card
from bot.slack.messages.decision import decision_record
from bot.slack.messages.posting import Posting
from bot.slack.messages.watch import rollback_prompt
from bot.slack.text import code, escape

_CALLED: Mapping[str, str] = {
    Kind.CARD: "run card",
    Kind.TABLE: "table of readings",
    Kind.CHART: "chart",
    Kind.VOTE: "line about a vote",
    Kind.WAIVER: "line about a waiver",
    Kind.DECISION: "decision",
    Kind.PACKET: "decision packet",
    Kind.PROMPT: "rollback prompt",
    Kind.BLIND: "warning that the watch cannot see",
    Kind.WATCH_END: "end of the watch",
}
_WHY: Mapping[str, str] = {
    "is_archived": "the channel is archived",
    "not_in_channel": "I am not in that channel",
    "channel_not_found": "the channel is gone, or I am not in it",
    "missing_scope": "my token may not post",
    "token_revoked": "my token was revoked",
    "it was deleted": "somebody deleted it",
    "it cannot be made": "it cannot be made, which is a defect of mine",
    "the sender died": "I was stopped while I sent it, and cannot look whether it is there",
}


def alert(dossier: Dossier, event: AuditEvent) -> Posting:
    """With what should have been said, where somebody has to know it; its buttons work from here as well."""
    run, said = dossier.run, event.detail
    what = _CALLED.get(str(said["message"]), str(said["message"]))
    why = _WHY.get(str(said["why"]), str(said["why"]) or "no reason was given")
    text = f"The {what} of run #{run.number} on {run.environment} is not shown in its channel: {why}."
    blocks: list[Block] = [
        section(f"*{escape(text)}*\n<#{escape(str(said['channel']))}>"),
        context(f"It goes on by itself where it can; operators see it with {code('canary outbox list')}"),
    ]
    if (inner := _instead(dossier, str(said["message"]), str(said["subject"]))) is None:
        return Posting.of(escape(text), blocks)
    return Posting.of(f"{inner.text} ({escape(text)})", [*blocks, divider(), *inner.blocks], tail=2)


def alert_over(dossier: Dossier, about: Message) -> Posting:
    """It is where it belongs, with its buttons; or is not to be."""
    run, what = dossier.run, _CALLED[about.kind]
    if about.state is MessageState.FAILED:
        text = f"The {what} of run #{run.number} on {run.environment} is not shown: {about.error}."
    else:
        text = f"The {what} of run #{run.number} on {run.environment} is in its channel now."
    return Posting.of(escape(text), [section(f"{escape(text)}\n<#{escape(about.channel)}>")])


def _instead(dossier: Dossier, kind: str, subject: str) -> Posting | None:
    if kind == Kind.PROMPT:
        return rollback_prompt(dossier, dossier.prompt(subject))
    if kind == Kind.CARD:
        return card(dossier)
    return decision_record(dossier) if kind == Kind.DECISION else None
