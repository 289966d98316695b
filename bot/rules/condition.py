"""The conditions of a conditional go: what must become true, who is responsible, by when, and what shows it.

    open ──due, not met──▶ overdue
      ├─────────┬────────────┘
      ├── its check passes, or its owner says what was done ──▶ met
      └── an approver lifts it, or the run is rolled back ────▶ lifted

A condition belongs to its run, and stays open until it is closed, whatever newer runs decide. One with a
check is met only when that check passes; any other when its owner says so. Met and lifted are final.

Lifting is for conditions that can no longer become true: their check is gone, their owner has left, the
version was rolled back. Without it, what such a condition holds would be held forever.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from pydantic import AwareDatetime

from bot.base.errors import Misused, Refused
from bot.base.next_step import Next
from bot.plan.model import Environment
from bot.rules.approval import Condition
from bot.rules.decision import Decision
from bot.rules.people import Electorate, Person
from bot.rules.rollback import Found
from checks.outcome import Outcome
from checks.reading import Record

PAUSE = timedelta(seconds=10)  # between a measurement and the next requested one


class ConditionState(enum.StrEnum):
    OPEN = "open"
    OVERDUE = "overdue"  # open, and past its due time
    MET = "met"
    LIFTED = "lifted"

    @property
    def closed(self) -> bool:
        return self in {ConditionState.MET, ConditionState.LIFTED}


class Said(Record):
    """The text of a condition, from the vote that set it; it never changes."""

    number: int  # 1, 2, … within its run
    text: str
    owner: str  # user id
    set_by: str  # user id
    due_at: AwareDatetime
    check: str = ""  # that shows it; empty if its owner says that it is met
    question: str = ""  # that its owner answers to close it
    holds: tuple[str, ...] = ()  # actions that are refused while it is open


class TrackedCondition(Said):
    """A condition that is followed up, and its state."""

    run: int
    state: ConditionState
    opened_at: AwareDatetime
    remind_at: AwareDatetime | None = None  # None if no reminder is left
    overdue_at: AwareDatetime | None = None
    tick: int = 0
    attempt: int = 0  # of the newest measurement; results of earlier attempts are not recorded
    looked_at: AwareDatetime | None = None
    outcome: Outcome | None = None  # of the last measurement
    found: Found | None = None
    closed_at: AwareDatetime | None = None
    closed_by: str | None = None  # a principal, as text
    statement: str = ""  # what its owner did or answered, or why it was lifted

    @property
    def said(self) -> Said:
        return Said(**{name: getattr(self, name) for name in Said.model_fields})

    @property
    def wakes_at(self) -> AwareDatetime | None:
        """When it next needs attention: a reminder for its owner, or its due time. None after that."""
        return min(filter(None, (self.remind_at, self.due_at))) if self.state is ConditionState.OPEN else None


class Issued(Record):
    """The addendum to the packet of a run whose conditions are all closed."""

    digest: str
    document: str  # canonical JSON; the digest is over these bytes


class Held(Record):
    """A condition that holds an action."""

    condition: TrackedCondition
    environment: str

    @property
    def sentence(self) -> str:
        """Why the action is refused, as plain text. It names nobody: `require_free` says whom to ask."""
        each = self.condition
        late = "overdue since" if each.state is ConditionState.OVERDUE else "due"
        return f"condition {each.number} of run #{each.run} is open ({late} {each.due_at:%Y-%m-%d %H:%M} UTC): {each.text}"


def completed(condition: Condition, environment: Environment) -> Condition:
    """Returns the condition as voted, with its template's question and all actions that it holds.

    Raises Misused for a check, template or action that the environment does not have.
    """
    template = environment.decide.conditions.get(condition.template)
    if condition.template and template is None:
        raise Misused(f"There is no condition “{condition.template[:40]}” to choose in this run.")
    if condition.check and condition.check not in environment.checks:
        raise Misused(
            f"There is no check “{condition.check[:40]}” in this run that could show the condition."
        )
    for action in condition.holds:
        if action not in environment.holdable:
            raise Misused(f"There is no action “{action[:40]}” in this run that a condition could hold.")
    if template is None:
        return condition
    question = template.answer or ""
    holds = tuple(dict.fromkeys((*template.holds, *condition.holds)))
    return condition.model_copy(update={"question": question, "holds": holds})


def owned_by(condition: Condition, environment: Environment) -> str:
    """Returns the group whose member must own it; "" if anyone may."""
    template = environment.decide.conditions.get(condition.template)
    return template.owner or "" if template else ""


def conditions_of(decision: Decision) -> tuple[Said, ...]:
    """Returns the conditions of a go that have to be followed up, numbered in the order of the votes."""
    given = [(vote.person, vote.condition) for vote in decision.votes if vote.condition]
    return tuple(
        Said(
            number=number,
            text=condition.text,
            owner=condition.owner,
            set_by=voter,
            due_at=condition.due,
            check=condition.check,
            question=condition.question,
            holds=condition.holds,
        )
        for number, (voter, condition) in enumerate(given, 1)
    )


def next_reminder(due_at: datetime, before: Collection[timedelta], now: datetime) -> datetime | None:
    """Returns when the owner is next reminded, a configured time before it is due; None if no such time is
    left.
    """
    times = (due_at - wait for wait in before)
    return min((at for at in times if at > now), default=None)


def all_closed(conditions: Sequence[TrackedCondition]) -> bool:
    """Whether there are conditions, and all are closed."""
    return bool(conditions) and all(each.state.closed for each in conditions)


# ---------------------------------------------------------------- who may do what


def must_not_be_closed(condition: TrackedCondition) -> None:
    """Raises Refused if it is met or lifted."""
    if condition.state.closed:
        raise Refused(
            f"Condition {condition.number} of run #{condition.run} is already {condition.state}.",
            then=[Next.show(condition.run)],
        )


def must_be_said(condition: TrackedCondition, title: str) -> None:
    """Raises Refused if a check shows whether it is met. `title`: of that check."""
    if condition.check:
        raise Refused(
            f"Condition {condition.number} of run #{condition.run} is met when {title} passes, and not before.",
            hint="“Check now” measures it at once.",
        )


def must_be_measured(condition: TrackedCondition, now: datetime) -> None:
    """Raises Refused if no check shows whether it is met, or it was measured a moment ago."""
    if not condition.check:
        raise Refused(
            f"Condition {condition.number} of run #{condition.run} has no check that shows it.",
            hint="“Met…” closes it, with what was done.",
        )
    if condition.looked_at and now - condition.looked_at < PAUSE:
        ago = max(1, round((now - condition.looked_at).total_seconds()))
        raise Refused(
            f"Condition {condition.number} of run #{condition.run} was measured {ago} s ago; its message shows the result.",
            hint=f"Try again in {max(1, round(PAUSE.total_seconds()) - ago)} s.",
        )


def require_can_own(person: Person, group: str, electorate: Electorate) -> None:
    """Raises Refused unless this person could close the condition. `group`: whose member its owner must be;
    "" if anyone may own it.
    """
    if reason := person.barred():
        raise Refused(
            f"{person.name} can't own a condition: {reason}.",
            hint="Vote again, and choose another owner for the condition",
        )
    if group and person.id not in electorate.holders([group]):
        raise Refused(
            f"{person.name} can't own this condition: somebody of {group} must.",
            hint="Vote again, and choose another owner for the condition",
        )


def require_owner(person: Person, condition: TrackedCondition) -> None:
    """Raises Refused unless this person owns the condition."""
    people = [condition.owner] if condition.owner != person.id else []
    if reason := person.barred():
        raise Refused(f"You can't close a condition: {reason}.", people=people)
    if person.id != condition.owner:
        raise Refused(
            f"Only the owner of condition {condition.number} of run #{condition.run} can do that.",
            people=people,
        )


def require_can_lift(
    person: Person, condition: TrackedCondition, *, able: Collection[str], involved: Collection[str]
) -> None:
    """Raises Refused unless this person may lift it: an approver of the run who could have voted Go on it.

    With separate duties, owners cannot excuse themselves. `able`: approvers. `involved`: those of them who
    may not.
    """
    people = [other for other in able if other != person.id and other not in involved]
    if reason := person.barred():
        raise Refused(f"You can't lift a condition: {reason}.", people=people)
    if person.id not in able:
        raise Refused(
            f"Only the people who vote on run #{condition.run} can lift its conditions.", people=people
        )
    if person.id in involved:
        raise Refused(
            "Someone else has to lift this condition: it is yours, or the run or the change is.",
            people=people,
        )


def require_free(action: str, held: Sequence[Held]) -> None:
    """Raises Refused if open conditions hold an action of their environment."""
    if held:
        first, *others = held
        why = first.sentence.rstrip(".")
        more = (
            f" {len(others)} more {'condition holds' if len(others) == 1 else 'conditions hold'} it."
            if others
            else ""
        )
        raise Refused(
            f"{action} is held: {why}.{more}",
            people=list(dict.fromkeys(each.condition.owner for each in held)),
            then=[Next.show(first.condition.run)],
        )
