"""Gates and scenarios of one run are about one commit of their workspace."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.rules.one_tree import on_one_tree
from checks.outcome import Cause, Outcome
from checks.reading import Measurement
from checks.result import Result

FIRST, SECOND = "1a2b3c4" + "0" * 33, "5d6e7f8" + "0" * 33


def result(commit: str | None, outcome: Outcome = Outcome.PASS) -> Result:
    look = Measurement(readings=(), context={"commit": commit})
    now = datetime(2026, 3, 1, tzinfo=UTC)
    return Result(outcome=outcome, reason="exit code 0", measurements=(look,), started_at=now, seconds=1)


@pytest.mark.parametrize("outcome", [Outcome.PASS, Outcome.WARN])
@pytest.mark.parametrize("earlier", Outcome)
def test_a_pass_on_another_commit_is_unknown_and_names_both(outcome: Outcome, earlier: Outcome) -> None:
    found = on_one_tree(result(SECOND, outcome), {"lint": result(FIRST, earlier)})
    assert (found.outcome, found.cause) == (Outcome.UNKNOWN, Cause.ENVIRONMENT)
    assert found.reason == "it ran on 5d6e7f8, and lint on 1a2b3c4: the tree moved during the run"
    assert found.measurements == result(SECOND).measurements


@pytest.mark.parametrize("outcome", [Outcome.UNKNOWN, Outcome.ERROR, Outcome.FAIL])
def test_what_does_not_pass_keeps_its_own_reason(outcome: Outcome) -> None:
    own = result(SECOND, outcome)
    assert on_one_tree(own, {"lint": result(FIRST)}) is own


@pytest.mark.parametrize("other", [result(SECOND), result(None)])
def test_the_same_commit_and_one_that_git_cannot_tell_change_nothing(other: Result) -> None:
    own = result(SECOND)
    assert on_one_tree(own, {"lint": other}) is own
    assert on_one_tree(own, {}) is own
    alone = result(None)
    assert on_one_tree(alone, {"lint": other}) is alone
