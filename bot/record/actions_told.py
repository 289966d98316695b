"""Compares a run's actions in the audit log with their rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bot.record.action_events import (
    ActionClaimed,
    ActionConfirmed,
    ActionCovered,
    ActionDone,
    ActionFailed,
    ActionRequested,
    ActionSettled,
    ActionUnclear,
    OfAction,
)
from bot.record.audit import AuditEvent
from bot.rules.action import Action, ActionState, missing
from bot.rules.people import Electorate
from checks.actions.base import Action as Configured
from checks.reading import Record

_KINDS = (
    ActionRequested,
    ActionConfirmed,
    ActionClaimed,
    ActionDone,
    ActionFailed,
    ActionUnclear,
    ActionSettled,
    ActionCovered,
)


class Told(Record):
    """The parts of an attempt that are both in the log and in the row."""

    state: ActionState = ActionState.REQUESTED
    does: tuple[str, ...] = ()
    previewed: int | None = None
    idempotency_key: str = ""
    people: dict[str, tuple[str, ...]]  # who confirmed it -> the roles that they held
    before: str = ""
    said: str = ""
    rows: int | None = None
    settled_by: str = ""
    note: str = ""
    after: str = ""
    claims: int = 0  # workers that began it


def of_row(action: Action) -> Told:
    return Told(
        state=action.state,
        does=action.preview.does,
        previewed=action.preview.rows,
        idempotency_key=action.idempotency_key,
        people={each.person: each.roles for each in action.confirmed},
        before=action.before.reason if action.before else "",
        said="" if action.state is ActionState.CLAIMED else action.said,
        rows=action.rows,
        settled_by=action.settled_by or "",
        note=action.note,
        after=action.after.reason if action.after else "",
        claims=1 if action.claimed_at else 0,
    )


def logged(events: Sequence[AuditEvent]) -> Mapping[tuple[str, int], Told]:
    """Returns (action, attempt) -> what the log says about it. Raises pydantic's ValidationError."""
    told: dict[tuple[str, int], Told] = {}
    for event in events:
        for kind in _KINDS:
            if (said := kind.read(event)) is not None:
                key = (said.action, said.attempt)
                told[key] = _next(told.get(key) or Told(people={}), event.actor, said)
    return told


def _next(told: Told, actor: str, event: OfAction) -> Told:
    match event:
        case ActionRequested():
            update = {
                "does": event.does,
                "previewed": event.rows,
                "idempotency_key": event.idempotency_key,
                "people": {actor: event.roles},
            }
        case ActionConfirmed():
            update = {"people": {**told.people, actor: event.roles}}
        case ActionClaimed():
            update = {"state": ActionState.CLAIMED, "before": event.before, "claims": told.claims + 1}
        case ActionDone():
            update = {"state": ActionState.DONE, "said": event.said, "rows": event.rows}
        case ActionFailed():
            update = {"state": ActionState.FAILED, "said": event.reason}
        case ActionUnclear():
            update = {"state": ActionState.UNCLEAR, "said": event.reason}
        case ActionSettled():
            state = ActionState.DONE if event.done else ActionState.FAILED
            update = {"state": state, "settled_by": actor, "note": event.note}
        case ActionCovered():
            update = {"after": event.after}
        case _:
            update = {}
    return told.model_copy(update=update)


def disagreements(
    actions: Sequence[Action], configured: Mapping[str, Configured], events: Sequence[AuditEvent]
) -> Iterator[str]:
    """One sentence per disagreement."""
    rows, log = {(action.name, action.attempt): of_row(action) for action in actions}, logged(events)
    for name, attempt in sorted(rows.keys() | log.keys()):
        row, told = rows.get((name, attempt)), log.get((name, attempt))
        if row != told:
            yield f"action {name}, attempt {attempt}: is not the one in the log"
            continue
        assert row
        if name not in configured:
            yield f"action {name}: the run's configuration has none of that name"
        elif row.claims and _is_unconfirmed(row, configured[name]):
            yield f"action {name}, attempt {attempt}: was not confirmed by all who must"
        if row.claims > 1:
            yield f"action {name}, attempt {attempt}: was claimed {row.claims} times"
    for name in sorted({name for name, _ in rows}):
        attempts = sorted(attempt for of, attempt in rows if of == name)
        if attempts != list(range(1, len(attempts) + 1)):
            yield f"action {name}: its attempts are not numbered without gaps"
        kept = [attempt for attempt in attempts if rows[name, attempt].state is not ActionState.FAILED]
        if kept and kept != attempts[-1:]:
            yield f"action {name}: there is another attempt after one that may have been done"


def _is_unconfirmed(told: Told, configured: Configured) -> bool:
    holders: dict[str, set[str]] = {}
    for person, roles in told.people.items():
        for role in roles:
            holders.setdefault(role, set()).add(person)
    electorate = Electorate(roles={role: frozenset(people) for role, people in holders.items()})
    return bool(missing(list(told.people), configured.allow, electorate))
