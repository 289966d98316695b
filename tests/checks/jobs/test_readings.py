"""Every reading equals the independent model's, in a system's good hours and in bad ones."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from checks.reading import Measurement, Window
from tests.checks.jobs.conftest import Canary, canary_on
from tests.checks.jobs.model import Answer, Model

pytestmark = pytest.mark.asyncio(loop_scope="session")

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
JOBS, WINDOWS, RUNS, SETTINGS = (
    "BackgroundJob",
    "BackgroundDispatchWindow",
    "BackgroundFunctionRun",
    "WorkspaceSettings",
)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def eventful(postgres_server: str) -> AsyncIterator[Canary]:
    """A good hour, then every misbehavior, some of them together, then a good half hour."""
    async with canary_on(postgres_server) as canary:
        system = canary.system
        await system.advance(hours=1)
        for dials in (
            {"hot_tenant": 1.0},
            {"hot_tenant": 0.4, "slow_queue": 0.7},
            {"contention": 0.8, "failing_runs": 0.6},
            {"missed_ticks": 0.6, "duplicate_sends": 1.0},
        ):
            for name, value in dials.items():
                await system.turn(name, value)
            await system.advance(minutes=20)
            for name in dials:
                await system.turn(name, 0)
        await system.turn("quota_coverage", 41)
        await system.advance(minutes=33, seconds=17.25)
        yield canary


def windows(canary: Canary) -> list[Window]:
    """The whole history, the last half hours, and a window before the first event."""
    now = canary.system.now
    halves = [Window.ending(now - back * 30 * MINUTE, 30 * MINUTE) for back in range(5)]
    return [canary.last(hours=4), canary.last(hours=1), *halves]


async def model_of(canary: Canary) -> Model:
    tables = [await canary.rows(table) for table in (JOBS, WINDOWS, RUNS, SETTINGS)]
    return Model(*tables, now=canary.system.now, reach=24 * HOUR)


def assert_same(measured: Measurement, answer: Answer, window: Window | None = None) -> None:
    found = {reading.name: reading.value for reading in measured.readings}
    close = {
        name: value if value is None else pytest.approx(value, rel=1e-6)
        for name, value in answer.readings.items()
    }
    assert found == close, window
    assert not measured.doubts


async def test_every_measure_agrees_with_the_model(eventful: Canary) -> None:
    model, tick = await model_of(eventful), "process-background-jobs"
    sends, locks = ("duplicate send",), ("could not obtain lock", "lost claim")
    for window in windows(eventful):
        for kind, fields, answer in (
            ("throughput", {"baseline": "1h"}, model.throughput(window, baseline=HOUR)),
            ("queue_age", {}, model.queue_age(window)),
            ("fairness", {}, model.fairness(window, heavy=8, headroom=0.8, patience=5 * MINUTE)),
            ("cadence", {}, model.cadence(window, function=tick, every=MINUTE)),
            ("dispatch_health", {}, model.dispatch_health(window)),
            ("function_failures", {}, model.function_failures(window, function="")),
            (
                "duplicates",
                {"signals": sends},
                model.duplicates(window, signals=sends, function=tick, key=("type", "messageId")),
            ),
            ("contention", {"signals": locks}, model.contention(window, signals=locks, storm=5)),
        ):
            assert_same(await eventful.measure(f"jobs.{kind}", window, **fields), answer, window)


async def test_fairness_with_other_parameters(eventful: Canary) -> None:
    model, window = await model_of(eventful), eventful.last(hours=3)
    measured = await eventful.measure("jobs.fairness", window, heavy=5, headroom=0.5, patience="2m")
    assert_same(measured, model.fairness(window, heavy=5, headroom=0.5, patience=2 * MINUTE))


async def test_stale_runs(eventful: Canary) -> None:
    measured = await eventful.measure("jobs.stale_runs", None, older_than="40m")
    assert_same(measured, (await model_of(eventful)).stale_runs(older_than=40 * MINUTE))


async def test_coverage(eventful: Canary) -> None:
    fields = {"table": "WorkspaceSettings", "column": "highQuotaEnabled"}
    measured = await eventful.measure("jobs.coverage", None, **fields)
    assert_same(measured, (await model_of(eventful)).coverage(only=None))


async def test_coverage_of_selected_rows(eventful: Canary) -> None:
    only = {"column": "clientId", "equals": "workspace-41"}
    fields = {"table": "public.WorkspaceSettings", "column": "highQuotaEnabled", "only": only}
    measured = await eventful.measure("jobs.coverage", None, **fields)
    assert_same(measured, Answer({"covered": 1, "total": 1, "percent": 100}))


@pytest.mark.parametrize(
    "kind",
    ["throughput", "queue_age", "fairness", "cadence", "dispatch_health", "function_failures", "contention"],
)
async def test_a_chart_has_few_points_all_within_the_window(eventful: Canary, kind: str) -> None:
    window = eventful.last(hours=4)
    measured = await eventful.measure(f"jobs.{kind}", window)
    (series,) = measured.series
    times = [at for at, _ in series.points]
    assert 2 <= len(times) <= 120
    assert times == sorted(times)
    assert all(window.start <= at < window.end for at in times)
