"""Who voted, waived and was asked, in a packet for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.record.audit import AuditEvent
from bot.record.document.model import Cell, Listing, Part, Section, Status, Table, Tone, section
from bot.record.document.said import listing, minute, moment, sentence
from bot.record.events import RolesResolved, asked_in, of_kind
from bot.rules.approval import Choice
from bot.rules.condition import ConditionState
from bot.rules.decision import Decision
from bot.rules.dossier import Dossier
from bot.rules.labels import CHOICES

_STATES = {
    ConditionState.OPEN: Tone.CAUTION,
    ConditionState.OVERDUE: Tone.BAD,
    ConditionState.MET: Tone.GOOD,
    ConditionState.LIFTED: Tone.NEUTRAL,
}
_TONES = {Choice.GO: Tone.GOOD, Choice.CONDITIONAL_GO: Tone.CAUTION, Choice.NO_GO: Tone.BAD}


def votes(dossier: Dossier, decision: Decision, events: Sequence[AuditEvent]) -> Section:
    """The votes at the time of the decision."""
    waivers = [
        (
            dossier.titles.get(waiver.check, waiver.check),
            waiver.person,
            moment(waiver.granted_at),
            sentence(waiver.reason),
        )
        for waiver in decision.waivers
    ]
    conditions = list(_conditions(dossier, decision))
    return section(
        "votes",
        "Votes, waivers and conditions",
        Part(
            "Votes",
            [Table("The votes", ("By", "Vote", "As", "When", "Reason or condition"), list(_votes(decision)))],
        ),
        Part(
            "Conditions",
            [Table("The conditions of the go", ("Condition", "Owner", "Due", "State"), conditions)],
        ),
        Part("Waivers", [Table("The waivers", ("Check", "By", "When", "Reason"), waivers)]),
        Part("Who could decide", [Listing(list(_could_decide(events)))]),
        Part("Who was asked", [Listing(list(_asked(events)))]),
    )


def _conditions(dossier: Dossier, decision: Decision) -> Iterator[tuple[Cell, ...]]:
    """The conditions as followed up, if they are; earlier versions followed up none."""
    for each in dossier.conditions:
        done = f" by {each.closed_by}: {each.statement}".removesuffix(": ") if each.closed_by else ""
        state = Status(f"{each.state.capitalize()}{done}", _STATES[each.state])
        yield sentence(each.text), each.owner, minute(each.due_at), state
    for condition in () if dossier.conditions else decision.conditions:
        yield sentence(condition.text), condition.owner, minute(condition.due), Status("Open", Tone.CAUTION)


def _votes(decision: Decision) -> Iterator[tuple[Cell, ...]]:
    for vote in decision.votes:
        condition = vote.condition
        said = (
            f"{sentence(condition.text)} Owner: {condition.owner}, due {minute(condition.due)}."
            if condition
            else sentence(vote.reason)
        )
        yield (
            vote.person,
            Status(CHOICES[vote.choice], _TONES[vote.choice]),
            ", ".join(vote.roles),
            moment(vote.cast_at),
            said,
        )


def _could_decide(events: Sequence[AuditEvent]) -> Iterator[str]:
    """Who held which role at the last lookup: at the last vote or waiver."""
    held: dict[str, tuple[str, ...]] = {}
    for _, resolved in of_kind(events, RolesResolved):
        held |= resolved.roles
    for role, people in held.items():
        yield f"{role}: {', '.join(people) or 'nobody'}"


def _asked(events: Sequence[AuditEvent]) -> Iterator[str]:
    for event in events:
        for role, members in asked_in(event).items():
            who = listing(f"{member}{_behind(member, people)}" for member, people in members.items())
            yield f"{moment(event.at)}, {event.kind}: {role} ({who})"


def _behind(member: str, people: Sequence[str] | None) -> str:
    """The people behind a member, unless the member is a user."""
    if people is None:
        return ": not known"
    return "" if list(people) == [member] else f": {', '.join(people) or 'nobody'}"
