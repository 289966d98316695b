"""Who voted, waived and was asked, in a packet for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.record.audit import AuditEvent
from bot.record.document.model import (
    Cell,
    Listing,
    Part,
    Section,
    Several,
    Status,
    Table,
    Tone,
    listed,
    section,
)
from bot.record.document.names import Names
from bot.record.document.said import listing, minute, moment, sentence
from bot.record.events import RolesResolved, asked_in, of_kind
from bot.rules.approval import Choice, Condition, Vote
from bot.rules.condition import ConditionState, TrackedCondition
from bot.rules.decision import Decision
from bot.rules.dossier import Dossier
from bot.rules.labels import CHOICES
from checks.units import say_count

_STATES = {
    ConditionState.OPEN: Tone.CAUTION,
    ConditionState.OVERDUE: Tone.BAD,
    ConditionState.MET: Tone.GOOD,
    ConditionState.LIFTED: Tone.NEUTRAL,
}
_TONES = {Choice.GO: Tone.GOOD, Choice.CONDITIONAL_GO: Tone.CAUTION, Choice.NO_GO: Tone.BAD}


def votes(dossier: Dossier, decision: Decision, events: Sequence[AuditEvent], names: Names) -> Section:
    """The votes at the time of the decision."""
    waivers = [
        (
            names.check(waiver.check),
            names.person(waiver.person),
            moment(waiver.granted_at),
            sentence(waiver.reason),
        )
        for waiver in decision.waivers
    ]
    conditions = list(_conditions(dossier, decision, names))
    cast = [_vote(vote, names) for vote in decision.votes]
    heading = ("Condition", "Owner", "Due", "Shown by", "State")
    counts = (say_count(len(cast), "vote"), _count(waivers, "waiver"), _count(conditions, "condition"))
    return section(
        "votes",
        "Votes, waivers and conditions",
        listed(
            "Votes",
            Table("The votes", ("By", "Vote", "As", "When", "Reason or condition"), cast),
            "None: nobody voted.",
        ),
        listed(
            "Conditions",
            Table("The conditions of the go", heading, conditions),
            "None: nobody set a condition.",
        ),
        listed(
            "Waivers",
            Table("The waivers", ("Check", "By", "When", "Reason"), waivers),
            "None: nobody waived a check.",
        ),
        Part("Who could decide", [Listing(list(_could_decide(events, names)))]),
        Part("Who was asked", [Listing(list(_asked(events, names)))]),
        gist=", ".join(counts),
    )


def _count(rows: Sequence[object], noun: str) -> str:
    return say_count(len(rows), noun) if rows else f"no {noun}s"


def _conditions(dossier: Dossier, decision: Decision, names: Names) -> Iterator[tuple[Cell, ...]]:
    """The conditions as followed up, if they are; earlier versions followed up none."""
    for each in dossier.conditions:
        done = (
            f" by {names.person(each.closed_by)}: {each.statement}".removesuffix(": ")
            if each.closed_by
            else ""
        )
        state = Status(f"{each.state.capitalize()}{done}", _STATES[each.state])
        shown = _shown_by(dossier, each, names)
        yield sentence(each.text), names.person(each.owner), minute(each.due_at), shown, state
    for condition in () if dossier.conditions else decision.conditions:
        owner, due = names.person(condition.owner), minute(condition.due)
        shown = _shown_by(dossier, condition, names)
        yield sentence(condition.text), owner, due, shown, Status("Open", Tone.CAUTION)


def _shown_by(dossier: Dossier, condition: TrackedCondition | Condition, names: Names) -> Several:
    """What shows that it is met, and what it holds until then."""
    said = [f"the check {names.check(condition.check)}" if condition.check else "its owner's word"]
    said += [f"asked: {condition.question}"] if condition.question else []
    held = listing(_actions(dossier, condition.holds))
    return Several([*said, *([f"until then, it holds: {held}"] if condition.holds else [])])


def _actions(dossier: Dossier, held: Sequence[str]) -> Iterator[str]:
    configured = dossier.plan.environment.actions
    return (configured[name].title if name in configured else name for name in held)


def _vote(vote: Vote, names: Names) -> tuple[Cell, ...]:
    condition = vote.condition
    said = (
        f"{sentence(condition.text)} Owner: {names.person(condition.owner)}, due {minute(condition.due)}."
        if condition
        else sentence(vote.reason)
    )
    choice = Status(CHOICES[vote.choice], _TONES[vote.choice])
    return (
        names.person(vote.person),
        choice,
        ", ".join(vote.roles),
        moment(vote.cast_at),
        said or "No reason given.",
    )


def _could_decide(events: Sequence[AuditEvent], names: Names) -> Iterator[str]:
    """Who held which role at the last lookup: at the last vote or waiver."""
    held: dict[str, tuple[str, ...]] = {}
    for _, resolved in of_kind(events, RolesResolved):
        held |= resolved.roles
    for role, people in held.items():
        yield f"{role}: {', '.join(names.each(people)) or 'nobody'}"


def _asked(events: Sequence[AuditEvent], names: Names) -> Iterator[str]:
    for event in events:
        for role, members in asked_in(event).items():
            who = listing(
                f"{names.person(member)}{_behind(member, people, names)}"
                for member, people in members.items()
            )
            yield f"{moment(event.at)}, {event.kind}: {role} ({who})"


def _behind(member: str, people: Sequence[str] | None, names: Names) -> str:
    """The people behind a member, unless the member is a user."""
    if people is None:
        return ": not known"
    return "" if list(people) == [member] else f": {', '.join(names.each(people)) or 'nobody'}"
