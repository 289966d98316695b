"""Numbers stay exactly as written: when they are read, compared, shown, and frozen as evidence."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.base.canonical import canonical
from checks.limits import Limit
from checks.numbers import exactly, number_in_json, parse_number, times
from checks.reading import Measurement, Reading
from checks.units import UNITS, interval_seconds, parse_quantity, say_value


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("62", 62),
        ("+12", 12),
        ("-0", 0),
        (".75", 0.75),
        ("5.", 5),
        ("5.0", 5),
        ("1E5", 100_000),
        ("9.6e-06", 9.6e-06),
        ("0.3333333333333333", 0.3333333333333333),
        (" 12 \n", 12),
        ("007", 7),
        ("1e400", Decimal("1e400")),
        ("20260115093000124", 20260115093000124),
        ("0.10000000000000000001", Decimal("0.10000000000000000001")),
        ("1" * 5000, Decimal("1" * 5000)),
    ],
)
def test_a_number_is_read_in_any_form_that_programs_print(text: str, number: Any) -> None:
    assert parse_number(text) == number
    assert type(parse_number(text)) is type(number)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1,234",
        "99.5%",
        "12 ms",
        "1_000",
        "0x1f",
        "1.2.3",
        "nan",
        "inf",
        "-",
        ".",
        "e5",
        "1e",
        "１２",
        "--1",
        "1 2",
    ],
)
def test_anything_else_is_not_a_number(text: str) -> None:
    assert parse_number(text) is None


decimals = st.decimals(allow_nan=False, allow_infinity=False)
numbers = st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False), decimals)


@given(numbers)
def test_a_printed_number_is_read_back_the_same(number: Any) -> None:
    found = parse_number(str(number))
    assert found is not None
    assert exactly(found) == exactly(number)


@given(decimals)
def test_a_reading_keeps_its_number_through_json_and_the_canonical_form(number: Decimal) -> None:
    reading = Reading(name="x", value=number_in_json(str(number)))
    assert Reading.model_validate_json(reading.model_dump_json()) == reading
    frozen = canonical(reading.model_dump(mode="json"))
    assert canonical(json.loads(frozen)) == frozen
    assert Reading.model_validate(json.loads(frozen)) == reading


@pytest.mark.parametrize(
    "value", [True, False, None, "12", "{}", "", 0, 0.5, 2**53, 2**53 + 1, -(2**70), 10**400]
)
def test_a_value_keeps_its_type_through_json(value: Any) -> None:
    reading = Reading(name="x", value=value)
    again = Reading.model_validate_json(reading.model_dump_json())
    assert (again.value, type(again.value)) == (reading.value, type(reading.value))
    measured = Measurement(readings=(reading,), context={"build": value})
    assert Measurement.model_validate(json.loads(json.dumps(measured.model_dump(mode="json")))) == measured


def test_different_numbers_have_different_digests() -> None:
    assert len({canonical({"x": 20260115093000120 + last}) for last in range(10)}) == 10


@given(a=numbers, b=numbers, comparison=st.sampled_from(["<", "<=", ">", ">=", "==", "!="]))
def test_a_limit_compares_exactly(a: Any, b: Any, comparison: str) -> None:
    limit = Limit.parse(f"{comparison} {b}")
    expected = eval(f"x {comparison} y", {"x": exactly(a), "y": exactly(b)})
    assert limit.holds(a, limit.bound({})) == expected


def test_numbers_beyond_2_53_that_differ_by_one_are_different() -> None:
    limit = Limit.parse("== 20260115093000123")
    assert limit.holds(20260115093000123, limit.bound({}))
    assert not limit.holds(20260115093000124, limit.bound({}))


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("0.1s", (0.1, "s")),
        ("250ms", (0.25, "s")),
        ("1.5h", (5400, "s")),
        ("1h30m", (5400, "s")),
        ("-5s", (-5, "s")),
        ("1e-3s", (0.001, "s")),
        (".5 s", (0.5, "s")),
        ("40us", (0.00004, "s")),
        ("2/s", (120, "/min")),
        ("20/min", (20, "/min")),
        ("+99.5%", (99.5, "%")),
        ("1.5GiB", (1610612736, "B")),
        ("1 kB", (1000, "B")),
        ("1e5", (100_000, "")),
        ("20260115093000123", (20260115093000123, "")),
        ("0.10000000000000000001%", (Decimal("0.10000000000000000001"), "%")),
    ],
)
def test_a_quantity_is_converted_to_the_unit_of_readings(text: str, quantity: tuple[Any, str]) -> None:
    assert parse_quantity(text) == quantity


@pytest.mark.parametrize(
    "text", ["", "s", "5 parsecs", "1,000", "5ss", "5 5s", "1h 30", "-1h30m", "5 /h", "5 kb"]
)
def test_text_that_is_no_quantity_is_not_read(text: str) -> None:
    assert parse_quantity(text) is None


@given(number=numbers, unit=st.sampled_from(sorted(UNITS)))
def test_a_unit_is_converted_exactly(number: Any, unit: str) -> None:
    product = exactly(times(number, UNITS[unit][1]))
    assert product.as_integer_ratio() == _ratio(exactly(number), UNITS[unit][1])


def _ratio(a: Decimal, b: Decimal) -> tuple[int, int]:
    from fractions import Fraction

    return (Fraction(a) * Fraction(b)).as_integer_ratio()


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("PT5S", 5),
        ("P1DT2H0.5S", 93600.5),
        ("PT-0.25S", -0.25),
        ("P1M", 2_592_000),
        ("PT0S", 0),
        ("-PT5S", None),
        ("P", None),
        ("PT", None),
    ],
)
def test_an_interval_is_seconds(text: str, seconds: float | None) -> None:
    assert interval_seconds(text) == seconds


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (20260115093000124, "20,260,115,093,000,124"),
        (Decimal("1e5000"), "1e5000"),
        (10**29, "100," + ",".join(["000"] * 9)),
        (10**30, "1e30"),
        (Decimal("0.33333333333333333333"), "0.333"),
        (1.5e-300, "1.5e-300"),
        (-0.0, "0"),
    ],
)
def test_a_number_is_formatted_for_people(value: Any, said: str) -> None:
    assert say_value(value) == said


@pytest.mark.parametrize("text", ["1e9999999", "-1e-99999999999999", "1e999999"])
def test_an_absurdly_long_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"a number of more than 200,000 places"):
        number_in_json(text)
    assert parse_number(text) is None


class NeverWhole(Decimal):
    def as_integer_ratio(self) -> tuple[int, int]:
        raise AssertionError("it takes seconds to make an int of a number with many places")


def test_a_reading_keeps_a_decimal_as_it_is() -> None:
    number = NeverWhole("1e9999")

    assert Reading(name="much", value=number).value is number
