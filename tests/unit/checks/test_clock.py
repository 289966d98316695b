"""How far two clocks differ, although reading one takes time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from checks.outcome import CheckError
from checks.reading import Moment
from checks.sources.postgres.clock import ClockReading

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def shown(ahead: float, *, asked: float = 100, answered: float = 100) -> ClockReading:
    """A clock `ahead` seconds ahead of one that reads noon at 100, read when the answer came."""
    return ClockReading(asked, answered, NOON.timestamp() + ahead + answered - 100)


def moment(read_at: float | None = 100) -> Moment:
    return Moment(now=NOON, read_at=read_at)


@pytest.mark.parametrize("ahead", [0, 61, -61, 3600, -7200])
@pytest.mark.parametrize("later", [0, 30, 4000])
def test_the_time_between_the_two_readings_is_no_difference(ahead: float, later: float) -> None:
    read = shown(ahead, asked=100 + later, answered=100 + later)
    assert read.ahead_of(moment()) == timedelta(seconds=ahead)


def test_a_slow_answer_is_no_difference() -> None:
    assert shown(0, asked=100, answered=400).ahead_of(moment()) == timedelta()
    assert shown(-299, asked=100, answered=400).ahead_of(moment()) == timedelta()
    assert shown(500, asked=100, answered=400).ahead_of(moment()) == timedelta(seconds=500)
    assert shown(-500, asked=100, answered=400).ahead_of(moment()) == timedelta(seconds=-200)


def test_a_later_measurement_is_compared_with_the_same_clock() -> None:
    later = moment().later(timedelta(hours=3))
    assert shown(0, asked=100 + 10800, answered=100 + 10800).ahead_of(later) == timedelta()
    assert shown(90).ahead_of(later) == timedelta(seconds=90)


def test_a_moment_that_is_not_the_present_is_not_compared() -> None:
    shown(1e6).compare(moment(None), MINUTE)


@pytest.mark.parametrize("ahead", [0, 60, -60])
def test_clocks_agree_within_the_skew(ahead: float) -> None:
    shown(ahead).compare(moment(), MINUTE)


@pytest.mark.parametrize(("ahead", "said"), [(61, "1m1s ahead of"), (-3600, "1h behind")])
def test_the_error_says_how_far_they_differ_and_what_to_do(ahead: float, said: str) -> None:
    with pytest.raises(CheckError, match=f"the database's clock is {said} the bot's") as caught:
        shown(ahead).compare(moment(), MINUTE)
    assert "at most 1m is accepted (`layout.clock_skew`" in str(caught.value)
    assert "NTP" in caught.value.hint
