"""For every kind: on a healthy system the check passes; after a dial is turned it does not.

The limits are the reference configuration's.
"""

from __future__ import annotations

from checks.outcome import Outcome
from checks.result import Result
from tests.checks.jobs.conftest import Canary


def value(result: Result, reading: str) -> float:
    return next(judged.reading.value for judged in result.judged if judged.reading.name == reading)


async def test_throughput_falls_below_its_baseline_when_the_queue_is_slow(canary: Canary) -> None:
    await canary.system.advance(hours=2)
    before = await canary.ask("throughput", window="1h", baseline="1h")
    await canary.system.turn("slow_queue", 1)
    await canary.system.advance(hours=1)
    after = await canary.ask("throughput", window="1h", baseline="1h")
    assert before.outcome is Outcome.PASS, before.reason
    assert after.outcome is Outcome.FAIL
    assert value(after, "of_baseline") < 50


async def test_queue_age_fails_when_each_of_the_last_windows_is_slow(canary: Canary) -> None:
    await canary.system.advance(hours=2)
    before = await canary.ask("queue-age")
    await canary.system.turn("slow_queue", 1)
    await canary.system.advance(hours=1)
    after = await canary.ask("queue-age")
    assert before.outcome is Outcome.PASS, before.reason
    assert len(before.measurements) == 4
    assert after.outcome is Outcome.FAIL
    assert after.detail
    assert value(after, "p95") > 180


async def test_a_hot_tenant_takes_the_headroom_and_starves_the_others(canary: Canary) -> None:
    await canary.system.advance(hours=3)
    before = await canary.ask("fairness")
    await canary.system.turn("hot_tenant", 1)
    await canary.system.advance(hours=1)
    after = await canary.ask("fairness")
    assert before.outcome is Outcome.PASS, before.reason
    assert after.outcome is Outcome.FAIL
    assert value(after, "starved") > 10
    assert value(after, "headroom_percent") < 75
    assert value(after, "jain") < value(before, "jain")
    assert value(after, "top_over_fair") > value(before, "top_over_fair")


async def test_missed_ticks_show_in_the_cadence(canary: Canary) -> None:
    await canary.system.advance(hours=1)
    before = await canary.ask("cadence")
    await canary.system.turn("missed_ticks", 0.5)
    await canary.system.advance(hours=1)
    after = await canary.ask("cadence")
    assert before.outcome is Outcome.PASS, before.reason
    assert value(before, "missed") == 0
    assert after.outcome is Outcome.FAIL
    assert value(after, "missed") > 5


async def test_ticks_that_fail_to_enqueue_show_in_dispatch_health(canary: Canary) -> None:
    await canary.system.advance(hours=1)
    before = await canary.ask("dispatch-health")
    await canary.system.turn("missed_ticks", 1)
    await canary.system.advance(hours=1)
    after = await canary.ask("dispatch-health")
    assert before.outcome is Outcome.PASS, before.reason
    assert after.outcome is Outcome.FAIL
    assert any("ENQUEUE_FAILED" in line and "503" in line for line in after.detail)


async def test_failing_runs_show_in_function_failures(canary: Canary) -> None:
    await canary.system.advance(hours=1)
    before = await canary.ask("function-failures")
    await canary.system.turn("failing_runs", 0.5)
    await canary.system.advance(hours=1)
    after = await canary.ask("function-failures")
    assert before.outcome is Outcome.PASS, before.reason
    assert after.outcome is Outcome.FAIL
    assert any("FunctionTimeoutError" in line for line in after.detail)


async def test_hanging_runs_become_stale(canary: Canary) -> None:
    await canary.system.advance(hours=1)
    before = await canary.ask("stale-runs")
    await canary.system.turn("failing_runs", 1)
    await canary.system.advance(hours=1)
    after = await canary.ask("stale-runs")
    assert before.outcome is Outcome.PASS, before.reason
    assert after.outcome is Outcome.FAIL
    assert value(after, "stale") >= 1


async def test_duplicate_sends_show_within_a_second(canary: Canary) -> None:
    await canary.system.advance(hours=1)
    before = await canary.ask("duplicate-sends")
    await canary.system.turn("duplicate_sends", 1)
    await canary.system.advance(seconds=1)
    await canary.system.advance(seconds=0.1)  # updates made now fall into the window that ends later
    after = await canary.ask("duplicate-sends")
    assert before.outcome is Outcome.PASS, before.reason
    assert after.outcome is Outcome.FAIL
    found = ("signals", "job_signals", "run_signals", "repeated")
    assert [value(after, reading) for reading in found] == [2, 1, 1, 1]
    assert len(after.detail) == 3


async def test_contention_shows_as_contended_windows_and_a_retry_storm(canary: Canary) -> None:
    await canary.system.advance(hours=1)
    before = await canary.ask("contention")
    await canary.system.turn("contention", 1)
    await canary.system.advance(hours=0.5)
    after = await canary.ask("contention")
    assert before.outcome is Outcome.PASS, before.reason
    assert after.outcome is Outcome.FAIL
    assert value(after, "contended") > 30
    assert value(after, "retry_storm") > 10


async def test_coverage_counts_workspaces_before_and_after_a_backfill(canary: Canary) -> None:
    await canary.system.turn("quota_coverage", 0)
    before = await canary.ask("quota-coverage")
    await canary.system.turn("quota_coverage", 62)
    after = await canary.ask("quota-coverage")
    assert before.outcome is Outcome.WARN  # promotion has to wait, the release has not
    assert (value(before, "covered"), value(before, "total")) == (0, 62)
    assert after.outcome is Outcome.PASS, after.reason
    assert (value(after, "covered"), value(after, "total")) == (62, 62)


async def test_after_a_reset_the_checks_pass_again(canary: Canary) -> None:
    dials = {"duplicate_sends": "duplicate-sends", "missed_ticks": "cadence", "slow_queue": "queue-age"}
    await canary.system.advance(hours=1)
    for dial, check in dials.items():
        await canary.system.turn(dial, 1)
        await canary.system.advance(hours=1)
        assert (await canary.ask(check)).outcome is Outcome.FAIL, check
    await canary.system.reset()
    for check in dials.values():
        mended = await canary.ask(check)
        assert mended.outcome is Outcome.PASS, mended.reason
