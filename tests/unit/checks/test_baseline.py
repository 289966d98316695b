"""How a baseline summarizes several measurements."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.baseline import summed_up
from checks.numbers import Scalar, exactly, is_number
from checks.reading import Measurement, Reading, Typical


def measured(*values: Scalar, unit: str = "s") -> list[Measurement]:
    return [Measurement(readings=(Reading(name="p95", value=value, unit=unit),)) for value in values]


@given(st.lists(st.one_of(st.integers(), st.decimals(allow_nan=False, allow_infinity=False)), min_size=1))
def test_a_number_is_summarized_by_a_measured_value(values: list[int | Decimal]) -> None:
    [typical] = summed_up(measured(*values))
    low, middle, high = (
        exactly(value) for value in (typical.low, typical.value, typical.high) if is_number(value)
    )
    assert middle in values
    assert 2 * sum(value < middle for value in values) < len(values)
    assert 2 * sum(value > middle for value in values) <= len(values)
    assert (low, high) == (min(values), max(values))
    assert typical.samples == len(values)


@pytest.mark.parametrize("value", ["primary", True, False])
def test_text_is_kept_if_all_measurements_agree(value: Scalar) -> None:
    expected = Typical(name="p95", unit="s", value=value, samples=2)
    assert summed_up(measured(value, value)) == (expected,)


@pytest.mark.parametrize("values", [("primary", "replica"), (True, False), (1, "one"), (1, True)])
def test_values_that_differ_and_are_not_numbers_have_no_median(values: tuple[Scalar, Scalar]) -> None:
    assert summed_up(measured(*values)) == ()


def test_missing_values_are_ignored() -> None:
    [typical] = summed_up(measured(None, 3, None))
    assert typical == Typical(name="p95", unit="s", value=3, samples=1, low=3, high=3)
    assert summed_up(measured(None)) == ()
    assert summed_up([]) == ()


def test_a_reading_whose_unit_changed_is_left_out() -> None:
    assert summed_up([*measured(1), *measured(2, unit="%")]) == ()
