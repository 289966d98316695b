"""What was not measured, or has no limit, is never a pass: alone, in a table, or when a limit compares with it."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from checks.expect import Expectation
from checks.judge import Judgement, judge
from checks.kinds import KINDS
from checks.limits import Limits
from checks.outcome import CheckError, Outcome
from checks.reading import Measurement, Reading
from checks.responses import Seen, why_not
from checks.result import Judged


def judged(
    *readings: Reading, limits: dict[str, Any], warning: dict[str, Any] | None = None, at_least: int = 0
) -> Judgement:
    passing, warn = Limits.model_validate(limits), Limits.model_validate(warning or {})
    return judge(Measurement(readings=readings), passing, warn, at_least=at_least)


def test_a_reading_without_a_limit_has_no_outcome() -> None:
    readings = (
        Reading(name="p95", value=1, unit="s"),
        Reading(name="due", value=3),
        Reading(name="old", value=None),
    )
    judgement = judged(*readings, limits={"p95": "< 5s"})

    assert [(one.outcome, one.word) for one in judgement.judged] == [
        (Outcome.PASS, "PASS"),
        (None, "info"),
        (None, "info"),
    ]
    assert judgement.outcome is Outcome.PASS


def test_having_no_outcome_is_the_least_severe() -> None:
    shown = Judged(reading=Reading(name="due", value=3), outcome=None)
    passed = Judged(reading=Reading(name="p95", value=3), outcome=Outcome.PASS)
    assert shown.severity < passed.severity


@pytest.mark.parametrize("comparison", ["<", "<=", ">", ">=", "==", "!="])
@pytest.mark.parametrize("bound", ["3", "other", "missing"])
def test_a_missing_value_is_within_no_limit(comparison: str, bound: str) -> None:
    readings = Reading(name="x", value=None), Reading(name="other", value=None)
    assert judged(*readings, limits={"x": f"{comparison} {bound}"}).outcome is Outcome.UNKNOWN
    assert judged(limits={"x": f"{comparison} {bound}"}).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("limit", ['!= "down"', "!= true", "!= 3"])
def test_not_equal_is_not_met_by_a_value_of_another_type(limit: str) -> None:
    for value in ("up", False, 4):
        outcome = judged(Reading(name="x", value=value), limits={"x": limit}).outcome
        same = {'!= "down"': str, "!= true": bool, "!= 3": int}[limit] is type(value)
        assert outcome is (Outcome.PASS if same else Outcome.ERROR)


@pytest.mark.parametrize("at_least", [0, 1, 30])
def test_a_statistic_of_no_samples_is_unknown(at_least: int) -> None:
    judgement = judged(Reading(name="failed", value=0, n=0), limits={"failed": "== 0"}, at_least=at_least)
    assert judgement.outcome is Outcome.UNKNOWN


def test_a_missing_value_is_unknown_under_warn_too() -> None:
    found = judged(Reading(name="x", value=None), limits={"x": "< 1"}, warning={"x": "< 9"})
    assert found.outcome is Outcome.UNKNOWN


@given(
    st.lists(
        st.tuples(
            st.sampled_from("abc"),
            st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=2)),
            st.one_of(st.none(), st.integers(0, 3)),
        ),
        max_size=3,
        unique_by=lambda one: one[0],
    ),
    st.dictionaries(
        st.sampled_from("abc"), st.sampled_from(["< 2", "!= 3", "== b", '!= "x"', "== true"]), min_size=1
    ),
)
def test_a_pass_needs_a_measured_value_for_every_limited_reading(
    found: list[Any], limits: dict[str, str]
) -> None:
    readings = [Reading(name=name, value=value, n=n) for name, value, n in found]
    measured = {reading.name for reading in readings if reading.value is not None and reading.n != 0}
    judgement = judged(*readings, limits=limits)
    if judgement.outcome.recommends_go:
        assert set(limits) <= measured
    assert {one.reading.name for one in judgement.judged if one.outcome} == set(limits)


def test_a_limit_cannot_compare_a_reading_with_itself() -> None:
    fields = {
        "kind": "gate",
        "owner": "x",
        "run": ["a"],
        "read": {"passed": "a"},
        "pass": {"passed": "== passed"},
    }
    with pytest.raises(ValidationError, match="compares passed with itself"):
        KINDS["gate"].model_validate(fields)


def test_at_least_is_refused_if_no_reading_has_a_sample_size() -> None:
    fields = {"kind": "gate", "owner": "x", "run": ["a"], "at_least": 5}
    with pytest.raises(ValidationError, match="no reading of gate has a sample size"):
        KINDS["gate"].model_validate(fields)


def test_a_limit_on_expectations_is_refused_if_there_are_none() -> None:
    fields = {
        "kind": "http.probe",
        "owner": "x",
        "request": {"path": "/"},
        "pass": {"expectations_met": ">= 0"},
    }
    with pytest.raises(ValidationError, match="no reading is called 'expectations_met'"):
        KINDS["http.probe"].model_validate(fields)


@pytest.mark.parametrize("value", [-60.5, -7200, float("-1e300")])
@pytest.mark.parametrize("limit", ["< 180s", "<= 3m", "< other"])
def test_a_negative_age_does_not_pass_as_small(value: float, limit: str) -> None:
    age, other = Reading(name="age", value=value, unit="s"), Reading(name="other", value=5, unit="s")
    judgement = judged(age, other, limits={"age": limit})
    assert judgement.outcome is Outcome.ERROR
    assert "no limit expects a length below 0" in judgement.reason


@pytest.mark.parametrize(
    ("value", "unit", "limits"),
    [
        (-0.2, "s", "< 180s"),  # clocks always differ a little
        (-60, "s", "< 180s"),
        (-7200, "s", ["< 180s", ">= -3h"]),
        (-7200, "s", "< -1h"),
        (-7200, "", "< 180"),
    ],
)
def test_an_intended_negative_value_passes(value: float, unit: str, limits: Any) -> None:
    assert judged(Reading(name="x", value=value, unit=unit), limits={"x": limits}).outcome is Outcome.PASS


# ------------------------------------------------------------------ expectations
NO_CONDITION = [
    "last.status",
    "last.ms",
    "last",
    "responses",
    "responses[0].status",
    "size(last.body)",
    "size(responses)",
    "last.status + 1",
    '"ok"',
    "200",
    'last.status == 200 ? "yes" : "no"',
    "responses.map(r, r.status)",
    "responses.filter(r, r.status == 200)",
]


@pytest.mark.parametrize("text", NO_CONDITION)
def test_an_expectation_that_is_never_true_or_false_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected a comparison"):
        Expectation.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "last.body.ok",
        "last.body",
        "!last.body.failed",
        "last.body.items.all(i, i.ok)",
        "responses.all(r, r.status == 200)",
        'last.headers["x-state"] == "ok"',
        "last.ms < 5.0",
        'last.body.contains("ok")',
        "last.body[0] == 1",
        "last.body.count > 0 || last.status == 204",
        "true",
    ],
)
def test_an_expression_that_can_be_true_or_false_is_accepted(text: str) -> None:
    assert Expectation.parse(text).text == text


@pytest.mark.parametrize("value", [1, "true", {}, [], 0, None, 1.5])
def test_a_result_other_than_true_or_false_is_a_configuration_error(value: Any) -> None:
    answer = {"status": 200, "headers": {}, "body": {"ok": value}, "ms": 1.0}
    with pytest.raises(CheckError, match=r"last.body.ok is .*, expected true or false"):
        why_not("last.body.ok", Seen.of([answer]))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "last.stauts == 200",
            "last has no 'stauts', expected one of status, body, headers, ms; did you mean 'status'?",
        ),
        ("responses[1].code == 200", "responses[1] has no 'code'"),
        ('last.headers["Content-Type"] == "x"', "expected the header's name in lower case: 'content-type'"),
    ],
)
def test_an_unknown_field_of_a_response_is_refused(text: str, said: str) -> None:
    with pytest.raises(ValueError) as caught:
        Expectation.parse(text)
    assert said in str(caught.value)


# ------------------------------------------------------------------ samples
@pytest.mark.parametrize("outcomes", list(product([Outcome.UNKNOWN, Outcome.ERROR, Outcome.FAIL], repeat=2)))
def test_a_sample_without_any_pass_does_not_recommend_a_go(outcomes: tuple[Outcome, ...]) -> None:
    from checks.sample import Sampling

    sampling = Sampling.model_validate({"count": 5, "fail_at": 5, "error_at": 5})
    assert not sampling.conclude(outcomes).recommends_go
    assert not sampling.conclude([]).recommends_go
