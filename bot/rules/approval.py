"""Approval: who may vote, and the result of the votes. Pure; applied inside the vote's transaction.

- A quorum per group: `{release-managers: 1, platform: 1}`. Each person counts toward one group only, so this takes
two people, even if one of them is in both groups.
- A single No-go vetoes.
- A go needs all missing waivers.
- With `separate_duties`, neither the requester of a run nor the author of the change can approve it or waive a check.
They may vote No-go: naming someone as the author must not take away their veto.
- A vote counts for one evidence digest, and only while the voter is in an approving group; the same goes for waivers.
- After the deadline nothing counts, even if the timer is late.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, SerializerFunctionWrapHandler, model_serializer

from bot.base.errors import Refused
from bot.base.next_step import Next
from bot.plan.model import Environment
from bot.rules.authors import Authors
from bot.rules.people import Electorate, Person
from bot.rules.quorum import fill, open_places, outstanding
from bot.rules.run import Run, RunState
from bot.rules.verdict import Verdict
from checks.reading import Record


class Choice(enum.StrEnum):
    """Identifiers: stored and hashed. What people read is in `bot.rules.labels`."""

    GO = "Go"
    CONDITIONAL_GO = "Conditional go"
    NO_GO = "No-go"


class Condition(Record):
    """What must become true after a conditional go, in its voter's words. `bot.rules.condition` follows it
    up.
    """

    text: str
    owner: str  # user id
    due: AwareDatetime
    check: str = ""  # that shows it; empty if its owner says that it is met
    question: str = ""  # that its owner answers to close it
    holds: tuple[str, ...] = ()  # actions that are refused while it is open
    template: str = ""  # under `decide: conditions`, from which it was chosen

    @model_serializer(mode="wrap")
    def _as_ever(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Omits empty fields, like earlier versions, which did not have them."""
        return {name: said for name, said in serialize(self).items() if said}


class Vote(Record):
    person: str
    roles: tuple[str, ...]  # as held at the cast
    choice: Choice
    evidence: str  # digest
    reason: str = ""  # mandatory for No-go
    condition: Condition | None = None  # mandatory for Conditional go
    cast_at: AwareDatetime


class Waiver(Record):
    """A waiver of a check by its owner."""

    check: str
    person: str
    evidence: str
    reason: str
    granted_at: AwareDatetime


class Tally(Record):
    """The state of the approval. `choice`: the decision, or None while undecided."""

    choice: Choice | None
    filled: dict[str, tuple[str, ...]]  # role -> who fills its places
    missing: dict[str, int]  # group -> votes still needed
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
    going = [vote.person for vote in standing if vote.choice is not Choice.NO_GO]
    filled = fill(going, required, electorate)
    missing = open_places(required, filled)
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


def parts(environment: Environment, made_by: Authors, requested_by: str) -> dict[str, str]:
    """Returns people barred by `separate_duties`: user id -> their part in the run."""
    if not environment.decide.separate_duties:
        return {}
    return dict.fromkeys(made_by.people, "made the change in") | {requested_by: "started"}


def involved(run: Run, environment: Environment, made_by: Authors) -> dict[str, str]:
    """The same for an existing run: user id -> what they did."""
    found = parts(environment, made_by, run.requested_by)
    return {person: f"{part} run #{run.number}" for person, part in found.items()}


def must_know_author(run: Run, environment: Environment, made_by: Authors) -> None:
    """Raises Refused with `separate_duties` if a check should have named the author, but did not: then nobody
    can approve the run.
    """
    if environment.decide.separate_duties and made_by.unknown:
        raise Refused(
            f"Run #{run.number} can't be approved: the author of the change is not known. {made_by.unknown}.",
            hint="Vote No-go, or fix that and start a new run. `members` under `decide: author` in canary.yaml says who is who.",
        )


def require_can_vote(
    person: Person,
    run: Run,
    *,
    choice: Choice,
    evidence: str,
    required: Mapping[str, int],
    electorate: Electorate,
    involved: Mapping[str, str],
    now: datetime,
    voted: Sequence[str] = (),
) -> None:
    """Raises Refused, with the people whose votes are still needed, unless this person may cast this vote on this evidence now."""
    must_be_open(run, evidence, now)
    people = _able(outstanding(voted, required, electorate, excluded={*involved, person.id}))
    if reason := person.barred():
        raise Refused(f"You can't vote on run #{run.number}: {reason}.", people=people)
    if person.id not in electorate.holders(required):
        roles = " and ".join(required)
        raise Refused(f"Only {roles} can vote on run #{run.number}.", people=people)
    if choice is not Choice.NO_GO and (did := involved.get(person.id)):
        raise Refused(f"You {did}, so someone else has to approve it.", people=people)


