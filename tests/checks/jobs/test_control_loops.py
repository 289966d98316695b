"""The sample system's control loops follow their contracts, and each dial makes one misbehave.

What they record and what they log is the same. The checks are the reference configuration's.
"""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from checks.context import opened
from checks.evaluate import evaluate
from checks.jobs.source import JobsSource
from checks.outcome import Outcome
from checks.reading import Moment
from checks.result import Result
from checks.sources.workspace import WorkspaceSource
from sandbox.jobsystem import JobSystem
from tests.checks.jobs.conftest import NOBODY, NOON, SEED, example_check, postgres

LOGGED = ("decisions", "step-downs", "backpressure")
RECORDED = ("autoscale-decisions", "promotion-decisions")
BEGINS = {
    "[Background Autoscale]": "autoscale",
    "[Background Promotion Gate]": "promotion",
    "[Background Backpressure]": "backpressure",
}


@dataclass(frozen=True)
class Loops:
    """A job system, and the results of checks on it."""

    system: JobSystem
    folder: Path

    @property
    def log(self) -> Path:
        return self.folder / "decisions.log"

    def logged(self) -> list[tuple[str, Any]]:
        """Returns (loop, decision) for each line of the log."""
        lines = [line.partition(" {") for line in self.log.read_text().splitlines()]
        return [(BEGINS[begin], json.loads(f"{{{rest}")) for begin, _, rest in lines]

    async def recorded(self) -> list[tuple[str, Any]]:
        query = """
            SELECT "loop", "decision" FROM "BackgroundControlDecision"
            ORDER BY "decidedAt", array_position('{autoscale,promotion,backpressure}', "loop")
        """
        async with await psycopg.AsyncConnection.connect(self.system.decisions_dsn) as connection:
            return await (await connection.execute(query)).fetchall()

    async def judged(self, name: str, **changes: Any) -> Result:
        """The outcome of a check of the decisions, or of their log."""
        async with opened(self._source(name), NOBODY) as live:
            moment = Moment(now=self.system.now)
            return await evaluate(example_check(name, **changes), live, moment, NOBODY)

    def _source(self, name: str) -> Any:
        if name in LOGGED:
            return WorkspaceSource.model_validate({"kind": "workspace", "path": self.folder})
        if name in RECORDED:
            return JobsSource.model_validate(
                {
                    "kind": "postgres",
                    "dsn": self.system.decisions_dsn,
                    "tables": ["BackgroundControlDecision"],
                }
            )
        return postgres(self.system.reader_dsn)


@pytest.fixture
async def loops(postgres_server: str, tmp_path: Path) -> AsyncIterator[Loops]:
    """A system without a history."""
    name, log = f"jobs_{uuid.uuid4().hex}", tmp_path / "decisions.log"
    async with JobSystem.create(postgres_server, seed=SEED, start=NOON, database=name, log=log) as system:
        yield Loops(system, tmp_path)


def value(result: Result, reading: str) -> Any:
    return readings(result)[reading]


def readings(result: Result) -> dict[str, Any]:
    return {one.reading.name: one.reading.value for one in result.judged}


def counted(logged: Sequence[tuple[str, Any]], start: datetime, end: datetime) -> Counter[str]:
    """Counts by reason code, independently of the checks. Backpressure entries have no time."""
    return Counter(
        told["reasonCode"]
        for _, told in logged
        if "timestamp" in told and start <= datetime.fromisoformat(told["timestamp"]) < end
    )


async def test_healthy_loops_follow_their_contracts(loops: Loops) -> None:
    await loops.system.advance(hours=3)
    autoscale = await loops.judged("autoscale-decisions")
    promotion = await loops.judged("promotion-decisions")
    policy = await loops.judged("autoscale-policy")
    log = {name: await loops.judged(name) for name in LOGGED}
    assert {name: one.outcome for name, one in log.items()} == dict.fromkeys(LOGGED, Outcome.PASS), log
    assert autoscale.outcome is Outcome.PASS, autoscale.reason
    assert promotion.outcome is Outcome.PASS, promotion.reason
    assert policy.outcome is Outcome.PASS, policy.reason
    assert value(autoscale, "decisions") == value(autoscale, "decisions_as_expected") == 120
    assert value(policy, "replayed") == 120
    names = {series.name for one in autoscale.measurements for series in one.series}
    assert names == {"capacity", "target", "load", "guardrail"}
    expected = counted(loops.logged(), loops.system.now - timedelta(hours=1), loops.system.now)
    found = readings(log["decisions"])
    assert {code: number for code, number in found.items() if code in expected} == dict(expected)
    assert found["lines"] == expected.total() == 120


