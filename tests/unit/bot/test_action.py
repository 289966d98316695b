"""Who may confirm an action and when, and that it is executed once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.base.errors import Refused
from bot.rules.action import (
    FRESH,
    Action,
    ActionState,
    Confirmation,
    Previewed,
    latest,
    missing,
    must_be_current,
    must_be_free,
    must_be_unclear,
    require_can_confirm,
    waiting,
    why_anew,
)
from bot.rules.people import Electorate, Person
from checks.actions.base import Preview
from tests.unit.bot.dossiers import NOW

SEEN = Preview(does=("DELETE FROM job",), rows=3, verb="delete")
ANA, BEN = (Person(id=person, name="", team="") for person in ("U01ANA", "U02BEN"))
ALLOW = {"managers": 1, "platform": 1}
HELD = Electorate(roles={"managers": frozenset({"U01ANA"}), "platform": frozenset({"U01ANA", "U02BEN"})})


def attempt(state: ActionState, number: int = 1, **more: object) -> Action:
    said = Confirmation(person="U01ANA", roles=("managers",), at=NOW)
    return Action.model_validate(
        {
            "run": 1,
            "name": "backfill",
            "attempt": number,
            "state": state,
            "preview": SEEN,
            "confirmed": (said,),
            "requested_at": NOW,
            "idempotency_key": "k",
            **more,
        }
    )


@pytest.mark.parametrize("state", ActionState)
def test_only_failed_or_partly_confirmed_actions_can_be_confirmed(state: ActionState) -> None:
    free = {ActionState.REQUESTED, ActionState.FAILED}
    if state in free:
        must_be_free(attempt(state), 1)
    else:
        with pytest.raises(Refused):
            must_be_free(attempt(state), 1)
    must_be_free(None, 1)


def test_a_fully_confirmed_action_cannot_be_confirmed_again() -> None:
    with pytest.raises(Refused, match="about to be done"):
        must_be_free(attempt(ActionState.REQUESTED, ready_at=NOW), 1)


def test_the_newest_attempt_counts() -> None:
    first, second = attempt(ActionState.FAILED), attempt(ActionState.DONE, 2)
    assert latest([second, first], "backfill") == second
    assert latest([second, first], "promote") is None


def test_each_person_counts_toward_one_group() -> None:
    assert missing(["U01ANA"], ALLOW, HELD) == {"platform": 1}
    assert missing(["U02BEN", "U01ANA"], ALLOW, HELD) == {}


def test_a_person_confirms_once_and_learns_who_else_can() -> None:
    require_can_confirm(ANA, ALLOW, HELD)
    with pytest.raises(Refused, match="You have confirmed this already") as refused:
        require_can_confirm(ANA, ALLOW, HELD, confirmed=("U01ANA",))
    assert refused.value.people == ("U02BEN",)


def test_guests_and_people_without_the_role_cannot_confirm() -> None:
    stranger = Person(id="U04MIA", name="", team="")
    with pytest.raises(Refused, match="Only managers and platform can do this"):
        require_can_confirm(stranger, ALLOW, HELD)
    guest = BEN.model_copy(update={"guest": True})
    with pytest.raises(Refused, match="this account is a guest"):
        require_can_confirm(guest, ALLOW, HELD)


def test_a_preview_is_valid_for_its_viewer_and_for_a_limited_time() -> None:
    seen = Previewed(run=1, name="backfill", person="U01ANA", key="k", preview=SEEN, at=NOW)
    assert must_be_current(seen, "U01ANA", NOW + FRESH) == seen
    for previewed, person, at in (
        (None, "U01ANA", NOW),
        (seen, "U02BEN", NOW),
        (seen, "U01ANA", NOW + FRESH + timedelta(seconds=1)),
        (
            seen.model_copy(update={"preview": SEEN.model_copy(update={"problem": "too many"})}),
            "U01ANA",
            NOW,
        ),
    ):
        with pytest.raises(Refused):
            must_be_current(previewed, person, at)


def test_two_confirmations_must_have_the_same_statement_and_row_count_within_an_hour() -> None:
    request, later = attempt(ActionState.REQUESTED), NOW + timedelta(minutes=59)
    assert not why_anew(request, SEEN.model_copy(update={"sample": ("other",)}), later)
    for other in ({"rows": 4}, {"does": ("DELETE FROM other",)}):
        assert "has changed since" in why_anew(request, SEEN.model_copy(update=other), later)
    assert "within an hour" in why_anew(request, SEEN, NOW + timedelta(hours=1))


def test_a_request_waits_for_an_hour_until_everybody_has_confirmed_it() -> None:
    request = attempt(ActionState.REQUESTED)
    assert waiting([request], request.name, NOW + timedelta(minutes=59)) == request
    assert waiting([request], request.name, NOW + timedelta(hours=1)) is None
    assert waiting([request], "other", NOW) is None
    assert waiting([request.model_copy(update={"ready_at": NOW})], request.name, NOW) is None
    assert waiting([attempt(ActionState.DONE)], request.name, NOW) is None


def test_only_the_unclear_attempt_can_be_settled() -> None:
    unclear = attempt(ActionState.UNCLEAR, 2)
    assert must_be_unclear(unclear, 2) == unclear
    for action, number in ((None, 1), (unclear, 1), (attempt(ActionState.DONE, 2), 2)):
        with pytest.raises(Refused, match="settled already"):
            must_be_unclear(action, number)
