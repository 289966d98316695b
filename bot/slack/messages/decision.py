"""The decision, with rollback instructions, in the thread and broadcast to the channel."""

from __future__ import annotations

from bot.decision import Decision
from bot.dossier import Dossier
from bot.instructions import Instructions, instructions
from bot.slack.blocks import Block, context, divider, header, section, sections
from bot.slack.messages.lines import title
from bot.slack.messages.posting import Posting
from bot.slack.text import code, escape, mention, mentions, moment, one_line, utc


def decision_record(dossier: Dossier) -> Posting:
    decision, run = dossier.decision, dossier.run
    assert decision
    blocks: list[Block] = [
        header(f"{decision.outcome}: run #{run.number} on {run.environment}"),
        *sections(_who(decision)),
    ]
    if decision.outcome.goes_on:
        blocks += _going_back(dossier, instructions(run, dossier.plan, decision))
    blocks.append(
        context(
            f"Evidence {code(decision.evidence or 'none')}; the packet below can be verified with {code('canary verify')}"
        )
        if decision.evidence
        else context("There is no evidence: the run was closed before its checks were done")
    )
    text = f"{decision.outcome}: canary run #{run.number} on {run.environment}, {utc(decision.decided_at)}. {decision.reason}"
    return Posting.of(escape(text), blocks, broadcast=True)


def _who(decision: Decision) -> list[str]:
    by = f" by {mentions(decision.decided_by)}" if decision.decided_by else ""
    lines = [f"Decided{by} {moment(decision.decided_at)}: {one_line(decision.reason)}"]
    lines += [
        f"• *{vote.choice}* {mention(vote.person)} ({escape(', '.join(vote.roles))})"
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


def _going_back(dossier: Dossier, told: Instructions) -> list[Block]:
    return [
        divider(),
        *sections(["*If it goes wrong, first*", escape(told.mitigation)]),
        *sections(
            ["*Then roll back*", *(f"{number}. {escape(step)}" for number, step in enumerate(told.steps, 1))]
        ),
        *sections(_triggers(dossier, told)),
        *sections(_checklist(told)),
        *([section(f"Watching until {moment(dossier.watch.ends_at)}")] if dossier.watch else []),
    ]


def _triggers(dossier: Dossier, told: Instructions) -> list[str]:
    if not told.triggers:
        return []
    lines = [
        f"• *{escape(trigger.name)}*: {escape(title(dossier, trigger.check))} fails {times(trigger.breach)} → {escape(trigger.first_step)}"
        for trigger in told.triggers
    ]
    return ["*Rollback triggers*", *lines]


def _checklist(told: Instructions) -> list[str]:
    if not told.checklist:
        return []
    lines = [
        f"• {escape(task.item)} ({escape(task.owner)}, due {moment(task.due)})" for task in told.checklist
    ]
    return ["*Monitoring checklist*", *lines]


def times(count: int) -> str:
    return "once" if count == 1 else f"{count} times in a row"
