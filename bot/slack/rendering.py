"""From an outbox row to what is shown: the one table of message kinds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from bot.record.audit import AuditEvent
from bot.record.logged import asked_by
from bot.record.packet import as_json, as_markdown
from bot.rules.asked import Asked
from bot.rules.dossier import Dossier
from bot.rules.outbox import Kind, Message
from bot.rules.run import RunState
from bot.slack.chart import charted, draw
from bot.slack.messages.alert import alert, alert_over
from bot.slack.messages.asking import reminder
from bot.slack.messages.card import card
from bot.slack.messages.decision import decision_record
from bot.slack.messages.lines import title
from bot.slack.messages.posting import Posting
from bot.slack.messages.table import results_table
from bot.slack.messages.votes import vote_line, waiver_line
from bot.slack.messages.watch import blind_watch, rollback_prompt, rolled_back, watch_end


@dataclass(frozen=True)
class Upload:
    """A file for the thread."""

    name: str
    title: str
    content: bytes
    alt_text: str = ""


def moot(message: Message, dossier: Dossier, about: Message | None) -> str:
    """Why a message that is nowhere yet need not be shown any more; empty where it is still needed."""
    if message.posted_at:
        return ""
    if about and about.alerted_at is None:
        return "it arrived meanwhile"
    if message.kind is Kind.REMINDER and dossier.run.state is not RunState.DECIDING:
        return "it is decided"
    return ""


Rendered: TypeAlias = Posting | Upload


async def render(
    message: Message,
    dossier: Dossier,
    events: Sequence[AuditEvent],
    *,
    about: Message | None = None,
    files: bool = True,
) -> Rendered:
    """What the message says now. Charts are drawn off the event loop.

    `about`: the message that an alert is about. `files`: they can be attached here.
    """
    if about:
        if about.alerted_at is None:
            return alert_over(dossier, about)
        return alert(dossier, _event(message, events), about, _prompted(about, dossier, events))
    if message.kind is Kind.DECISION:
        return decision_record(dossier, files=files)
    made = _RENDERERS[message.kind]
    if message.kind is Kind.CHART:
        return await asyncio.to_thread(made, message, dossier, events)
    return made(message, dossier, events)


def _vote(message: Message, _: Dossier, events: Sequence[AuditEvent]) -> Posting:
    return vote_line(next(event for event in events if str(event.seq) == message.subject))


def _event(alert: Message, events: Sequence[AuditEvent]) -> AuditEvent:
    number = alert.subject.partition(" ")[0]
    return next(event for event in events if str(event.seq) == number)


def _waiver(message: Message, dossier: Dossier, _: Sequence[AuditEvent]) -> Posting:
    return waiver_line(next(waiver for waiver in dossier.waivers if waiver.check == message.subject))


def _asked_for_votes(dossier: Dossier, events: Sequence[AuditEvent]) -> Asked:
    frozen = [event for event in events if event.kind == "evidence frozen"]
    return asked_by(frozen[-1] if frozen else None, dossier)


def _prompt(message: Message, dossier: Dossier, events: Sequence[AuditEvent]) -> Posting:
    prompt = dossier.prompt(message.subject)
    return rollback_prompt(dossier, prompt, _prompted(message, dossier, events))


def _prompted(message: Message, dossier: Dossier, events: Sequence[AuditEvent]) -> Asked:
    """Whom a rollback prompt asks; as configured where the message is none."""
    if message.kind is not Kind.PROMPT:
        return asked_by(None, dossier)
    prompt = dossier.prompt(message.subject)
    asked = _of_trigger(events, "rollback prompted", prompt.trigger)
    return asked_by(asked[prompt.episode - 1] if prompt.episode <= len(asked) else None, dossier)


def _blind(message: Message, dossier: Dossier, events: Sequence[AuditEvent]) -> Posting:
    said = _of_trigger(events, "watch blind", message.subject.partition(" ")[0])
    return blind_watch(dossier, message.subject, asked_by(said[-1] if said else None, dossier))


def _of_trigger(events: Sequence[AuditEvent], kind: str, trigger: str) -> list[AuditEvent]:
    return [event for event in events if event.kind == kind and event.detail["trigger"] == trigger]


def _chart(message: Message, dossier: Dossier, _: Sequence[AuditEvent]) -> Upload:
    check = message.subject
    found = charted(dossier.results[check])
    assert found, "a chart is wanted only where there is a series"
    series, limit = found
    picture = draw(f"{title(dossier, check)}: {dossier.results[check].outcome}", series, limit)
    return Upload(name=f"{check}.png", title=picture.title, content=picture.png, alt_text=picture.alt_text)


def _packet(message: Message, dossier: Dossier, events: Sequence[AuditEvent]) -> Upload:
    form = message.subject.partition(" ")[0]
    text = as_json(dossier, events) if form == "json" else as_markdown(dossier, events)
    name = f"canary-{dossier.run.environment}-{dossier.run.number}.{form}"
    return Upload(
        name=name, title=f"Decision packet of run #{dossier.run.number} ({form})", content=text.encode()
    )


_RENDERERS: Mapping[Kind, Callable[[Message, Dossier, Sequence[AuditEvent]], Rendered]] = {
    Kind.CARD: lambda _, dossier, __: card(dossier),
    Kind.TABLE: lambda _, dossier, events: results_table(dossier, _asked_for_votes(dossier, events)),
    Kind.CHART: _chart,
    Kind.VOTE: _vote,
    Kind.WAIVER: _waiver,
    Kind.REMINDER: lambda message, dossier, events: reminder(
        dossier, asked_by(_event(message, events), dossier)
    ),
    Kind.PACKET: _packet,
    Kind.PROMPT: _prompt,
    Kind.BLIND: _blind,
    Kind.WATCH_END: lambda _, dossier, __: watch_end(dossier),
    Kind.ROLLED_BACK: lambda _, dossier, __: rolled_back(dossier),
}
