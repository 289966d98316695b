"""The decision, with rollback instructions, in the thread and broadcast to the channel."""

from __future__ import annotations

from bot.rules.decision import Decision
from bot.rules.dossier import Dossier
from bot.rules.instructions import Instructions
from bot.rules.labels import CHOICES
from bot.slack.blocks import Block, context, divider, header, section, sections
from bot.slack.messages.kind import Facts, MessageKind
from bot.slack.messages.lines import title, told
from bot.slack.messages.posting import Posting
from bot.slack.text import code, cut, escape, mention, mentions, moment, one_line, utc

LONGEST_TEXT = 3000  # characters before the mention, which must not be truncated


class DecisionRecord(MessageKind):
    kind = "decision"
    called = "decision"
    awaited = True
    critical = True
    in_alerts = True

    def render(self, facts: Facts) -> Posting:
        return decision_record(facts.dossier, files=facts.files)


def decision_record(dossier: Dossier, *, files: bool = True) -> Posting:
    """`files`: whether the packet is attached below."""
    decision, run = dossier.decision, dossier.run
    assert decision
    blocks: list[Block] = [
        header(f"{decision.outcome}: run #{run.number} on {run.environment}"),
        *sections([*_who(decision), _requester(dossier)]),
    ]
    if decision.outcome.goes_on:
        blocks += _going_back(dossier, told(dossier))
    blocks.append(context(_evidence(dossier, decision, files)))
    text = f"{decision.outcome}: canary run #{run.number} on {run.environment}, {utc(decision.decided_at)}. {decision.reason}"
    return Posting.of(f"{cut(escape(text), LONGEST_TEXT)} {_requester(dossier)}", blocks, broadcast=True)


def _requester(dossier: Dossier) -> str:
    """Mentions the requester, who is waiting for it."""
    return f"Requested by {mention(dossier.run.requested_by)}"


def _evidence(dossier: Dossier, decision: Decision, files: bool) -> str:
    if not decision.evidence:
        return "There is no evidence: the run was closed before its checks were done"
    if files:
        return f"Evidence {code(decision.evidence)}; the packet below can be verified with {code('canary verify')}"
    packet = code(f"canary packet {dossier.run.number}")
    return f"Evidence {code(decision.evidence)}; create the packet with {packet}, verify it with {code('canary verify')}"


def _who(decision: Decision) -> list[str]:
    by = f" by {mentions(decision.decided_by)}" if decision.decided_by else ""
    lines = [f"Decided{by} {moment(decision.decided_at)}: {one_line(decision.reason)}"]
    lines += [
        f"• *{CHOICES[vote.choice]}* {mention(vote.person)} ({escape(', '.join(vote.roles))})"
        for vote in decision.votes
    ]
    lines += [
        f"• Waived {escape(waiver.check)}: {mention(waiver.person)}, {one_line(waiver.reason)}"
        for waiver in decision.waivers
    ]
    lines += [
        f"• Condition: {one_line(condition.text)}, by {mention(condition.owner)}, due {moment(condition.due)}"
        for condition in decision.conditions
    ]
    return lines


def _going_back(dossier: Dossier, way: Instructions) -> list[Block]:
    return [
        divider(),
        *sections(["*If it goes wrong, first*", escape(way.mitigation)]),
        *sections(
            ["*Then roll back*", *(f"{number}. {escape(step)}" for number, step in enumerate(way.steps, 1))]
        ),
        *sections(_triggers(dossier, way)),
        *sections(_checklist(way)),
        *([section(f"Watching until {moment(dossier.watch.ends_at)}")] if dossier.watch else []),
    ]


def _triggers(dossier: Dossier, way: Instructions) -> list[str]:
    if not way.triggers:
        return []
    lines = [
        f"• *{escape(trigger.name)}*: {escape(title(dossier, trigger.check))} fails {times(trigger.breach)} → {escape(trigger.first_step)}"
        for trigger in way.triggers
    ]
    return ["*Rollback triggers*", *lines]


def _checklist(way: Instructions) -> list[str]:
    if not way.checklist:
        return []
    lines = [
        f"• {escape(task.item)} ({escape(task.owner)}, due {moment(task.due)})" for task in way.checklist
    ]
    return ["*Monitoring checklist*", *lines]


def times(count: int) -> str:
    return "once" if count == 1 else f"{count} times in a row"
