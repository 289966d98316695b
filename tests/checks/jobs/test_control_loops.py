"""The control loops of the sample system: they decide as their contracts say, and a dial makes each of them misbehave.

The checks are the reference configuration's.
"""

from __future__ import annotations

from typing import Any

import pytest

from checks.context import opened
from checks.evaluate import evaluate
from checks.jobs.source import JobsSource
from checks.outcome import Outcome
from checks.reading import Moment
from checks.result import Result
from tests.checks.jobs.conftest import NOBODY, Canary, example_check


async def judged(canary: Canary, name: str, **changes: Any) -> Result:
    """The outcome of a check of the decisions."""
    source = JobsSource.model_validate(
        {"kind": "postgres", "dsn": canary.system.decisions_dsn, "tables": ["BackgroundControlDecision"]}
    )
    async with opened(source, NOBODY) as database:
        return await evaluate(example_check(name, **changes), database, Moment(now=canary.now), NOBODY)


def value(result: Result, reading: str) -> Any:
    return next(judged.reading.value for judged in result.judged if judged.reading.name == reading)


async def test_healthy_loops_decide_as_their_contracts_say(canary: Canary) -> None:
    await canary.system.advance(hours=3)
    autoscale = await judged(canary, "autoscale-decisions")
    promotion = await judged(canary, "promotion-decisions")
    policy = await canary.ask("autoscale-policy")
    assert autoscale.outcome is Outcome.PASS, autoscale.reason
    assert promotion.outcome is Outcome.PASS, promotion.reason
    assert policy.outcome is Outcome.PASS, policy.reason
    assert value(autoscale, "decisions") == value(autoscale, "decisions_as_expected") == 120
    assert value(policy, "replayed") == 120
    names = {series.name for one in autoscale.measurements for series in one.series}
    assert names == {"capacity", "target", "load", "guardrail"}


async def test_decisions_are_as_expected_under_pressure_too(canary: Canary) -> None:
    """Whatever else goes wrong: it is the loops that are judged."""
    for dial, position in (("hot_tenant", 1), ("failing_runs", 0.5), ("contention", 0.5), ("promotion", 1)):
        await canary.system.turn(dial, position)
        await canary.system.advance(minutes=20)
    autoscale = await judged(canary, "autoscale-decisions", **{"pass": {"jumps": "== 0"}})
    assert value(autoscale, "decisions_as_expected") == value(autoscale, "decisions") == 80, autoscale.detail
    assert value(autoscale, "step_downs_in_a_row") > 20


async def test_with_promotion_on_every_transition_is_as_expected(canary: Canary) -> None:
    await canary.system.turn("promotion", 1)
    await canary.system.advance(minutes=130)
    for dial in ("contention", "failing_runs"):
        await canary.system.turn(dial, 1)
        await canary.system.advance(minutes=40)
        await canary.system.turn(dial, 0)
        await canary.system.advance(minutes=130)
    await canary.system.turn("duplicate_sends", 1)
    await canary.system.advance(minutes=3)
    result = await judged(canary, "promotion-decisions", window="12h", policy={"enabled": True})
    assert value(result, "decisions_as_expected") == value(result, "decisions") > 400, result.detail
    assert value(result, "openings") == 3
    assert value(result, "closings") == 3
    assert value(result, "oscillations") == 2


async def test_a_stuck_autoscaler_is_found(canary: Canary) -> None:
    await canary.system.advance(hours=2)
    await canary.system.turn("autoscale_stuck", 1)
    await canary.system.turn("contention", 1)
    await canary.system.advance(minutes=10)
    result = await judged(canary, "autoscale-decisions")
    assert result.outcome is Outcome.FAIL
    assert value(result, "decisions") - value(result, "decisions_as_expected") == 10
    assert "expected guardrail_step_down" in result.reason


async def test_a_capacity_that_rises_and_falls_is_found_though_each_decision_is_right(
    canary: Canary,
) -> None:
    await canary.system.turn("autoscale_flaps", 1)
    await canary.system.advance(hours=2)
    result = await judged(canary, "autoscale-decisions")
    assert result.outcome is Outcome.FAIL
    assert value(result, "decisions_as_expected") == value(result, "decisions")
    assert value(result, "oscillations") >= 5


@pytest.mark.parametrize(("dial", "wrong"), [("promotion", 0), ("promotion_early", 30)])
async def test_a_gate_that_is_on_or_opens_too_early_is_found(canary: Canary, dial: str, wrong: int) -> None:
    await canary.system.advance(hours=2)
    await canary.system.turn(dial, 1)
    await canary.system.advance(minutes=30)
    result = await judged(canary, "promotion-decisions")
    assert result.outcome is Outcome.FAIL
    assert value(result, "wrongly_granted") == wrong
    assert "expected feature_disabled" in result.reason


async def test_without_a_decision_nothing_is_known(canary: Canary) -> None:
    result = await judged(canary, "autoscale-decisions")
    assert result.outcome is Outcome.UNKNOWN
    assert "nothing was recorded in the window" in result.reason


async def test_the_role_of_the_decisions_reads_nothing_else(canary: Canary) -> None:
    changes = {
        "decisions": 'SELECT "lastError" AS "reasonCode" FROM "BackgroundJob" WHERE "runAt" > {{start}}'
    }
    result = await judged(canary, "autoscale-decisions", **changes)
    assert result.outcome is Outcome.ERROR
