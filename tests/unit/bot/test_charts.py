"""Charts in the packet: which lines are drawn and where, and that the text describes them too."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.record.document.chart import MOST_POINTS, Gauge, charts, gauge, joined, thinned
from bot.record.document.scale import Scale, say_number, say_times, ticks, times
from bot.record.document.svg import HEIGHT, draw, draw_gauge
from bot.slack.messages.curve import curve
from checks.base import Check
from checks.control.autoscale import Autoscale
from checks.jobs.queue_age import QueueAge
from checks.outcome import Outcome
from checks.reading import Measurement, Reading, Series, Window
from checks.result import Judged, Result

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
QUEUE_AGE = QueueAge.model_validate(
    {
        "kind": "jobs.queue_age",
        "source": "db",
        "owner": "platform",
        "window": "30m",
        "pass": {"p95": "< 180s"},
    }
)
AUTOSCALE = Autoscale.model_validate(
    {
        "kind": "control.autoscale",
        "owner": "platform",
        "scenarios": {"calm": {"steps": [{"active_workspaces": 3, "expect": {"capacity": 1024}}]}},
    }
)
sizes = st.floats(min_value=-1e12, max_value=1e12, allow_nan=False)


def series(name: str, values: Sequence[float], unit: str = "s", start: datetime = NOW) -> Series:
    return Series(
        name=name, unit=unit, points=tuple((start + at * MINUTE, value) for at, value in enumerate(values))
    )


def result(*measured: Series, limit: str = "< 180s", outcome: Outcome = Outcome.PASS) -> Result:
    readings = tuple(Reading(name=each.name, value=each.points[-1][1], unit=each.unit) for each in measured)
    judged = tuple(
        Judged(reading=reading, outcome=outcome if not at else None, limit=limit if not at else "")
        for at, reading in enumerate(readings)
    )
    return Result(
        outcome=outcome,
        reason="as measured",
        judged=judged,
        measurements=(Measurement(readings=readings, series=measured),),
        started_at=NOW,
        seconds=1.0,
    )


def drawn(check: Check, found: Result) -> str:
    return "".join(draw(chart, f"c{at}") for at, chart in enumerate(charts(check, "Queue age", found)))


# ---------------------------------------------------------------- what is drawn


def test_a_chart_is_called_by_what_it_shows_not_by_the_reading() -> None:
    """The reading is of the jobs that wait now; its series is of the waits of those that started."""
    [chart] = charts(QUEUE_AGE, "Queue age", result(series("p95", [10, 90])))
    assert chart.title == "Queue age: p95 wait, by start time"
    assert chart.panels[0].label == "p95 wait, by start time, in s"
    assert chart.description.startswith("p95 wait, by start time from 12:00 to 12:01 UTC: lowest 10 s")


def test_a_reading_over_time_is_drawn_with_its_limit() -> None:
    svg = drawn(QUEUE_AGE, result(series("p95", [10, 90, 182, 60]), outcome=Outcome.FAIL))
    assert "limit &lt; 180s" in svg
    assert 'class="beyond"' in svg
    assert svg.count('class="off"') == 1  # the one point above the limit
    assert "lowest 10 s, highest 182 s, last 60 s; limit &lt; 180s, FAIL." in svg
    assert "from 12:00 to 12:03 UTC" in svg


def test_a_point_outside_the_limit_is_drawn_beyond_it() -> None:
    svg = drawn(QUEUE_AGE, result(series("p95", [10, 90, 182, 60]), outcome=Outcome.FAIL))
    [limit] = re.findall(r'class="limit" d="M[\d.]+ ([\d.]+)H', svg)
    path = re.findall(r'class="line l0" d="([^"]+)"', svg)[-1]
    heights = [float(y) for y in re.findall(r"[ML][\d.]+ ([\d.]+)", path)]
    assert [y < float(limit) for y in heights] == [False, False, True, False]  # y grows downward


def test_readings_of_windows_without_a_series_are_drawn_at_the_windows_ends() -> None:
    reading = Reading(name="p95", value=30.0, unit="s")
    found = result(series("p95", [30])).model_copy(
        update={
            "measurements": tuple(
                Measurement(
                    readings=(reading.model_copy(update={"value": 30.0 + at}),),
                    window=Window.ending(NOW + at * 30 * MINUTE, 30 * MINUTE),
                )
                for at in range(4)
            )
        }
    )
    [chart] = charts(QUEUE_AGE, "Queue age", found)
    assert [value for _, value in chart.panels[0].lines[0].points] == [30.0, 31.0, 32.0, 33.0]


def test_a_single_point_and_values_too_large_to_draw_make_no_chart() -> None:
    assert not list(charts(QUEUE_AGE, "Queue age", result(series("p95", [10]))))
    assert not list(charts(QUEUE_AGE, "Queue age", result(series("p95", [1e200, 1e300]))))


def test_a_control_loop_gets_one_chart_of_its_decisions_and_their_reasons() -> None:
    found = result(
        series("capacity", [2048, 2048, 1024, 1024], unit=""),
        series("target", [1280, 1280, 1280, 1280], unit=""),
        series("load", [20, 20, 20, 20], unit=""),
        series("guardrail", [0, 1, 1, 0], unit=""),
        limit="",
    )
    [chart] = charts(AUTOSCALE, "Autoscaler", found)
    capacity, load = chart.panels
    assert [len(panel.lines) for panel in chart.panels] == [2, 1]
    assert capacity.lines[0].stepped
    assert load.values == [20, 20, 20, 20]
    assert chart.spans[0].spans == [(NOW + MINUTE, NOW + 3 * MINUTE)]
    assert "at 2 of 4 points" in chart.description
    svg = draw(chart, "c")
    assert svg.count('class="span s0"') == 2  # in both panels


@pytest.mark.parametrize(
    "values", [[], [0.0], [5.0, 5.0], [-3.0, 4.0], [1e-9, 2e-9], [1e15, 2e15], [0.0] * 500]
)
def test_any_values_can_be_drawn(values: list[float]) -> None:
    found = result(series("p95", values or [0.0]), outcome=Outcome.FAIL)
    svg = drawn(QUEUE_AGE, found)
    assert "nan" not in svg.lower().replace("tenan", "")
    assert "inf" not in svg


def test_in_the_thread_a_control_loop_that_is_off_has_a_chart_of_capacity_and_target() -> None:
    capacity, target = (
        series("capacity", [1024, 1088, 1152], unit=""),
        series("target", [1280, 1280], unit="", start=NOW + MINUTE),  # as far as it was recorded
    )
    off = result(capacity, target, limit="== 3", outcome=Outcome.FAIL)
    unrelated = off.judged[0].model_copy(update={"reading": Reading(name="decisions_as_expected", value=2)})
    off = off.model_copy(update={"judged": (unrelated,)})
    block = curve(AUTOSCALE, "Autoscaler", off)
    assert block
    lines = {each["name"]: [point["value"] for point in each["data"]] for each in block["chart"]["series"]}
    assert list(lines.values()) == [[1088, 1152], [1280, 1280]]
    assert block["chart"]["axis_config"]["categories"] == ["12:01", "12:02"]
    assert (
        curve(AUTOSCALE, "Autoscaler", off.model_copy(update={"outcome": Outcome.PASS, "judged": ()})) is None
    )


# ---------------------------------------------------------------- gauges


@pytest.mark.parametrize(
    ("value", "limit", "holds"),
    [
        (134, "< 180s", True),
        (182, "< 180s", False),
        (99, ">= 90%", True),
        (0, "== 0", True),
        (8, "== 0", False),
    ],
)
def test_a_gauge_shows_on_which_side_of_its_limit_a_value_is(value: float, limit: str, holds: bool) -> None:
    shown = gauge(Judged(reading=Reading(name="p95", value=value), outcome=Outcome.PASS, limit=limit), {})
    assert shown
    assert shown.holds is holds
    assert f'class="gauge {"in" if holds else "out"}"' in draw_gauge(shown)


def test_a_limit_that_names_another_reading_is_drawn_at_its_value() -> None:
    judged = Judged(reading=Reading(name="passed", value=416), outcome=Outcome.FAIL, limit="== total")
    shown = gauge(judged, {"passed": 416, "total": 417})
    assert shown
    assert shown.bounds[0].at == 417


@pytest.mark.parametrize(
    ("value", "limit"), [("ok", '== "ok"'), (True, "== true"), (None, "< 5"), (4, ""), (4, "odd")]
)
def test_a_reading_or_limit_that_is_not_a_number_has_no_gauge(value: Any, limit: str) -> None:
    assert (
        gauge(Judged(reading=Reading(name="r", value=value), outcome=Outcome.PASS, limit=limit), {}) is None
    )


@given(sizes, sizes)
def test_every_gauge_stays_within_its_picture(value: float, bound: float) -> None:
    judged = Judged(reading=Reading(name="r", value=value), outcome=Outcome.PASS, limit=f"< {bound:.6f}")
    shown = gauge(judged, {})
    assert isinstance(shown, Gauge)
    for x in re.findall(r'(?:cx="|d="M)(-?[\d.]+)', draw_gauge(shown)):
        assert 0 <= float(x) <= 120


# ---------------------------------------------------------------- axes


@given(sizes, sizes)
def test_there_are_few_ticks_and_they_enclose_the_values(one: float, other: float) -> None:
    low, high = min(one, other), max(one, other)
    found = ticks(low, high, 4)
    room = 1e-6 * max(abs(low), abs(high), 1e-300)
    assert found[0] <= low + room
    assert found[-1] >= high - room
    assert 2 <= len(found) <= 8
    assert all(math.isfinite(each) for each in found)


@given(st.integers(min_value=0, max_value=400_000_000))
def test_time_ticks_are_few_and_labeled_differently(seconds: int) -> None:
    found = times(NOW, NOW + timedelta(seconds=seconds), 5)
    assert len(found) <= 6
    assert all(NOW <= at <= NOW + timedelta(seconds=seconds) for at in found)
    assert len(set(say_times(found))) == len(found)


def test_numbers_and_times_are_written_briefly() -> None:
    assert [say_number(value) for value in (0.0, 2.5, 1280.0, 25_000.0, 1.2e6)] == [
        "0",
        "2.5",
        "1,280",
        "25k",
        "1.2M",
    ]
    assert say_times([NOW, NOW + MINUTE]) == ["12:00", "12:01"]
    assert say_times([NOW, NOW + 24 * 60 * MINUTE]) == ["03-01 12:00", "03-02 12:00"]
    assert Scale(0, 10, 0, HEIGHT)(5) == HEIGHT / 2


# ---------------------------------------------------------------- many points


@given(st.lists(sizes, min_size=1, max_size=3000))
def test_thinning_keeps_the_extremes_and_the_order(values: list[float]) -> None:
    points = series("p95", values).points
    kept = thinned(points)
    assert len(kept) <= MOST_POINTS
    assert list(kept) == sorted(kept)
    for extreme in (min, max):
        assert extreme(value for _, value in kept) == extreme(values)


def test_overlapping_series_are_drawn_once() -> None:
    earlier, later = series("p95", [1, 2, 3]), series("p95", [9, 9], start=NOW + 10 * MINUTE)
    overlapping = series("p95", [5, 5], start=NOW + MINUTE)
    assert [value for _, value in joined([later, earlier])] == [1, 2, 3, 9, 9]
    assert [value for _, value in joined([earlier, overlapping])] in ([1, 2, 3], [5, 5])
