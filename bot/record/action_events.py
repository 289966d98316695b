"""The events of an action: who confirmed what, and its result. Each names the action and the attempt."""

from __future__ import annotations

from pydantic import Field

from bot.record.events import Detail, EventKind
from bot.rules.asked import Members
from checks.outcome import Outcome
from checks.reading import Record


class OfAction(Record):
    action: str  # its name in the configuration
    attempt: int


class ActionRequested(OfAction, Detail):
    """The first person has confirmed it. `does`: exactly what was shown to them."""

    kind = EventKind.ACTION_REQUESTED
    logged = ("action", "attempt")

    does: tuple[str, ...]
    rows: int | None
    idempotency_key: str
    roles: tuple[str, ...]  # of those that may confirm it, as held then


class ActionConfirmed(OfAction, Detail):
    """Another person has confirmed the same."""

    kind = EventKind.ACTION_CONFIRMED
    logged = ("action", "attempt")

    roles: tuple[str, ...]


class ActionClaimed(OfAction, Detail):
    """A worker is about to do it. `before`: the result of the check that it covers."""

    kind = EventKind.ACTION_CLAIMED
    logged = ("action", "attempt")

    before: str = ""
    outcome: Outcome | None = None


class ActionDone(OfAction, Detail):
    kind = EventKind.ACTION_DONE
    logged = ("action", "attempt")

    said: str
    rows: int | None


class ActionFailed(OfAction, Detail):
    """It was certainly not done."""

    kind = EventKind.ACTION_FAILED
    logged = ("action", "attempt")

    reason: str


class ActionUnclear(OfAction, Detail):
    """Only people can find out whether it was done."""

    kind = EventKind.ACTION_UNCLEAR
    logged = ("action", "attempt")

    reason: str
    asked: Members = Field(default_factory=dict)


class ActionSettled(OfAction, Detail):
    """Somebody said whether it was done, and how they know."""

    kind = EventKind.ACTION_SETTLED
    logged = ("action", "attempt", "done")

    done: bool
    note: str


class ActionCovered(OfAction, Detail):
    """The result of the check that it covers, after it was done."""

    kind = EventKind.ACTION_COVERED
    logged = ("action", "attempt", "outcome")

    outcome: Outcome
    after: str
