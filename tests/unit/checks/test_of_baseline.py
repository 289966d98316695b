"""Limits relative to the baseline, with and without a usable one."""

from __future__ import annotations

import pytest

from checks.gate import Gate
from checks.judge import judge
from checks.limits import Limit, Limits, OfBaseline
from checks.numbers import Scalar
from checks.outcome import Outcome
from checks.reading import Before, Measurement, Reading, Typical
from checks.wording import change_of


def outcome(
    limit: str, value: Scalar, was: Scalar, *, unit: str = "/min", was_in: str = "/min"
) -> tuple[Outcome, str]:
    measured = Measurement(readings=(Reading(name="rate", value=value, unit=unit),))
    typical = Typical(name="rate", value=was, unit=was_in, samples=3)
    before = Before(called="baseline 3", why="", readings={"rate": typical})
    judged = judge(measured, Limits({"rate": limit}), Limits(), before=before)  # type: ignore[dict-item]
    return judged.outcome, judged.reason


@pytest.mark.parametrize(
    ("limit", "value", "was", "expected"),
    [
        (">= 90% of baseline", 90, 100, Outcome.PASS),
        (">= 90% of baseline", 89.999, 100, Outcome.FAIL),
        ("> 90% of baseline", 90, 100, Outcome.FAIL),
        ("<= 120% of baseline", 120, 100, Outcome.PASS),
        ("<= 120% of baseline", 120.001, 100, Outcome.FAIL),
        (">= 100%   of   baseline", 41.2, 41.2, Outcome.PASS),
        (">= 33.3333% of baseline", 0.333333, 1, Outcome.PASS),
        ("<= 0% of baseline", 0, 7, Outcome.PASS),
        ("<= 120% of baseline", 0, 0, Outcome.PASS),
        ("<= 120% of baseline", 1, 0, Outcome.FAIL),
        ("<= 120% of baseline", None, 100, Outcome.UNKNOWN),
    ],
)
def test_a_limit_relative_to_the_baseline_is_exact(
    limit: str, value: Scalar, was: Scalar, expected: Outcome
) -> None:
    assert outcome(limit, value, was)[0] is expected


@pytest.mark.parametrize(
    ("limit", "was", "was_in", "why"),
    [
        (">= 90% of baseline", 0, "/min", "it was 0 /min in the baseline, of which no share says anything"),
        ("<= 90% of baseline", -5, "/min", "it was -5 /min in the baseline, of which no share says anything"),
        (">= 90% of baseline", "fast", "/min", "the baseline has no number for it"),
        (">= 90% of baseline", True, "/min", "the baseline has no number for it"),
        (">= 90% of baseline", 100, "s", "baseline 3 has it in s, not in /min"),
        (">= 90% of baseline", 100, "", "baseline 3 has it in no unit, not in /min"),
    ],
)
def test_an_unusable_baseline_gives_unknown(limit: str, was: Scalar, was_in: str, why: str) -> None:
    found, reason = outcome(limit, 100, was, was_in=was_in)
    assert found is Outcome.UNKNOWN
    assert why in reason.replace("0/min", "0 /min").replace("5/min", "5 /min")


def test_a_missing_baseline_gives_unknown_and_a_remedy() -> None:
    measured = Measurement(readings=(Reading(name="rate", value=1),))
    judged = judge(measured, Limits({"rate": ">= 90% of baseline"}), Limits())  # type: ignore[dict-item]
    assert judged.outcome is Outcome.UNKNOWN
    assert "there is no baseline; capture a baseline before the change" in judged.reason


def test_the_reason_contains_the_limit_as_written_and_its_value() -> None:
    found, reason = outcome(">= 90% of baseline", 41, 50)
    assert found is Outcome.FAIL
    assert "limit >= 90% of baseline (45" in reason


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("== 90% of baseline", "expected <, <=, > or >= before a share of the baseline"),
        (">= baseline * 0.9", "expected a share of the baseline like '>= 90% of baseline'"),
        (">= 0.9 of baseline", "expected a share of the baseline like"),
        (">= -90% of baseline", "expected a share of the baseline like"),
    ],
)
def test_other_expressions_with_a_baseline_are_refused(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match="baseline") as refused:
        Limit.parse(text)
    assert problem in str(refused.value)


def test_a_reading_can_be_named_baseline() -> None:
    """`jobs.throughput` has such a reading."""
    units = {"rate": "/min", "baseline": "/min"}
    limits = Limits({"rate": ">= baseline"})  # type: ignore[dict-item]
    assert list(limits.problems(units)) == []
    assert not isinstance(limits.of("rate")[0].operand, OfBaseline)
    [(_, problem)] = limits.problems({"rate": "/min"})
    assert "write >= 100% of baseline" in problem


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        (100, 152, "+52%"),
        (100, 91.7, "−8.3%"),
        (3, 3.0, "the same"),
        (0, 2, "up from 0"),
        (0, -2, "down from 0"),
        (-10, -5, "+50%"),
        ("a", "b", "changed"),
        ("a", "a", "the same"),
        (True, 1, "changed"),
    ],
)
def test_changes_are_worded(before: Scalar, now: Scalar, said: str) -> None:
    assert change_of(before, now) == said


def test_a_kind_of_which_no_baseline_is_captured_has_no_share_of_one() -> None:
    limits = {"duration": "<= 120% of baseline"}
    with pytest.raises(
        ValueError, match="no baseline is captured of gate, so that it would always be UNKNOWN"
    ):
        Gate.model_validate(
            {"kind": "gate", "source": "repository", "owner": "platform", "run": ["true"], "pass": limits}
        )