@pytest.mark.parametrize(
    ("dials", "failing"),
    [
        ({"contention": 1}, {"step-downs"}),
        ({"failing_runs": 1}, {"step-downs"}),
        ({"slow_queue": 1}, {"backpressure"}),
        ({"hot_tenant": 1}, {"backpressure"}),
        ({"contention": 1, "autoscale_stuck": 1}, {"autoscale-decisions"}),
        ({"autoscale_flaps": 1}, {"autoscale-decisions", "step-downs"}),
        ({"promotion": 1}, {"promotion-decisions"}),
        ({"promotion_early": 1}, {"promotion-decisions"}),
        (
            {"duplicate_sends": 1},
            set(),
        ),  # another check finds these; nobody is promoted, so nobody is demoted
        ({"duplicate_sends": 1, "promotion": 1}, {"promotion-decisions", "decisions"}),
    ],
)
async def test_each_dial_shows_in_the_recorded_and_the_logged_decisions(
    loops: Loops, dials: dict[str, float], failing: set[str]
) -> None:
    await loops.system.advance(hours=2)
    for dial, position in dials.items():
        await loops.system.turn(dial, position)
    await loops.system.advance(minutes=50)
    results = {name: await loops.judged(name) for name in (*LOGGED, *RECORDED)}
    assert {name for name, one in results.items() if one.outcome is not Outcome.PASS} == failing, results
    assert all(results[name].outcome is Outcome.FAIL for name in failing)
    assert loops.logged() == await loops.recorded()


async def test_decisions_are_as_expected_under_pressure_too(loops: Loops) -> None:
    """The loops are judged, whatever else goes wrong."""
    for dial, position in (("hot_tenant", 1), ("failing_runs", 0.5), ("contention", 0.5), ("promotion", 1)):
        await loops.system.turn(dial, position)
        await loops.system.advance(minutes=20)
    autoscale = await loops.judged("autoscale-decisions", **{"pass": {"jumps": "== 0"}})
    assert value(autoscale, "decisions_as_expected") == value(autoscale, "decisions") == 80, autoscale.detail
    assert value(autoscale, "step_downs_in_a_row") > 20


async def test_with_promotion_on_every_transition_is_as_expected(loops: Loops) -> None:
    await loops.system.turn("promotion", 1)
    await loops.system.advance(minutes=150)
    for dial in ("contention", "failing_runs"):
        await loops.system.turn(dial, 1)
        await loops.system.advance(minutes=40)
        await loops.system.turn(dial, 0)
        await loops.system.advance(minutes=150)
    await loops.system.turn("duplicate_sends", 1)
    await loops.system.advance(minutes=3)
    result = await loops.judged("promotion-decisions", window="12h", policy={"enabled": True})
    assert value(result, "decisions_as_expected") == value(result, "decisions") > 400, result.detail
    assert value(result, "openings") == 3
    assert value(result, "closings") == 3
    assert value(result, "oscillations") == 2


async def test_a_stuck_autoscaler_is_found(loops: Loops) -> None:
    await loops.system.advance(hours=2)
    await loops.system.turn("autoscale_stuck", 1)
    await loops.system.turn("contention", 1)
    await loops.system.advance(minutes=10)
    result = await loops.judged("autoscale-decisions")
    assert result.outcome is Outcome.FAIL
    assert value(result, "decisions") - value(result, "decisions_as_expected") == 10
    assert "expected guardrail_step_down" in result.reason


async def test_a_flapping_capacity_is_found_although_each_decision_is_correct(
    loops: Loops,
) -> None:
    await loops.system.turn("autoscale_flaps", 1)
    await loops.system.advance(hours=2)
    result = await loops.judged("autoscale-decisions")
    assert result.outcome is Outcome.FAIL
    assert value(result, "decisions_as_expected") == value(result, "decisions")
    assert value(result, "oscillations") >= 5


@pytest.mark.parametrize(("dial", "wrong"), [("promotion", 0), ("promotion_early", 30)])
async def test_a_gate_that_is_on_or_opens_too_early_is_found(loops: Loops, dial: str, wrong: int) -> None:
    await loops.system.advance(hours=2)
    await loops.system.turn(dial, 1)
    await loops.system.advance(minutes=30)
    result = await loops.judged("promotion-decisions")
    assert result.outcome is Outcome.FAIL
    assert value(result, "wrongly_granted") == wrong
    assert "expected feature_disabled" in result.reason


async def test_without_decisions_the_outcome_is_unknown(loops: Loops) -> None:
    result = await loops.judged("autoscale-decisions")
    assert result.outcome is Outcome.UNKNOWN
    assert "nothing was recorded in the window" in result.reason


async def test_the_role_for_decisions_can_read_nothing_else(loops: Loops) -> None:
    changes = {
        "decisions": 'SELECT "lastError" AS "reasonCode" FROM "BackgroundJob" WHERE "runAt" > {{start}}'
    }
    result = await loops.judged("autoscale-decisions", **changes)
    assert result.outcome is Outcome.ERROR


async def test_a_scheduler_that_stopped_logging_is_unknown(loops: Loops) -> None:
    await loops.system.advance(hours=2)
    loops.log.write_text("".join(f"{line}\n" for line in loops.log.read_text().splitlines()[:-40]))
    results = {name: await loops.judged(name) for name in LOGGED}
    assert {one.outcome for one in results.values()} == {Outcome.UNKNOWN}, results


async def test_a_rewritten_history_has_a_log_of_its_own(loops: Loops) -> None:
    await loops.system.advance(minutes=10)
    await loops.system.relive({"contention": 1}, ago=timedelta(minutes=40))
    assert (await loops.judged("step-downs")).outcome is Outcome.FAIL
    logged = loops.logged()
    assert logged == await loops.recorded()
    assert sum(loop == "autoscale" for loop, _ in logged) == 24 * 60
    assert not list(loops.folder.glob(".*"))
