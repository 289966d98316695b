"""A sliding window allows so many calls in any stretch of its length, and says when the next one is allowed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.base.window import Rate, Window

MOST, SECONDS = 3, 10.0
gaps = st.lists(st.floats(0, 8, allow_nan=False), max_size=60)


@given(gaps)
def test_no_stretch_of_the_windows_length_exceeds_the_limit(gaps: list[float]) -> None:
    window, now, taken = Window(SECONDS), 0.0, []
    for gap in gaps:
        now += gap
        if window.wait(MOST, now) == 0:
            window.take(now)
            taken.append(now)
    for earlier, later in zip(taken, taken[MOST:], strict=False):
        assert later >= earlier + SECONDS


@given(gaps)
def test_waiting_as_long_as_told_is_enough_and_not_too_long(gaps: list[float]) -> None:
    window, now = Window(SECONDS), 0.0
    for gap in gaps:
        now += gap
        if wait := window.wait(MOST, now):
            assert window.wait(MOST, now + wait * 0.9) > 0
            now += wait * 1.000001
            assert window.wait(MOST, now) == 0
        window.take(now)


def test_a_returned_place_is_free_again() -> None:
    window = Window(SECONDS)
    for now in (1.0, 2.0, 3.0):
        window.take(now)
    assert window.wait(MOST, 4.0) > 0
    window.give_back(2.0)
    assert window.wait(MOST, 4.0) == 0


def test_with_a_lower_limit_the_wait_is_longer() -> None:
    window = Window(SECONDS)
    for now in (1.0, 2.0, 3.0):
        window.take(now)
    assert [window.wait(most, 4.0) for most in (1, 2, 3, 4)] == [9.0, 8.0, 7.0, 0.0]


def test_a_share_of_a_rate_is_never_zero() -> None:
    assert [Rate(most, 10).share(0.5).most for most in (1, 2, 3, 60)] == [1, 1, 1, 30]
