"""Repeated refusals are counted per person, for a minute."""

from __future__ import annotations

from bot.workflow.turned_away import OFTEN, TurnedAway


def test_several_refusals_within_a_minute_are_often_and_other_people_do_not_count() -> None:
    now = 0.0
    turned_away = TurnedAway(clock=lambda: now)
    for _ in range(OFTEN.most - 1):
        turned_away.note("U1")
    assert not turned_away.often("U1")
    turned_away.note("U1")
    assert turned_away.often("U1")
    assert not turned_away.often("U2")
    now = OFTEN.seconds + 0.1
    assert not turned_away.often("U1")
