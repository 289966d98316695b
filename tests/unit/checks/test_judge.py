"""Judging one measurement: outcome, sentence and cause, and never a pass by accident."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.judge import Judgement, judge
from checks.limits import Limits
from checks.outcome import Cause, Outcome
from checks.reading import Measurement, Reading


def judged(
    *readings: Reading, passing: dict[str, Any], warning: dict[str, Any] | None = None, at_least: int = 0
) -> Judgement:
    limits = (Limits.model_validate(passing), Limits.model_validate(warning or {}))
    return judge(Measurement(readings=readings), *limits, at_least=at_least)


def age(value: Any, n: int | None = None) -> Reading:
    return Reading(name="p95", value=value, unit="s", n=n)


@pytest.mark.parametrize(
    ("value", "outcome", "cause", "reason"),
    [
        (179.0, Outcome.PASS, None, "p95 is 179 s, limit < 180s"),
        (180.0, Outcome.WARN, Cause.REGRESSION, "p95 is 180 s, limit < 180s"),
        (239.9, Outcome.WARN, Cause.REGRESSION, "p95 is 240 s, limit < 180s"),
        (240.0, Outcome.FAIL, Cause.REGRESSION, "p95 is 240 s, limit < 180s"),
    ],
)
def test_a_value_outside_pass_and_warn_fails(
    value: float, outcome: Outcome, cause: Cause | None, reason: str
) -> None:
    judgement = judged(age(value), passing={"p95": "< 180s"}, warning={"p95": "< 240s"})

    assert (judgement.outcome, judgement.cause, judgement.reason) == (outcome, cause, reason)


def test_all_limits_of_a_reading_must_hold_and_the_broken_one_is_named() -> None:
    judgement = judged(Reading(name="covered", value=63), passing={"covered": ["> 0", "<= 62"]})

    assert judgement.outcome is Outcome.FAIL
    assert judgement.judged[0].limit == "<= 62"


def test_a_reading_can_be_compared_with_another_and_both_are_shown() -> None:
    readings = Reading(name="passed", value=416), Reading(name="total", value=417)

    assert judged(*readings, passing={"passed": "== total"}).reason == "passed is 416, limit == total (417)"


def test_the_worst_reading_decides_and_only_the_worst_are_named() -> None:
    judgement = judged(age(1), Reading(name="max", value=9, unit="s"), passing={"p95": "< 5s", "max": "< 5s"})

    assert judgement.reason == "max is 9 s, limit < 5s"
    assert [one.outcome for one in judgement.judged] == [Outcome.PASS, Outcome.FAIL]


def test_many_broken_limits_are_counted_beyond_the_third() -> None:
    readings = [Reading(name=f"r{number}", value=1) for number in range(5)]
    judgement = judged(*readings, passing={reading.name: "== 0" for reading in readings})

    assert judgement.reason.endswith("; and 2 more")


def test_limited_readings_come_first_and_the_others_are_kept() -> None:
    judgement = judged(Reading(name="due", value=3), age(1), passing={"p95": "< 5s"})

    assert [(one.reading.name, one.limit) for one in judgement.judged] == [("p95", "< 5s"), ("due", "")]


class TestFailsClosed:
    @pytest.mark.parametrize(
        "readings",
        [(), (age(None),), (Reading(name="max", value=1, unit="s"),)],
        ids=["none", "empty", "other"],
    )
    def test_a_missing_reading_is_unknown(self, readings: tuple[Reading, ...]) -> None:
        judgement = judged(*readings, passing={"p95": "< 180s"})

        assert (judgement.outcome, judgement.cause) == (Outcome.UNKNOWN, Cause.DATA_MISSING)

    def test_a_measurement_without_limited_readings_is_unknown(self) -> None:
        assert judged(age(1), passing={}).outcome is Outcome.UNKNOWN

    @pytest.mark.parametrize(
        ("n", "outcome"), [(29, Outcome.UNKNOWN), (30, Outcome.PASS), (31, Outcome.PASS)]
    )
    def test_too_few_samples_are_unknown(self, n: int, outcome: Outcome) -> None:
        assert judged(age(1, n), passing={"p95": "< 5s"}, at_least=30).outcome is outcome

    def test_too_few_samples_are_unknown_even_out_of_limits(self) -> None:
        judgement = judged(age(9, 3), passing={"p95": "< 5s"}, at_least=30)

        assert judgement.outcome is Outcome.UNKNOWN
        assert judgement.reason == "p95 rests on 3 samples, 30 are needed"

    def test_an_unknown_sample_size_is_too_small(self) -> None:
        assert judged(age(1), passing={"p95": "< 5s"}, at_least=30).outcome is Outcome.UNKNOWN

    def test_a_missing_reading_to_compare_with_is_unknown(self) -> None:
        readings = Reading(name="passed", value=3), Reading(name="total", value=None)

        assert judged(*readings, passing={"passed": "== total"}).outcome is Outcome.UNKNOWN
        assert judged(readings[0], passing={"passed": "== total"}).outcome is Outcome.UNKNOWN

    @pytest.mark.parametrize("value", ["1", True])
    def test_a_value_of_another_type_is_an_error(self, value: Any) -> None:
        judgement = judged(Reading(name="n", value=value), passing={"n": "== 1"})

        assert (judgement.outcome, judgement.cause) == (Outcome.ERROR, Cause.CONFIGURATION)

    def test_an_unexpected_unit_is_an_error_that_names_both_units(self) -> None:
        judgement = judged(Reading(name="p95", value=1), passing={"p95": "< 180s"})

        assert judgement.outcome is Outcome.ERROR
        assert "is in s, but p95 is measured in no unit" in judgement.reason


@given(value=st.floats(0.001, 1e9), bound=st.integers(1, 10**9))
def test_a_rounded_value_never_appears_on_the_other_side_of_its_limit(value: float, bound: int) -> None:
    judgement = judged(Reading(name="x", value=value), passing={"x": f"< {bound}"})

    said = float(judgement.reason.removeprefix("x is ").partition(", limit")[0].replace(",", ""))
    assert (said < bound) == (judgement.outcome is Outcome.PASS)
