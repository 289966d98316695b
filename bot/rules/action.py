"""An action of a decided run: something done to the world, at most once, if the people who are allowed to
confirm it do.

requested ──everybody has confirmed, a worker claims it──▶ claimed ──┬── done
                                                                     ├── failed     certainly not done; may be requested again
                                                                     └── unclear ──a person says──▶ done | failed

A worker claims the action before it touches the world, and records the far side's mark of it before the point
of no return. So a worker that finds the claim of a dead one asks the far side, and never does it again.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from pydantic import AwareDatetime

from bot.base.errors import Refused
from bot.base.next_step import Next
from bot.plan.model import Environment
from bot.rules.decision import Decision
from bot.rules.people import Electorate, Person
from bot.rules.quorum import fill, open_places, outstanding
from bot.rules.rollback import Rollback
from bot.rules.run import Run
from checks.actions.base import Action as Configured
from checks.actions.base import Preview, Trace
from checks.reading import Record
from checks.result import Result

FRESH = timedelta(minutes=10)  # for which a preview can be confirmed
WAITS = timedelta(hours=1)  # for which a confirmation waits for those of others


class ActionState(enum.StrEnum):
    """Identifiers: stored."""

    REQUESTED = "requested"
    CLAIMED = "claimed"
    DONE = "done"
    FAILED = "failed"
    UNCLEAR = "unclear"


class Previewed(Record):
    """What one person saw before they confirmed it."""

    run: int
    name: str
    person: str
    key: str  # opaque; the form carries it
    preview: Preview
    at: AwareDatetime


class Confirmation(Record):
    person: str
    roles: tuple[str, ...]  # of those that may confirm it, as held at the time
    at: AwareDatetime


class Action(Record):
    """One attempt at an action; all but the newest have failed."""

    run: int
    name: str  # in the configuration
    attempt: int  # 1, 2, 3, …
    state: ActionState
    preview: Preview
    confirmed: tuple[Confirmation, ...]
    requested_at: AwareDatetime
    ready_at: AwareDatetime | None = None  # when the last confirmation came in
    idempotency_key: str  # sent along, so that the far side can distinguish attempts
    claim: int = 0  # raised by each worker that claims it; earlier ones can record nothing
    claimed_at: AwareDatetime | None = None
    mark: str | None = None  # by which the far side knows it; None before the point of no return
    marked_at: AwareDatetime | None = None
    before: Result | None = None  # of the check that it covers
    after: Result | None = None
    said: str = ""  # what was done, or why not
    rows: int | None = None
    ended_at: AwareDatetime | None = None
    settled_by: str | None = None  # who said whether it was done, if it was unclear
    note: str = ""  # how they know
    to_measure: bool = False  # it is done, but the check that it covers is not measured yet

    @property
    def people(self) -> tuple[str, ...]:
        return tuple(confirmation.person for confirmation in self.confirmed)

    @property
    def lapses_at(self) -> datetime:
        """When the first confirmation no longer counts, unless all others have come in."""
        return self.confirmed[0].at + WAITS

    def trace(self, now: datetime) -> Trace:
        return Trace(
            idempotency_key=self.idempotency_key,
            mark=self.mark,
            rows=self.preview.rows,
            seconds=max(0.0, (now - (self.marked_at or now)).total_seconds()),
        )


def latest(actions: Sequence[Action], name: str) -> Action | None:
    """The newest attempt, or None."""
    of_it = [action for action in actions if action.name == name]
    return max(of_it, key=lambda action: action.attempt, default=None)


def waiting(actions: Sequence[Action], name: str, now: datetime) -> Action | None:
    """The attempt that waits for more people's confirmation; None if the first was too long ago."""
    newest = latest(actions, name)
    if newest is None or newest.state is not ActionState.REQUESTED or newest.ready_at:
        return None
    return newest if now < newest.lapses_at else None


def configured(environment: Environment, run: int, name: str) -> Configured:
    """Raises Refused if the run's configuration has no action of that name."""
    if found := environment.actions.get(name):
        return found
    raise Refused(f"Run #{run} has no action “{name[:40]}”.", then=[Next.show(run)])


