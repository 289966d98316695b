"""What happens after the decision, in a packet for people: rollback, monitoring, and what is still open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.record.audit import AuditEvent
from bot.record.document import criteria
from bot.record.document.model import (
    Cell,
    Code,
    Facts,
    Listing,
    Paragraph,
    Part,
    Section,
    Status,
    Table,
    Tone,
    listed,
    section,
)
from bot.record.document.names import Names
from bot.record.document.said import listing, minute, moment, sentence, stopped
from bot.record.events import CheckedOff, of_kind
from bot.rules.condition import ConditionState
from bot.rules.decision import Decision, Outcome
from bot.rules.dossier import Dossier
from bot.rules.instructions import Instructions, names_previous
from bot.rules.previous import VERSION
from bot.rules.rollback import PromptState
from bot.rules.watch import WatchState
from checks.outcome import Outcome as CheckOutcome
from checks.units import say_count, say_duration

NOBODY = "nobody"


def rollback(dossier: Dossier, decision: Decision, told: Instructions, names: Names) -> Section:
    environment = dossier.plan.environment
    own = dossier.run.arguments.get(VERSION, "")
    back = [("Returns to", Code(decision.previous_version) if decision.previous_version else "not known")]
    escalate = environment.rollback.escalate
    asked = environment.rollback.on_call
    if escalate:
        asked += f"; after {say_duration(escalate.after)} without an answer, {escalate.to}"
    facts = [*([("Replaces", Code(own))] if own else []), *back, ("Who is asked", asked)]
    done = dossier.rollback
    rolled_back = (
        f"Rolled back by {names.person(done.by)} on {moment(done.at)}. {sentence(done.reason)}".strip()
        if done
        else ""
    )
    triggers = [
        (
            trigger.name,
            f"{dossier.titles.get(trigger.check, trigger.check)} fails {_times(trigger.breach)}",
            sentence(trigger.first_step),
            _way_back(decision, told),
        )
        for trigger in told.triggers
    ]
    title = "Rollback" if decision.outcome.goes_on else "Rollback, had it gone ahead"
    return section(
        "rollback",
        title,
        Paragraph(rolled_back, strong=True),
        Facts(facts),
        Part("1. Stop the harm", [Paragraph(sentence(told.mitigation), strong=True)]),
        Part("2. Roll back", [Listing(list(told.steps), ordered=True)]),
        listed(
            "Triggers: when on-call is asked to roll back",
            Table("The rollback triggers", ("Trigger", "When", "Action", "Way back"), triggers),
            "None: the configuration watches nothing after a go.",
        ),
        gist=f"to {decision.previous_version}" if decision.previous_version else "",
    )


def _way_back(decision: Decision, told: Instructions) -> str:
    steps = say_count(len(told.steps), "step")
    to = f" to {decision.previous_version}" if decision.previous_version else ""
    return f"Roll back{to}: the {steps} above." if len(told.steps) > 1 else f"Roll back{to}: the step above."


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times in a row"


def monitoring(
    dossier: Dossier, decision: Decision, told: Instructions, events: Sequence[AuditEvent], names: Names
) -> Section:
    done = {detail.item: (event.actor, event.at) for event, detail in of_kind(events, CheckedOff)}
    ahead = Status("Open", Tone.CAUTION) if dossier.watch else Status("Not due: no go", Tone.NEUTRAL)
    tasks: list[tuple[Cell, ...]] = []
    for at, task in enumerate(told.checklist):
        who, when = done.get(at, ("", None))
        is_done = Status(f"Done by {names.person(who)}, {minute(when)}", Tone.GOOD) if when else ahead
        tasks.append((sentence(task.item), task.owner, minute(task.due), is_done))
    prompts = [
        (
            prompt.trigger,
            moment(prompt.opened_at),
            sentence(prompt.reason),
            _prompt(prompt.state),
            names.person(prompt.answered_by or prompt.acknowledged_by or ""),
            sentence(prompt.note),
        )
        for prompt in dossier.prompts
    ]
    heading = ("What to look at", "Owner", "Due", "State")
    return section(
        "monitoring",
        "Monitoring",
        Facts(list(_watch(dossier, decision))),
        listed("Checklist", Table("The monitoring checklist", heading, tasks), "None is configured."),
        listed(
            "Rollback prompts",
            Table(
                "The rollback prompts so far",
                ("Trigger", "Asked", "Because", "State", "Answered by", "Note"),
                prompts,
            ),
            "None when this packet was made.",
        ),
    )


def _watch(dossier: Dossier, decision: Decision) -> Iterator[tuple[str, Cell]]:
    plan, watch = dossier.plan.environment.watch, dossier.watch
    if watch is None or plan is None:
        why = "no watch is configured" if decision.outcome.goes_on else "there was no go"
        yield "Watched", f"no: {why}"
    else:
        yield "Watched", f"every {say_duration(plan.every)} from {moment(watch.started_at)}"
        if watch.state is WatchState.WATCHING:
            yield "Until", moment(watch.ends_at)
        elif watch.ended_at:
            yield "Ended", f"{moment(watch.ended_at)}: {watch.end}"


def _prompt(state: PromptState) -> Status:
    if state is PromptState.DISMISSED:
        return Status("False alarm", Tone.NEUTRAL)
    tone = Tone.CAUTION if state is PromptState.ROLLED_BACK else Tone.BAD
    return Status(state.capitalize(), tone)


# ---------------------------------------------------------------- what is still open


def still_open(
    dossier: Dossier, decision: Decision, told: Instructions, events: Sequence[AuditEvent], names: Names
) -> Section:
    """What is still open, each with the person responsible. "Nothing" is stated, so that nobody has to wonder
    whether it was checked.
    """
    rows: list[tuple[Cell, ...]] = [
        *_conditions(dossier, decision, names),
        *_prompts(dossier, names),
        *_checks(dossier, names),
        *_tasks(dossier, told, events),
        *_not_known(dossier, decision, names),
    ]
    nothing = "" if rows else "Nothing was open when this packet was made."
    return section(
        "open",
        "What must still happen",
        Paragraph(nothing),
        Table("What is still open, and who owns it", ("What", "Owner", "Due", "State"), rows),
        gist=f"{len(rows):,} open" if rows else "nothing",
    )


def _checks(dossier: Dossier, names: Names) -> Iterator[tuple[Cell, ...]]:
    waived = {waiver.check: waiver for waiver in (dossier.decision.waivers if dossier.decision else ())}
    for name, result in criteria.worst_first(dossier):
        owner = dossier.plan.environment.checks[name].owner
        doubts = [doubt for measured in result.measurements[-1:] for doubt in measured.doubts]
        if result.outcome is CheckOutcome.PASS and not doubts:
            continue
        said = f"{dossier.titles[name]}: {criteria.in_words(dossier, name, result)}"
        state = Status("To be fixed", Tone.BAD)
        if result.outcome is CheckOutcome.WARN:
            state = Status("Warning", Tone.CAUTION)
        if name in dossier.verdict.mitigated:
            state = Status("Mitigated", Tone.CAUTION)
        if name in waived:
            state = Status(f"Waived by {names.person(waived[name].person)}", Tone.CAUTION)
        yield stopped("; ".join([said, *doubts])), owner, "", state


def _conditions(dossier: Dossier, decision: Decision, names: Names) -> Iterator[tuple[Cell, ...]]:
    for tracked in dossier.conditions:
        if not tracked.state.closed:
            is_late = tracked.state is ConditionState.OVERDUE
            state = Status("Overdue", Tone.BAD) if is_late else Status("Open", Tone.CAUTION)
            yield (
                f"Condition: {sentence(tracked.text)}",
                names.person(tracked.owner),
                minute(tracked.due_at),
                state,
            )
    for each in () if dossier.conditions else decision.conditions:
        yield (
            f"Condition: {sentence(each.text)}",
            names.person(each.owner),
            minute(each.due),
            Status("Open", Tone.CAUTION),
        )


def _tasks(dossier: Dossier, told: Instructions, events: Sequence[AuditEvent]) -> Iterator[tuple[Cell, ...]]:
    if dossier.watch is None:
        return
    done = {detail.item for _, detail in of_kind(events, CheckedOff)}
    for at, task in enumerate(told.checklist):
        if at not in done:
            yield (
                f"Checklist: {sentence(task.item)}",
                task.owner,
                minute(task.due),
                Status("To be done", Tone.CAUTION),
            )


def _prompts(dossier: Dossier, names: Names) -> Iterator[tuple[Cell, ...]]:
    on_call = dossier.plan.environment.rollback.on_call
    for prompt in dossier.prompts:
        if not prompt.state.answered:
            yield (
                f"Rollback prompt of {prompt.trigger}: {sentence(prompt.reason)}",
                names.person(prompt.acknowledged_by or on_call),
                minute(prompt.escalates_at) if prompt.escalates_at else "",
                Status("Being looked at" if prompt.acknowledged_by else "Unanswered", Tone.BAD),
            )


def _not_known(dossier: Dossier, decision: Decision, names: Names) -> Iterator[tuple[Cell, ...]]:
    """What was unknown at the decision."""
    environment, run = dossier.plan.environment, dossier.run
    on_call, gap = environment.rollback.on_call, Status("Not known", Tone.CAUTION)
    if decision.outcome.goes_on and not decision.previous_version and names_previous(environment):
        yield (
            "Which version a rollback returns to: the instructions name it, and it is not known.",
            on_call,
            "",
            gap,
        )
    if decision.outcome.goes_on and environment.watch is None:
        yield (
            "Nothing is measured after this go: the configuration has no watch.",
            on_call,
            "",
            Status("Gap", Tone.CAUTION),
        )
    if dossier.made_by.unknown:
        yield (
            f"Who made the change: {sentence(dossier.made_by.unknown)}",
            names.person(run.requested_by),
            "",
            gap,
        )
    for trigger in dossier.triggers:
        if trigger.blind:
            said = f"The trigger {trigger.name} could not be measured lately: {sentence(trigger.reason)}"
            yield said, on_call, "", Status("Not measured", Tone.BAD)
    if decision.outcome is Outcome.EXPIRED:
        missing = listing((f"{count} of {role}" for role, count in dossier.tally().missing.items()), NOBODY)
        yield (
            f"Nobody decided in time: votes were missing from {missing}.",
            names.person(run.requested_by),
            "",
            Status("Expired", Tone.NEUTRAL),
        )
