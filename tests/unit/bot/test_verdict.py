"""The verdict that a run's results amount to."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.rules.verdict import Recommendation, assess
from checks.outcome import Outcome
from checks.result import Result


def result(outcome: Outcome) -> Result:
    return Result(
        outcome=outcome, reason=f"it is {outcome}", started_at=datetime(2026, 3, 1, tzinfo=UTC), seconds=0.1
    )


@pytest.mark.parametrize(
    ("outcome", "advice"),
    [
        (Outcome.PASS, Recommendation.GO),
        (Outcome.WARN, Recommendation.CONDITIONAL_GO),
        (Outcome.UNKNOWN, Recommendation.NO_GO),
        (Outcome.ERROR, Recommendation.NO_GO),
        (Outcome.FAIL, Recommendation.NO_GO),
    ],
)
def test_the_worst_outcome_decides_the_recommendation(outcome: Outcome, advice: Recommendation) -> None:
    verdict = assess({"good": result(Outcome.PASS), "other": result(outcome)}, {})
    assert (verdict.outcome, verdict.recommendation) == (outcome, advice)


def test_nothing_measured_is_unknown_and_no_go() -> None:
    verdict = assess({}, {})
    assert (verdict.outcome, verdict.recommendation) == (Outcome.UNKNOWN, Recommendation.NO_GO)
    assert verdict.reasons == ("nothing was measured",)


def test_errors_alone_are_no_go() -> None:
    verdict = assess({"a": result(Outcome.ERROR), "b": result(Outcome.ERROR)}, {})
    assert verdict.recommendation is Recommendation.NO_GO
    assert verdict.needs_waiver == ("a", "b")


def test_an_error_is_mitigated_by_a_fallback_that_passed() -> None:
    results = {"logs": result(Outcome.ERROR), "scenarios": result(Outcome.PASS)}
    verdict = assess(results, {"logs": "scenarios"})
    assert verdict.recommendation is Recommendation.CONDITIONAL_GO
    assert verdict.needs_waiver == ()
    assert verdict.reasons == ("logs: it is ERROR (mitigated: scenarios passed)",)


@pytest.mark.parametrize("own", [Outcome.FAIL, Outcome.UNKNOWN])
def test_a_fallback_mitigates_only_an_error(own: Outcome) -> None:
    results = {"logs": result(own), "scenarios": result(Outcome.PASS)}
    assert assess(results, {"logs": "scenarios"}).needs_waiver == ("logs",)


def test_a_fallback_that_only_warned_mitigates_nothing() -> None:
    results = {"logs": result(Outcome.ERROR), "scenarios": result(Outcome.WARN)}
    assert assess(results, {"logs": "scenarios"}).needs_waiver == ("logs",)


def test_reasons_come_worst_first() -> None:
    results = {
        "warned": result(Outcome.WARN),
        "failed": result(Outcome.FAIL),
        "errored": result(Outcome.ERROR),
    }
    assert [reason.split(":")[0] for reason in assess(results, {}).reasons] == ["failed", "errored", "warned"]