def out_of_force(run: Run, decision: Decision | None, rollback: Rollback | None, newer_go: int | None) -> str:
    """Why nothing may be done based on this run's go, as a sentence; "" if it may.

    `newer_go`: a later run on the environment that got a go.
    """
    number = run.number
    if decision is None:
        return f"Run #{number} is not decided yet, and nothing is done before a go."
    if not decision.outcome.goes_on:
        return f"Run #{number} ended as {decision.outcome}, so nothing is done."
    if rollback:
        return f"Run #{number} was rolled back, so nothing more is done."
    if newer_go:
        return f"Run #{newer_go} got a newer go on {run.environment}; do it there."
    return ""


def must_be_free(newest: Action | None, run: int) -> None:
    """Raises Refused if it was done, is in progress, or may have been done."""
    state = newest.state if newest else None
    if newest and (state is not ActionState.REQUESTED or newest.ready_at) and state is not ActionState.FAILED:
        raise Refused(_TAKEN[newest.state], then=[Next.show(run)])


_TAKEN: Mapping[ActionState, str] = {
    ActionState.REQUESTED: "This is confirmed already, and about to be done.",
    ActionState.CLAIMED: "This is being done already.",
    ActionState.DONE: "This is done already, and is not done twice.",
    ActionState.UNCLEAR: "It is not clear whether this was done. Somebody has to say so first: the thread asks.",
}


def require_can_confirm(
    person: Person,
    allow: Mapping[str, int],
    electorate: Electorate,
    *,
    confirmed: Collection[str] = (),
) -> None:
    """Raises Refused, naming the people who can, unless this person's confirmation counts and is still
    needed.
    """
    others = holders(allow, electorate, excluded={*confirmed, person.id}, confirmed=confirmed)
    if reason := person.barred():
        raise Refused(f"You can't do this: {reason}.", people=others)
    if person.id not in electorate.holders(allow):
        raise Refused(f"Only {' and '.join(allow)} can do this.", people=others)
    if person.id in confirmed:
        raise Refused("You have confirmed this already; it needs somebody else as well.", people=others)


def holders(
    allow: Mapping[str, int],
    electorate: Electorate,
    *,
    excluded: Collection[str],
    confirmed: Collection[str] = (),
) -> tuple[str, ...]:
    """The people whose confirmation would count."""
    able = outstanding(list(confirmed), allow, electorate, excluded=excluded)
    return tuple(dict.fromkeys(person for people in able.values() for person in people))


def missing(people: Sequence[str], allow: Mapping[str, int], electorate: Electorate) -> dict[str, int]:
    """Group -> how many more of its members must confirm it."""
    return open_places(allow, fill(people, allow, electorate))


def must_be_current(previewed: Previewed | None, person: str, now: datetime) -> Previewed:
    """Raises Refused unless it is the last preview that this person saw, and recent."""
    if previewed is None or previewed.person != person:
        raise Refused("This preview is no longer current.", hint="Click the button again for a new one.")
    if now - previewed.at > FRESH:
        minutes = FRESH // timedelta(minutes=1)
        raise Refused(
            f"This preview is more than {minutes} minutes old.", hint="Click the button again for a new one."
        )
    if previewed.preview.problem:
        raise Refused(f"It can't be done: {previewed.preview.problem}.")
    return previewed


def why_anew(request: Action, preview: Preview, now: datetime) -> str:
    """Why this confirmation cannot be added to those of an earlier request; "" if it can: people confirm the same
    effect, on the same number of rows, within a while.
    """
    if now >= request.lapses_at:
        return "nobody else confirmed it within an hour; it has to be confirmed anew"
    if (request.preview.does, request.preview.rows) != (preview.does, preview.rows):
        return "what it would do has changed since; it has to be confirmed anew"
    return ""


def require_can_settle(person: Person, allow: Collection[str], *, able: Collection[str]) -> None:
    """Raises Refused unless this person may say whether it was done. `able`: people who may."""
    others = [other for other in able if other != person.id]
    if reason := person.barred():
        raise Refused(f"You can't say whether it was done: {reason}.", people=others)
    if person.id not in able:
        raise Refused(f"Only {' and '.join(allow)} and on-call can say whether it was done.", people=others)


def must_be_unclear(action: Action | None, attempt: int) -> Action:
    """Raises Refused if it is no longer unclear."""
    if action is None or action.attempt != attempt or action.state is not ActionState.UNCLEAR:
        raise Refused("That is settled already; the thread says how.")
    return action
