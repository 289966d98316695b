"""Approval: who may vote, and what the votes amount to. Pure; asked inside the vote's transaction.

- A quorum a role: `{release-managers: 1, platform: 1}`. Each person fills one place only, so four eyes
  are two people, even where one of them holds both roles.
- One No-go vetoes.
- A go over a check that needs a waiver waits for that waiver.
- Where duties are separate, neither who asked for the run nor who made the change approves it.
- A vote counts for one evidence digest, and only while its caster still holds a role; a waiver likewise.
- After the deadline nothing counts, however late the timer is.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import AwareDatetime

from bot.errors import Refused
from bot.people import Electorate, Person
from bot.plan.model import Environment
from bot.run import Run, RunState
from bot.verdict import Verdict
from checks.reading import Record


class Choice(enum.StrEnum):
    GO = "Go"
    CONDITIONAL_GO = "Conditional go"
    NO_GO = "No-go"


class Condition(Record):
    """What must become true after a conditional go."""

    text: str
    owner: str  # user id
    due: AwareDatetime


class Vote(Record):
    person: str
    roles: tuple[str, ...]  # as held at the cast
    choice: Choice
    evidence: str  # digest
    reason: str = ""  # mandatory for No-go
    condition: Condition | None = None  # mandatory for Conditional go
    cast_at: AwareDatetime


class Waiver(Record):
    """A check that needs one, excused by its own owner."""

    check: str
    person: str
    evidence: str
    reason: str
    granted_at: AwareDatetime


class Tally(Record):
    """Where the approval stands. `choice` is the decision, or None while it is open."""

    choice: Choice | None
    filled: dict[str, tuple[str, ...]]  # role -> who fills its places
    missing: dict[str, int]  # role -> places still open
    waivers_missing: tuple[str, ...]  # checks
    vetoed_by: tuple[str, ...] = ()

    @property
    def open(self) -> bool:
        return self.choice is None


def tally(
    votes: Sequence[Vote],
    waivers: Sequence[Waiver],
    *,
    required: Mapping[str, int],
    verdict: Verdict,
    electorate: Electorate,
) -> Tally:
    """Count votes on the current evidence only: the caller passes no others."""
    standing = [vote for vote in votes if set(electorate.roles_of(vote.person)) & set(required)]
    filled = _fill(
        [vote.person for vote in standing if vote.choice is not Choice.NO_GO], required, electorate
    )
    missing = {
        role: places - len(filled[role]) for role, places in required.items() if places > len(filled[role])
    }
    waived = {waiver.check for waiver in waivers}
    waivers_missing = tuple(check for check in verdict.needs_waiver if check not in waived)
    vetoed_by = tuple(vote.person for vote in standing if vote.choice is Choice.NO_GO)
    return Tally(
        choice=_decide(standing, vetoed_by=vetoed_by, complete=not missing and not waivers_missing),
        filled=filled,
        missing=missing,
        waivers_missing=waivers_missing,
        vetoed_by=vetoed_by,
    )


def _decide(standing: Sequence[Vote], *, vetoed_by: Sequence[str], complete: bool) -> Choice | None:
    if vetoed_by:
        return Choice.NO_GO
    if not complete:
        return None
    conditional = any(vote.choice is Choice.CONDITIONAL_GO for vote in standing)
    return Choice.CONDITIONAL_GO if conditional else Choice.GO


def _fill(
    people: Sequence[str], required: Mapping[str, int], electorate: Electorate
) -> dict[str, tuple[str, ...]]:
    """Seat each person in at most one role's place, as many as can be (augmenting paths)."""
    places = [(role, index) for role, count in required.items() for index in range(count)]
    seated: dict[tuple[str, int], str] = {}

    def seat(person: str, tried: set[tuple[str, int]]) -> bool:
        for place in places:
            if place in tried or person not in electorate.roles.get(place[0], frozenset()):
                continue
            tried.add(place)
            if place not in seated or seat(seated[place], tried):
                seated[place] = person
                return True
        return False

    for person in people:
        seat(person, set())
    return {
        role: tuple(seated[place] for place in places if place[0] == role and place in seated)
        for role in required
    }


def involved(run: Run, environment: Environment) -> dict[str, str]:
    """Who had a part in it and so cannot approve it, where duties are separate: user id -> what they did."""
    if not environment.decide.separate_duties:
        return {}
    authors = dict.fromkeys(environment.authors(run.arguments), f"made the change of run #{run.number}")
    return authors | {run.requested_by: f"asked for run #{run.number}"}


def may_vote(
    person: Person,
    run: Run,
    *,
    evidence: str,
    required: Mapping[str, int],
    electorate: Electorate,
    involved: Mapping[str, str],
    now: datetime,
) -> None:
    """Raises Refused, with who can, unless this person may vote on this evidence now."""
    _must_be_open(run, evidence, now)
    owners = _others(electorate.holders(required), involved)
    if reason := person.barred():
        raise Refused(f"You cannot vote on run #{run.number}: {reason}.", people=owners)
    if person.id not in electorate.holders(required):
        raise Refused(
            f"You cannot vote on run #{run.number}: you hold none of its roles ({', '.join(required)}).",
            people=owners,
        )
    if did := involved.get(person.id):
        raise Refused(f"You {did}, so somebody else has to approve it.", people=owners)


def may_waive(
    person: Person,
    run: Run,
    *,
    check: str,
    owner: str,
    evidence: str,
    electorate: Electorate,
    involved: Mapping[str, str],
    now: datetime,
) -> None:
    """Raises Refused unless this person owns the check's remediation and may excuse it now."""
    _must_be_open(run, evidence, now)
    owners = _others(electorate.holders([owner]), involved)
    if reason := person.barred():
        raise Refused(f"You cannot waive {check}: {reason}.", people=owners)
    if person.id not in electorate.holders([owner]):
        raise Refused(f"Only its owner, {owner}, can waive {check}.", people=owners)
    if did := involved.get(person.id):
        raise Refused(f"You {did}, so somebody else has to waive {check}.", people=owners)


def may_cancel(person: Person, run: Run, *, owners: Sequence[str]) -> None:
    """Raises Refused unless this person asked for the run or decides it, and it is not decided."""
    if run.state is RunState.CLOSED:
        raise Refused(f"Run #{run.number} is closed already.", hint=f"/canary show #{run.number}")
    if barred := person.barred():
        raise Refused(f"You cannot cancel run #{run.number}: {barred}.", people=owners)
    if person.id != run.requested_by and person.id not in owners:
        raise Refused(
            f"Only who asked for run #{run.number} or who decides it can cancel it.",
            people=(run.requested_by, *owners),
        )


def overdue(run: Run, now: datetime) -> bool:
    """Whether nobody decided in time."""
    return run.state is RunState.DECIDING and run.expires_at is not None and now >= run.expires_at


def _must_be_open(run: Run, evidence: str, now: datetime) -> None:
    if run.state is RunState.CLOSED:
        raise Refused(
            f"Run #{run.number} is decided; votes no longer count.", hint=f"/canary show #{run.number}"
        )
    if run.state is RunState.CHECKING:
        raise Refused(f"Run #{run.number} is still checking; vote when its summary is there.")
    if overdue(run, now):
        raise Refused(f"The deadline of run #{run.number} has passed, so it ends without a go.")
    if run.evidence != evidence:
        raise Refused(
            "The results have changed since that message; look again.", hint=f"/canary show #{run.number}"
        )


def _others(owners: Sequence[str], involved: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(owner for owner in owners if owner not in involved)
