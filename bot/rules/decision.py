"""The decision: what was decided about a run, by whom, on which evidence. It never changes."""

from __future__ import annotations

import enum

from pydantic import AwareDatetime, Field

from bot.rules.approval import Choice, Condition, Tally, Vote, Waiver
from bot.rules.run import Run
from checks.reading import Record


class Outcome(enum.StrEnum):
    GO = "GO"
    CONDITIONAL_GO = "CONDITIONAL GO"
    NO_GO = "NO-GO"
    EXPIRED = "EXPIRED"  # nobody decided in time
    CANCELLED = "CANCELLED"

    @property
    def goes_on(self) -> bool:
        return self in {Outcome.GO, Outcome.CONDITIONAL_GO}


_OF_CHOICE = {
    Choice.GO: Outcome.GO,
    Choice.CONDITIONAL_GO: Outcome.CONDITIONAL_GO,
    Choice.NO_GO: Outcome.NO_GO,
}


class Decision(Record):
    run: int
    outcome: Outcome
    evidence: str | None  # digest; None if cancelled before there was any
    reason: str
    decided_by: tuple[str, ...]  # whose votes made it; the canceller; nobody if it expired
    filled: dict[str, tuple[str, ...]] = Field(default_factory=dict)  # role -> who filled its places
    decided_at: AwareDatetime
    votes: tuple[Vote, ...] = ()  # as they were at the decision
    waivers: tuple[Waiver, ...] = ()
    previous_version: str = ""  # the version to roll back to, as known at the decision

    @property
    def conditions(self) -> tuple[Condition, ...]:
        return tuple(vote.condition for vote in self.votes if vote.condition)


def told_directly(run: Run, decision: Decision) -> bool:
    """Whether the requester gets the decision as a direct message, because they may not be in the channel: they
    asked elsewhere, and did not decide it themselves.
    """
    return run.requested_from != run.channel and run.requested_by not in decision.decided_by


def outcome_of(choice: Choice) -> Outcome:
    return _OF_CHOICE[choice]


def made_by(tally: Tally) -> tuple[str, ...]:
    """Returns the deciding voters: those who vetoed, or those who make up the quorum."""
    return tally.vetoed_by or tuple(person for people in tally.filled.values() for person in people)


def reason_for(tally: Tally, votes: tuple[Vote, ...]) -> str:
    """One sentence: the vetoers' reasons, or the quorum reached."""
    if tally.vetoed_by:
        return "; ".join(vote.reason for vote in votes if vote.choice is Choice.NO_GO)
    return "quorum reached: " + ", ".join(f"{len(people)} of {role}" for role, people in tally.filled.items())
