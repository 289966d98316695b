"""Quiet hours in a person's time zone: overnight, around clock changes, and in every zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.quiet import NOTICE, QuietHours, wait, zone_of

NIGHT = QuietHours.read("22:00-07:00")
BERLIN = ZoneInfo("Europe/Berlin")
LATER = timedelta(days=2)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "now", "ends"),
    [
        ("UTC", "2026-03-01 21:59", None),
        ("UTC", "2026-03-01 22:00", "2026-03-02 07:00"),
        ("UTC", "2026-03-02 06:59", "2026-03-02 07:00"),
        ("UTC", "2026-03-02 07:00", None),
        ("Asia/Kolkata", "2026-03-01 17:00", "2026-03-02 01:30"),
        ("Pacific/Kiritimati", "2026-03-01 12:00", "2026-03-01 17:00"),  # +14: it is 2 AM tomorrow
        ("Etc/GMT+12", "2026-03-01 12:00", "2026-03-01 19:00"),  # -12: it is midnight
        ("Europe/Berlin", "2026-03-28 22:00", "2026-03-29 05:00"),  # the clock goes forward: an hour shorter
        ("Europe/Berlin", "2026-10-24 21:00", "2026-10-25 06:00"),  # the clock goes back: an hour longer
    ],
)
def test_quiet_hours_end_in_the_persons_morning(zone: str, now: str, ends: str | None) -> None:
    assert NIGHT.until(ZoneInfo(zone), at(now)) == (at(ends) if ends else None)


def test_quiet_hours_can_be_within_one_day() -> None:
    lunch = QuietHours.read("12:00-13:30")
    assert lunch.until(BERLIN, at("2026-07-01 10:30")) == at("2026-07-01 11:30")
    assert lunch.until(BERLIN, at("2026-07-01 12:00")) is None


def test_an_end_that_the_clock_skips_or_repeats() -> None:
    early = QuietHours.read("22:00-02:30")
    assert early.until(BERLIN, at("2026-03-29 00:00")) == at("2026-03-29 01:30")
    assert early.until(BERLIN, at("2026-10-25 00:10")) == at("2026-10-25 00:30")
    assert early.until(BERLIN, at("2026-10-25 01:10")) == at("2026-10-25 01:30")  # the second 2:10


hours = st.tuples(st.times(), st.times()).filter(lambda pair: pair[0] != pair[1])


@given(
    hours,
    st.sampled_from(["UTC", "Pacific/Kiritimati", "Etc/GMT+12", "America/New_York", "Australia/Lord_Howe"]),
    st.integers(1_735_689_600, 1_798_761_600),  # 2025 and 2026
)
def test_a_wait_is_never_longer_than_a_day_and_an_hour(
    pair: tuple[object, object], zone: str, seconds: int
) -> None:
    now = datetime.fromtimestamp(seconds, UTC)
    start, end = (each.replace(second=0, microsecond=0) for each in pair)
    if start == end:
        return
    waits = wait(QuietHours(start, end), ZoneInfo(zone), now, now + timedelta(days=30))
    assert timedelta(0) <= waits <= timedelta(hours=25)


def test_a_reminder_that_would_come_too_late_does_not_wait() -> None:
    now, ends = at("2026-03-01 23:00"), at("2026-03-02 07:00")
    zone = ZoneInfo("UTC")
    assert wait(NIGHT, zone, now, ends + NOTICE) == timedelta(hours=8)
    assert wait(NIGHT, zone, now, ends + NOTICE - timedelta(seconds=1)) == timedelta(0)
    assert wait(None, zone, now, ends + LATER) == timedelta(0)


@pytest.mark.parametrize(
    "name", ["", "Mars/Olympus", "../../etc/passwd", "Europe", "/etc/localtime", "x\0y", "é" * 300]
)
def test_an_unknown_zone_is_replaced_by_the_configured_one(name: str) -> None:
    assert zone_of(name, "Asia/Kolkata") == ZoneInfo("Asia/Kolkata")
    assert zone_of(name, name) == ZoneInfo("UTC")
