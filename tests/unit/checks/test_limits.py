"""Limits: how they are written, what they compare, and which are refused at load time."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from checks.base import Check
from checks.limits import Limit, Limits, Other, Quantity


class Sample(Check):
    kind: Literal["sample"] = "sample"
    owner: str = "platform"

    def readings(self) -> dict[str, str]:
        return {"p95": "s", "percent": "%", "rate": "/min", "passed": "", "total": "", "word": ""}


def problems(**fields: Any) -> dict[str, str]:
    with pytest.raises(ValidationError) as caught:
        Sample.model_validate(fields)
    return {".".join(map(str, error["loc"])): error["msg"] for error in caught.value.errors()}


@pytest.mark.parametrize(
    ("text", "comparison", "operand"),
    [
        ("< 180s", "<", Quantity(180.0, "s")),
        ("<=3m", "<=", Quantity(180.0, "s")),
        ("< 1h30m", "<", Quantity(5400.0, "s")),
        ("> 250 ms", ">", Quantity(0.25, "s")),
        (">= 99.5%", ">=", Quantity(99.5, "%")),
        ("> 20/min", ">", Quantity(20.0, "/min")),
        ("== 62", "==", Quantity(62.0, "")),
        ("> -1.5", ">", Quantity(-1.5, "")),
        ("== total", "==", Other("total")),
        ('== "in sync"', "==", "in sync"),
        ("!= 'down'", "!=", "down"),
        ("== true", "==", True),
        ("  == 0  ", "==", Quantity(0.0, "")),
    ],
)
def test_a_limit_is_read_as_it_is_written(text: str, comparison: str, operand: Any) -> None:
    limit = Limit.parse(text)

    assert (limit.comparison, limit.operand, limit.text) == (comparison, operand, text.strip())


@pytest.mark.parametrize(
    "text",
    ["", "180s", "< ", "=< 3", "< 3 parsecs", "< 3 4", "== in sync", "~ 3",
     "<\n", "< '3'", "> true", '== "a', "< 180s; DROP", 180, 0.5, None, True, ["< 3"], "< " + "9" * 500],
)  # fmt: skip
def test_an_invalid_limit_is_refused_with_what_was_expected(text: Any) -> None:
    with pytest.raises(ValueError, match="expected"):
        Limit.parse(text)


@given(st.text(max_size=250))
def test_no_text_raises_anything_but_a_value_error(text: str) -> None:
    try:
        Limit.parse(text)
    except ValueError:
        return


@given(
    comparison=st.sampled_from(["<", "<=", ">", ">=", "==", "!="]),
    value=st.floats(allow_nan=False, allow_infinity=False),
    bound=st.integers(-(10**6), 10**6),
)
def test_numbers_compare_by_value(comparison: str, value: float, bound: int) -> None:
    limit = Limit.parse(f"{comparison} {bound}")

    assert limit.holds(value, limit.bound({})) == eval(f"value {comparison} bound")


@pytest.mark.parametrize("comparison", ["<", "<=", ">", ">=", "==", "!="])
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_only_finite_numbers_are_within_a_limit(comparison: str, value: float) -> None:
    limit = Limit.parse(f"{comparison} 3")

    assert not limit.holds(value, 3.0)
    assert not limit.holds(3.0, value)


@pytest.mark.parametrize(("value", "bound"), [("3", 3), (True, 1), (1, True), ("true", True), (None, 0)])
def test_values_of_different_types_cannot_be_compared(value: Any, bound: Any) -> None:
    with pytest.raises(TypeError):
        Limit.parse("== 3").holds(value, bound)


def test_limits_serialize_to_what_was_written() -> None:
    written = {"p95": "< 3m", "total": ["> 1", "<   62"], "word": '== "ok"'}

    assert Limits.model_validate(written).model_dump(mode="json") == written


@given(st.dictionaries(st.sampled_from("abc"), st.sampled_from(["< 3s", ["> 1", "< 2"], "== a"])))
def test_limits_survive_json(written: dict[str, Any]) -> None:
    limits = Limits.model_validate(written)

    assert Limits.model_validate_json(limits.model_dump_json()) == limits


class TestAtLoad:
    def test_an_unknown_reading_is_reported_at_its_key_with_the_nearest_name(self) -> None:
        found = problems(**{"pass": {"p59": "< 180s"}})

        assert list(found) == ["pass.p59"]
        assert "did you mean 'p95'?" in found["pass.p59"]

    @pytest.mark.parametrize(
        ("reading", "limit", "given", "measured"),
        [
            ("p95", "< 3%", "%", "s"),
            ("percent", "< 3s", "s", "%"),
            ("total", "> 3m", "s", "no unit"),
            ("p95", "< percent", "%", "s"),
        ],
    )
    def test_a_wrong_unit_is_reported_with_both_units(
        self, reading: str, limit: str, given: str, measured: str
    ) -> None:
        message = problems(**{"pass": {reading: limit}})[f"pass.{reading}"]

        assert f"is in {given}" in message
        assert f"measured in {measured}" in message

    @pytest.mark.parametrize(
        ("reading", "limit", "written"), [("p95", "< 180", "< 180s"), ("rate", "> 3", "> 3/min")]
    )
    def test_a_limit_without_a_unit_is_reported_with_how_to_write_it(
        self, reading: str, limit: str, written: str
    ) -> None:
        message = problems(**{"pass": {reading: limit}})[f"pass.{reading}"]
        assert f"needs a unit, such as {written!r}" in message

    def test_an_unquoted_word_is_told_to_go_in_quotes(self) -> None:
        message = problems(**{"pass": {"word": "== ok"}})["pass.word"]

        assert "words go in quotes" in message

    def test_warn_needs_a_pass_limit_on_the_same_reading(self) -> None:
        assert list(problems(**{"pass": {"p95": "< 1s"}, "warn": {"total": "< 3"}})) == ["warn.total"]

    def test_a_check_without_any_limit_is_refused(self) -> None:
        assert "without one, the check can never pass" in problems()["pass"]

    def test_every_problem_is_reported_at_once(self) -> None:
        fields = {"pass": {"p95": "< 1"}, "warn": {"p95": "< 2"}, "consecutive": 2, "sample": {"count": 9}}

        assert set(problems(**fields)) == {"pass.p95", "warn.p95", "consecutive", "timeout"}

    @pytest.mark.parametrize("key", ["window", "timeout"])
    def test_a_duration_of_zero_is_refused(self, key: str) -> None:
        assert key in problems(**{"pass": {"p95": "< 1s"}, key: "0s"})

    @pytest.mark.parametrize("name", ["fail_at", "fail_at_consecutive", "error_at"])
    def test_a_sample_limit_that_can_never_break_is_refused(self, name: str) -> None:
        found = problems(**{"pass": {"p95": "< 1s"}, "sample": {"count": 3, "every": "1s", name: 4}})

        assert "never reached" in found["sample"]

    def test_a_correct_check_is_accepted(self) -> None:
        check = Sample.model_validate(
            {
                "pass": {"p95": "< 180s", "passed": "== total"},
                "warn": {"p95": "< 4m"},
                "window": "30m",
                "consecutive": 4,
            }
        )

        assert check.window == timedelta(minutes=30)
