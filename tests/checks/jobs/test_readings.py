"""Every reading equals the one computed in Python over all rows, for good hours and for bad ones."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from checks.reading import Measurement, Window
from tests.checks.jobs import independent
from tests.checks.jobs.conftest import Canary, canary_on

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
    """A good hour, then one of every misbehaviour, some of them at once, then a good half hour."""
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
    """The whole history, the last half hours, and one in which nothing had happened yet."""
    now = canary.system.now
    halves = [Window.ending(now - back * 30 * MINUTE, 30 * MINUTE) for back in range(5)]
    return [canary.last(hours=4), canary.last(hours=1), *halves]


def assert_same(measured: Measurement, expected: Mapping[str, Any], window: Window | None = None) -> None:
    found = {reading.name: reading.value for reading in measured.readings}
    close = {
        name: value if value is None else pytest.approx(value, rel=1e-6) for name, value in expected.items()
    }
    assert found == close, window


async def test_throughput(eventful: Canary) -> None:
    jobs = await eventful.rows(JOBS)
    for window in windows(eventful)[1:]:
        measured = await eventful.measure("jobs.throughput", window, baseline="1h")
        assert_same(measured, independent.throughput(jobs, window, HOUR), window)


async def test_queue_age(eventful: Canary) -> None:
    jobs = await eventful.rows(JOBS)
    for window in windows(eventful):
        measured = await eventful.measure("jobs.queue_age", window)
        assert_same(measured, independent.queue_age(jobs, window), window)


async def test_fairness(eventful: Canary) -> None:
    jobs = await eventful.rows(JOBS)
    for window in windows(eventful):
        measured = await eventful.measure("jobs.fairness", window)
        expected = independent.fairness(jobs, window, heavy=8, headroom=0.8, patience=5 * MINUTE)
        assert_same(measured, expected, window)


async def test_fairness_by_other_parameters(eventful: Canary) -> None:
    jobs, window = await eventful.rows(JOBS), eventful.last(hours=3)
    measured = await eventful.measure("jobs.fairness", window, heavy=5, headroom=0.5, patience="2m")
    expected = independent.fairness(jobs, window, heavy=5, headroom=0.5, patience=2 * MINUTE)
    assert_same(measured, expected)


async def test_cadence(eventful: Canary) -> None:
    runs = await eventful.rows(RUNS)
    for window in windows(eventful)[1:]:
        measured = await eventful.measure("jobs.cadence", window)
        expected = independent.cadence(runs, window, function="process-background-jobs", every=MINUTE)
        assert_same(measured, expected, window)


async def test_dispatch_health(eventful: Canary) -> None:
    rows = await eventful.rows(WINDOWS)
    for window in windows(eventful):
        measured = await eventful.measure("jobs.dispatch_health", window)
        assert_same(measured, independent.dispatch_health(rows, window), window)


async def test_function_failures(eventful: Canary) -> None:
    runs = await eventful.rows(RUNS)
    for window in windows(eventful):
        measured = await eventful.measure("jobs.function_failures", window)
        assert_same(measured, independent.function_failures(runs, window), window)


async def test_stale_runs(eventful: Canary) -> None:
    runs = await eventful.rows(RUNS)
    measured = await eventful.measure("jobs.stale_runs", None, older_than="40m")
    assert_same(measured, independent.stale_runs(runs, eventful.system.now, 40 * MINUTE))


async def test_duplicates(eventful: Canary) -> None:
    jobs = await eventful.rows(JOBS)
    for window in windows(eventful):
        measured = await eventful.measure("jobs.duplicates", window)
        assert_same(measured, independent.duplicates(jobs, window), window)


async def test_contention(eventful: Canary) -> None:
    jobs, dispatches = await eventful.rows(JOBS), await eventful.rows(WINDOWS)
    for window in windows(eventful):
        measured = await eventful.measure("jobs.contention", window)
        assert_same(measured, independent.contention(jobs, dispatches, window), window)


async def test_coverage(eventful: Canary) -> None:
    settings = await eventful.rows(SETTINGS)
    fields = {"table": "WorkspaceSettings", "column": "highQuotaEnabled"}
    assert_same(await eventful.measure("jobs.coverage", None, **fields), independent.coverage(settings))


async def test_coverage_of_some_rows_only(eventful: Canary) -> None:
    only = {"column": "clientId", "equals": "workspace-41"}
    fields = {"table": "public.WorkspaceSettings", "column": "highQuotaEnabled", "only": only}
    measured = await eventful.measure("jobs.coverage", None, **fields)
    assert_same(measured, {"covered": 1, "total": 1, "percent": 100})


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
