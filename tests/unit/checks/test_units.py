"""Durations and values as people write and read them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.units import parse_duration, say_duration, say_value


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("15m", 900), ("1h30m", 5400), ("7d", 604_800), ("250ms", 0.25), ("1.5h", 5400)],
)
def test_a_duration_is_read(text: str, seconds: float) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "90",
        90,
        "1 fortnight",
        "-5s",
        "999d",
        "s",
        "1h 30",
        None,
        "1" * 50 + "s",
        "99999999999999d",
        "9" * 30 + "h",
    ],
)
def test_an_invalid_duration_is_refused(text: Any) -> None:
    with pytest.raises(ValueError):
        parse_duration(text)


@given(st.integers(0, 366 * 86_400_000))
def test_a_formatted_duration_is_read_back_the_same(milliseconds: int) -> None:
    length = timedelta(milliseconds=milliseconds)

    assert parse_duration(say_duration(length)) == length


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (184.23, "s", "184 s"),
        (0.4312, "%", "0.431 %"),
        (18240, "", "18,240"),
        (18240.6, "/min", "18,241 /min"),
        (0.415, "", "0.415"),
        (99.96, "%", "100 %"),
        (0.0000123, "s", "0.0000123 s"),
        (-1.5, "s", "-1.5 s"),
        (62.0, "", "62"),
        (0.0, "%", "0 %"),
        (True, "", "true"),
        ("in sync", "", "“in sync”"),
        (None, "s", "nothing"),
    ],
)
def test_a_value_is_rounded_sensibly(value: Any, unit: str, said: str) -> None:
    assert say_value(value, unit) == said