def require_can_waive(
    person: Person,
    run: Run,
    *,
    check: str,  # its title
    owner: str,
    evidence: str,
    electorate: Electorate,
    involved: Mapping[str, str],
    now: datetime,
) -> None:
    """Raises Refused unless this person owns the check and may waive it now."""
    must_be_open(run, evidence, now)
    owners = _others(electorate.holders([owner]), {*involved, person.id})
    if reason := person.barred():
        raise Refused(f"You can't waive {check}: {reason}.", people=owners)
    if person.id not in electorate.holders([owner]):
        raise Refused(f"Only its owner, {owner}, can waive {check}.", people=owners)
    if did := involved.get(person.id):
        raise Refused(f"You {did}, so someone else has to waive {check}.", people=owners)


def require_part(person: Person, run: Run, *, able: Sequence[str]) -> None:
    """Raises Refused unless this person has a role in the run. `able`: people who have one."""
    people = _others(able, {person.id})
    if reason := person.barred():
        raise Refused(f"You can't act on run #{run.number}: {reason}.", people=people)
    if person.id not in able:
        raise Refused(f"You have no role in run #{run.number}, so you can't do that.", people=people)


def require_can_start(
    person: Person, environment: str, groups: Sequence[str], *, able: Sequence[str]
) -> None:
    """Raises Refused unless this person may start a run: anyone, if there are no `groups`."""
    people = _others(able, {person.id})
    if reason := person.barred():
        raise Refused(f"You can't start a run: {reason}.", people=people)
    if groups and person.id not in able:
        raise Refused(f"Only {' and '.join(groups)} can start a run on {environment}.", people=people)


def require_can_cancel(person: Person, run: Run, *, owners: Sequence[str]) -> None:
    """Raises Refused unless this person started the run or is an approver, and it is undecided."""
    if run.state is RunState.CLOSED:
        raise Refused(
            f"Run #{run.number} has already ended, so it can't be cancelled.", then=[Next.show(run.number)]
        )
    _must_have_a_say(person, run, "cancel", owners)


def require_can_remind(person: Person, run: Run, *, owners: Sequence[str], now: datetime) -> None:
    """Raises Refused unless this person started the run or decides it, and it waits for votes."""
    if run.state is RunState.CHECKING:
        raise Refused(
            f"Run #{run.number} is still checking, so there is nobody to remind yet.",
            then=[Next.show(run.number)],
        )
    if run.state is RunState.CLOSED or overdue(run, now):
        raise Refused(f"Run #{run.number} is no longer waiting for votes.", then=[Next.show(run.number)])
    _must_have_a_say(person, run, "send reminders for", owners)


def _must_have_a_say(person: Person, run: Run, what: str, owners: Sequence[str]) -> None:
    people = _others((run.requested_by, *owners), {person.id})
    if barred := person.barred():
        raise Refused(f"You can't {what} run #{run.number}: {barred}.", people=people)
    if person.id != run.requested_by and person.id not in owners:
        raise Refused(
            f"Only whoever started run #{run.number} and the people who vote on it can {what} it.",
            people=people,
        )


def require_can_withdraw(person: str, run: Run, votes: Sequence[Vote], now: datetime) -> Vote:
    """Returns the vote that this person can withdraw. Raises Refused if there is none, or the run is decided."""
    then = [Next.show(run.number)]
    if run.state is RunState.CLOSED:
        raise Refused(f"Run #{run.number} is already decided, so its votes can't be withdrawn.", then=then)
    if overdue(run, now):
        raise Refused(f"Voting on run #{run.number} has ended, so votes can't be withdrawn.", then=then)
    vote = next((vote for vote in votes if vote.person == person), None)
    if vote is None:
        raise Refused(f"You have no vote on run #{run.number} to withdraw.", then=then)
    return vote


def overdue(run: Run, now: datetime) -> bool:
    """Whether its deadline has passed without a decision."""
    return run.state is RunState.DECIDING and run.expires_at is not None and now >= run.expires_at


def must_be_open(run: Run, evidence: str, now: datetime) -> None:
    """Raises Refused unless votes and waivers on this evidence count now."""
    if run.state is RunState.CLOSED:
        raise Refused(
            f"Run #{run.number} is already decided, so votes no longer count.", then=[Next.show(run.number)]
        )
    if run.state is RunState.CHECKING:
        raise Refused(
            f"Run #{run.number} is still checking. Vote when its results are in.",
            then=[Next.show(run.number)],
        )
    if overdue(run, now):
        raise Refused(
            f"The deadline of run #{run.number} has passed, so votes no longer count.",
            then=[Next.start(run.environment)],
        )
    if run.evidence != evidence:
        raise Refused(
            f"The results of run #{run.number} have changed since that message. Look at them first.",
            then=[Next.show(run.number)],
        )


def _able(outstanding: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    return tuple(person for people in outstanding.values() for person in people)


def _others(owners: Sequence[str], excluded: Collection[str]) -> tuple[str, ...]:
    return tuple(owner for owner in owners if owner not in excluded)
