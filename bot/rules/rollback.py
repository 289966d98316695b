"""The rollback prompt, one per run, trigger and episode; and the rollback itself, with or without a prompt.

open ──I'm on it──▶ acknowledged ──┬── Rolled back ──▶ rolled back
  └────────────────────────────────┴── False alarm ──▶ dismissed
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Mapping
from typing import Self

from pydantic import AwareDatetime

from bot.base.errors import Refused
from bot.base.next_step import Next
from bot.rules.decision import Decision
from bot.rules.people import Person
from checks.reading import Record
from checks.result import Judged, Result


class PromptState(enum.StrEnum):
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    ROLLED_BACK = "rolled back"
    DISMISSED = "dismissed"

    @property
    def answered(self) -> bool:
        return self in {PromptState.ROLLED_BACK, PromptState.DISMISSED}


class Answer(enum.StrEnum):
    """Identifiers: stored and hashed. What people read is in `bot.rules.labels`."""

    ON_IT = "I'm on it"
    ROLLED_BACK = "Rolled back"
    FALSE_ALARM = "False alarm"


MOST_FOUND = 12  # readings of one prompt: the failed ones, and what they are compared with


class Found(Record):
    """What a check found when it failed: its readings, worst first, and the reason derived from them."""

    reason: str
    judged: tuple[Judged, ...]

    @classmethod
    def of(cls, result: Result) -> Self:
        worst_first = sorted(result.judged, key=lambda judged: -judged.severity)
        return cls(reason=result.reason, judged=tuple(worst_first[:MOST_FOUND]))


class Prompt(Record):
    key: str  # opaque; what buttons carry
    run: int
    trigger: str
    episode: int
    state: PromptState
    reason: str  # the reading and its limit, from the latest breach
    breached_since: AwareDatetime
    opened_at: AwareDatetime
    recovered_at: AwareDatetime | None = None
    acknowledged_by: str | None = None
    acknowledged_at: AwareDatetime | None = None
    answered_by: str | None = None
    answered_at: AwareDatetime | None = None
    note: str = ""  # why it is a false alarm
    escalates_at: AwareDatetime | None = None  # None if no escalation is configured
    escalated_at: AwareDatetime | None = None
    found: Found | None = None  # None if an earlier version wrote it

    @property
    def judged(self) -> tuple[Judged, ...]:
        """The readings behind `reason`; empty if an earlier version has since written a newer reason."""
        return self.found.judged if self.found and self.found.reason == self.reason else ()


class Rollback(Record):
    """A rollback of a run's version after its go; at most one per run."""

    run: int
    by: str
    reason: str
    at: AwareDatetime


_TRANSITIONS: Mapping[tuple[PromptState, Answer], PromptState] = {
    (PromptState.OPEN, Answer.ON_IT): PromptState.ACKNOWLEDGED,
    (PromptState.OPEN, Answer.ROLLED_BACK): PromptState.ROLLED_BACK,
    (PromptState.OPEN, Answer.FALSE_ALARM): PromptState.DISMISSED,
    (PromptState.ACKNOWLEDGED, Answer.ROLLED_BACK): PromptState.ROLLED_BACK,
    (PromptState.ACKNOWLEDGED, Answer.FALSE_ALARM): PromptState.DISMISSED,
}


_ANSWERED: Mapping[PromptState, str] = {
    PromptState.OPEN: "This rollback prompt can't be answered like that.",
    PromptState.ACKNOWLEDGED: "Someone is already on it; the prompt says who.",
    PromptState.ROLLED_BACK: "This is already answered: it was rolled back.",
    PromptState.DISMISSED: "This is already answered: it was a false alarm.",
}


def after(prompt: Prompt, answer: Answer) -> PromptState:
    """Returns the state after an answer. Raises Refused if the prompt already has that answer, or a final
    one.
    """
    state = _TRANSITIONS.get((prompt.state, answer))
    if state is None:
        raise Refused(_ANSWERED[prompt.state], then=[Next.show(prompt.run)])
    return state


def require_can_answer(person: Person, run: int, *, able: Collection[str]) -> None:
    """Raises Refused unless this person may answer a prompt of the run, or record its rollback. `able`:
    people who may.
    """
    others = [other for other in able if other != person.id]
    if reason := person.barred():
        raise Refused(f"You can't answer this for run #{run}: {reason}.", people=others)
    if person.id not in able:
        raise Refused(f"Only on-call and the people who vote on run #{run} can answer this.", people=others)


def must_be_out(run: int, decision: Decision | None, rollback: Rollback | None) -> None:
    """Raises Refused unless the run got a go that has not been rolled back."""
    if decision is None:
        raise Refused(
            f"Run #{run} is not decided yet, so there is nothing to roll back.",
            then=[Next.cancel(run)],
        )
    if not decision.outcome.goes_on:
        raise Refused(
            f"Run #{run} ended as {decision.outcome}, so there is nothing to roll back.",
            then=[Next.show(run)],
        )
    if rollback:
        raise Refused(f"Run #{run} is already recorded as rolled back.", then=[Next.show(run)])
