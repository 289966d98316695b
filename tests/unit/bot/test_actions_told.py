"""Rows of actions are compared with the log: whatever was changed beside it is said."""

from __future__ import annotations

import pytest

from bot.record.action_events import (
    ActionClaimed,
    ActionConfirmed,
    ActionCovered,
    ActionDone,
    ActionFailed,
    ActionRequested,
    ActionSettled,
    ActionUnclear,
)
from bot.record.actions_told import disagreements
from bot.record.audit import AuditEvent
from bot.record.events import Detail
from bot.rules.action import Action, ActionState, Confirmation
from checks.actions.base import Preview
from checks.actions.sql import SqlAction
from checks.outcome import Outcome
from tests.unit.bot.dossiers import NOW, result

STATEMENT = "UPDATE job SET done = true"
CONFIGURED = {
    "backfill": SqlAction.model_validate(
        {
            "kind": "sql",
            "title": "Backfill",
            "source": "admin",
            "statement": STATEMENT,
            "rows": {"max": 9},
            "allow": {"managers": 1, "platform": 1},
        }
    )
}
ANA = Confirmation(person="U01ANA", roles=("managers",), at=NOW)
BEN = Confirmation(person="U02BEN", roles=("platform",), at=NOW)
ROW = Action(
    run=1,
    name="backfill",
    attempt=1,
    state=ActionState.DONE,
    preview=Preview(does=(STATEMENT,), rows=3, verb="update"),
    confirmed=(ANA, BEN),
    requested_at=NOW,
    ready_at=NOW,
    idempotency_key="k",
    claim=1,
    claimed_at=NOW,
    before=result("0 of 3"),
    after=result("3 of 3"),
    said="3 rows updated",
    rows=3,
    ended_at=NOW,
)
WHICH = {"action": "backfill", "attempt": 1}
REQUESTED = ActionRequested(**WHICH, does=(STATEMENT,), rows=3, idempotency_key="k", roles=("managers",))
CONFIRMED = ActionConfirmed(**WHICH, roles=("platform",))
CLAIMED = ActionClaimed(**WHICH, before="0 of 3", outcome=Outcome.FAIL)
DONE = ActionDone(**WHICH, said="3 rows updated", rows=3)
COVERED = ActionCovered(**WHICH, outcome=Outcome.FAIL, after="3 of 3")
LOG = (REQUESTED, CONFIRMED, CLAIMED, DONE, COVERED)


def events(*details: Detail) -> list[AuditEvent]:
    by = {ActionRequested: "U01ANA", ActionConfirmed: "U02BEN", ActionSettled: "U01ANA"}
    return [
        AuditEvent(
            run=1,
            seq=at,
            at=NOW,
            actor=by.get(type(detail), "canary"),
            kind=detail.kind,
            detail=detail.stored(),
            hash="",
        )
        for at, detail in enumerate(details, 1)
    ]


def wrong(*rows: Action, log: tuple[Detail, ...] = LOG) -> list[str]:
    return list(disagreements(rows, CONFIGURED, events(*log)))


def test_rows_that_say_what_the_log_says_agree_with_it() -> None:
    assert wrong(ROW) == []


@pytest.mark.parametrize(
    "forged",
    [
        {"state": ActionState.FAILED},
        {"said": "4 rows updated"},
        {"rows": 4},
        {"preview": Preview(does=("DELETE FROM job",), rows=3)},
        {"preview": Preview(does=(STATEMENT,), rows=4)},
        {"confirmed": (ANA,)},
        {"idempotency_key": "other"},
        {"after": None},
        {"settled_by": "U04MIA"},
        {"claimed_at": None},
    ],
)
def test_a_row_that_was_changed_is_not_the_one_in_the_log(forged: dict[str, object]) -> None:
    expected = "action backfill, attempt 1: is not the one in the log"
    assert expected in wrong(ROW.model_copy(update=forged))


def test_a_row_that_is_missing_or_was_added_is_said() -> None:
    expected = ["action backfill, attempt 1: is not the one in the log"]
    assert wrong() == expected
    assert wrong(ROW, log=()) == expected


def test_one_that_not_all_confirmed_who_must_is_said() -> None:
    log = (REQUESTED, CLAIMED, DONE, COVERED)
    row = ROW.model_copy(update={"confirmed": (ANA,)})
    assert wrong(row, log=log) == ["action backfill, attempt 1: was not confirmed by all who must"]


def test_a_second_claim_is_said() -> None:
    log = (REQUESTED, CONFIRMED, CLAIMED, CLAIMED, DONE, COVERED)
    assert wrong(ROW, log=log) == ["action backfill, attempt 1: is not the one in the log"]


def test_what_a_person_said_of_an_unclear_one_is_compared_as_well() -> None:
    unclear = ActionUnclear(**WHICH, reason="lost")
    settled = ActionSettled(**WHICH, done=False, note="looked")
    row = ROW.model_copy(
        update={
            "state": ActionState.FAILED,
            "said": "lost",
            "rows": None,
            "after": None,
            "settled_by": "U01ANA",
            "note": "looked",
        }
    )
    log = (REQUESTED, CONFIRMED, CLAIMED, unclear, settled)
    assert wrong(row, log=log) == []
    assert wrong(row.model_copy(update={"note": "guessed"}), log=log) != []


def test_another_attempt_after_one_that_may_have_been_made_is_said() -> None:
    again = {"action": "backfill", "attempt": 2}
    second = ROW.model_copy(
        update={
            "attempt": 2,
            "state": ActionState.FAILED,
            "said": "no",
            "rows": None,
            "before": None,
            "after": None,
            "claimed_at": None,
            "confirmed": (ANA,),
            "idempotency_key": "l",
        }
    )
    requested = REQUESTED.model_copy(update={**again, "idempotency_key": "l"})
    log = (*LOG, requested, ActionFailed(**again, reason="no"))
    expected = ["action backfill: there is another attempt after one that may have been done"]
    assert wrong(ROW, second, log=log) == expected
