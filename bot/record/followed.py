"""The conditions of a conditional go according to the audit log, to be compared with their rows and with the
votes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pydantic import AwareDatetime

from bot.record.audit import AuditEvent
from bot.record.events import (
    ConditionLifted,
    ConditionMet,
    ConditionOpened,
    ConditionOverdue,
    Decided,
    of_kind,
)
from bot.rules.condition import ConditionState, Said, TrackedCondition, conditions_of
from bot.rules.decision import Decision
from bot.rules.rollback import Found
from checks.reading import Record


class Told(Record):
    """The permanent record of a condition, the same in its row and in the log."""

    said: Said
    state: ConditionState = ConditionState.OPEN
    opened_at: AwareDatetime
    overdue_at: AwareDatetime | None = None
    closed_at: AwareDatetime | None = None
    closed_by: str | None = None
    statement: str = ""
    found: Found | None = None  # by which it was met


def told_of(condition: TrackedCondition) -> Told:
    """From its row."""
    is_shown = condition.state is ConditionState.MET and not condition.statement
    return Told(
        said=condition.said,
        state=condition.state,
        opened_at=condition.opened_at,
        overdue_at=condition.overdue_at,
        closed_at=condition.closed_at,
        closed_by=condition.closed_by,
        statement=condition.statement,
        found=condition.found if is_shown else None,
    )


def conditions_logged(events: Sequence[AuditEvent]) -> Mapping[int, Told]:
    """Returns each condition by its number, as left by the log. Events of a condition after its end make it
    differ.
    """
    found: dict[int, Told] = {}
    for event in events:
        if opened := ConditionOpened.read(event):
            found[opened.number] = Told(said=opened.said, opened_at=event.at)
        elif (said := _change(event)) and said.number in found:
            found[said.number] = _after(found[said.number], event, said)
    return found


def _change(event: AuditEvent) -> ConditionOverdue | ConditionMet | ConditionLifted | None:
    return ConditionOverdue.read(event) or ConditionMet.read(event) or ConditionLifted.read(event)


def _after(told: Told, event: AuditEvent, said: ConditionOverdue | ConditionMet | ConditionLifted) -> Told:
    closed = {"closed_at": event.at, "closed_by": event.actor}
    match said:
        case ConditionOverdue():
            return told.model_copy(update={"state": ConditionState.OVERDUE, "overdue_at": event.at})
        case ConditionMet():
            how = {"state": ConditionState.MET, "statement": said.statement, "found": said.found}
            return told.model_copy(update=closed | how)
        case ConditionLifted():
            return told.model_copy(update=closed | {"state": ConditionState.LIFTED, "statement": said.reason})


def misopened(decision: Decision | None, events: Sequence[AuditEvent]) -> Iterator[str]:
    """Conditions that do not follow from the decision, or that were opened in an impossible way; one sentence
    each.

    Earlier versions opened none.
    """
    opened = [said.said for _, said in of_kind(events, ConditionOpened)]
    given = conditions_of(decision) if decision and decision.outcome.goes_on else ()
    if opened and tuple(opened) != given:
        yield "conditions: those that are followed up are not those of the votes"
    decided_at = {event.at for event, _ in of_kind(events, Decided)}
    if {event.at for event, _ in of_kind(events, ConditionOpened)} - decided_at:
        yield "conditions: were not opened with the decision"
    yield from misclosed(events)


def misclosed(events: Sequence[AuditEvent]) -> Iterator[str]:
    """Conditions that were closed in an impossible way: twice, or by someone who does not own them; one
    sentence each.
    """
    open_: dict[int, Said] = {}
    for event in events:
        if opened := ConditionOpened.read(event):
            open_[opened.number] = opened.said
        elif met := ConditionMet.read(event):
            said = open_.pop(met.number, None)
            if said is None:
                yield f"condition {met.number}: was met, and was not open"
            elif bool(said.check) != (met.found is not None):
                yield f"condition {met.number}: was not met in the way that it says"
            elif not said.check and event.actor != said.owner:
                yield f"condition {met.number}: {event.actor}, who does not own it, said that it is met"
        elif (lifted := ConditionLifted.read(event)) and open_.pop(lifted.number, None) is None:
            yield f"condition {lifted.number}: was lifted, and was not open"
