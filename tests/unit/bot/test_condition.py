"""The rules of conditions: who may close one, when its owner is reminded, and what it holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.base.errors import Refused
from bot.rules.approval import Condition
from bot.rules.condition import (
    PAUSE,
    ConditionState,
    Held,
    TrackedCondition,
    all_closed,
    must_be_measured,
    must_be_said,
    must_not_be_closed,
    next_reminder,
    require_can_lift,
    require_free,
    require_owner,
)
from bot.rules.people import Person

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def condition(**said: Any) -> TrackedCondition:
    given = {
        "run": 7,
        "number": 1,
        "state": ConditionState.OPEN,
        "text": "quota",
        "owner": "U1",
        "set_by": "U2",
        "due_at": NOW + HOUR,
        "opened_at": NOW,
    }
    return TrackedCondition(**given | said)


def person(user: str, **said: Any) -> Person:
    return Person(id=user, name=user, team="T1", **said)


def test_a_plain_condition_is_stored_as_by_earlier_versions() -> None:
    plain = Condition(text="quota", owner="U1", due=NOW)
    assert plain.model_dump(mode="json") == {"text": "quota", "owner": "U1", "due": "2026-03-01T12:00:00Z"}
    whole = plain.model_copy(update={"check": "age", "holds": ("promote",)})
    assert Condition.model_validate(whole.model_dump(mode="json")) == whole


@pytest.mark.parametrize(
    ("before", "remind"),
    [
        ((), None),
        ((HOUR,), NOW + HOUR),
        ((HOUR, 2 * HOUR), NOW + HOUR),  # two hours before is now, and past
        ((3 * HOUR,), None),
        ((timedelta(minutes=10), timedelta(minutes=30)), NOW + timedelta(minutes=90)),
    ],
)
def test_the_next_reminder_is_the_first_that_is_still_to_come(
    before: tuple[timedelta, ...], remind: datetime | None
) -> None:
    assert next_reminder(NOW + 2 * HOUR, before, NOW) == remind


def test_it_wakes_for_the_reminder_then_when_it_is_due_and_no_more_once_overdue() -> None:
    assert condition(remind_at=NOW).wakes_at == NOW
    assert condition().wakes_at == NOW + HOUR
    assert condition(state=ConditionState.OVERDUE, overdue_at=NOW).wakes_at is None


def test_only_its_owner_closes_it() -> None:
    require_owner(person("U1"), condition())
    with pytest.raises(Refused, match="Only the owner of condition 1 of run #7") as refused:
        require_owner(person("U2"), condition())
    assert refused.value.people == ("U1",)
    with pytest.raises(Refused, match="this account is deactivated"):
        require_owner(person("U1", deleted=True), condition())


def test_an_approver_lifts_it_who_is_not_involved() -> None:
    require_can_lift(person("U3"), condition(), able=["U1", "U3"], involved={"U1"})
    for user, says in (("U4", "Only the people who vote on run #7"), ("U1", "Someone else has to lift")):
        with pytest.raises(Refused, match=says) as refused:
            require_can_lift(person(user), condition(), able=["U1", "U3"], involved={"U1"})
        assert refused.value.people == ("U3",)


def test_what_a_check_shows_is_not_met_by_a_word_and_the_other_way_round() -> None:
    must_be_said(condition(), "Age")
    must_be_measured(condition(check="age"), NOW)
    with pytest.raises(Refused, match="is met when Age passes"):
        must_be_said(condition(check="age"), "Age")
    with pytest.raises(Refused, match="has no check that shows it"):
        must_be_measured(condition(), NOW)


def test_it_is_not_measured_twice_within_seconds() -> None:
    measured = condition(check="age", looked_at=NOW)
    with pytest.raises(Refused, match=r"was measured 3 s ago") as refused:
        must_be_measured(measured, NOW + timedelta(seconds=3))
    assert refused.value.hint == "Try again in 7 s."
    must_be_measured(measured, NOW + PAUSE)


@pytest.mark.parametrize("state", [ConditionState.MET, ConditionState.LIFTED])
def test_a_closed_one_stays_closed(state: ConditionState) -> None:
    with pytest.raises(Refused, match=f"is already {state}"):
        must_not_be_closed(condition(state=state, closed_at=NOW, closed_by="U1"))


def test_none_is_not_all() -> None:
    assert not all_closed([])
    assert not all_closed([condition()])


def test_an_action_is_refused_with_the_condition_its_owner_and_its_due_time() -> None:
    require_free("promote", [])
    held = [Held(condition=condition(), environment="staging")]
    late = condition(number=2, owner="U5", state=ConditionState.OVERDUE, overdue_at=NOW)
    held.append(Held(condition=late, environment="staging"))
    with pytest.raises(Refused) as refused:
        require_free("promote", held)
    assert str(refused.value) == (
        "promote is held: condition 1 of run #7 is open (due 2026-03-01 13:00 UTC): quota. 1 more condition holds it."
    )
    assert refused.value.people == ("U1", "U5")
