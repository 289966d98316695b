"""The example's checks of reason codes, on the log of a job system that is well, and with each of its dials."""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from checks.context import opened
from checks.evaluate import evaluate
from checks.outcome import Outcome
from checks.reading import Moment
from checks.result import Result
from checks.secrets import Secrets
from checks.sources.workspace import WorkspaceSource
from sandbox.jobsystem import JobSystem
from tests.checks.jobs.conftest import NOON, SEED, example_check

CHECKS = ("decisions", "step-downs", "backpressure")


@asynccontextmanager
async def logging(server: str, folder: Path) -> AsyncIterator[JobSystem]:
    """With six hours of history."""
    start, name = NOON - timedelta(hours=6), f"jobs_{uuid.uuid4().hex}"
    log = folder / "decisions.log"
    async with JobSystem.create(server, seed=SEED, start=start, database=name, log=log) as system:
        await system.advance_to(NOON)
        yield system


async def judged(system: JobSystem, folder: Path) -> dict[str, Result]:
    source = WorkspaceSource.model_validate({"kind": "workspace", "path": folder})
    results = {}
    async with opened(source, Secrets({})) as live:
        for name in CHECKS:
            results[name] = await evaluate(example_check(name), live, Moment(now=system.now), Secrets({}))
    return results


def counted(folder: Path, start: datetime, end: datetime) -> Counter[str]:
    """By the lines of the log, independently."""
    codes: Counter[str] = Counter()
    for line in (folder / "decisions.log").read_text().splitlines():
        record = json.loads(line[line.index("{") :])
        if "timestamp" in record and start <= datetime.fromisoformat(record["timestamp"]) < end:
            codes[record["reasonCode"]] += 1
    return codes


def readings(result: Result) -> dict[str, object]:
    return {one.reading.name: one.reading.value for one in result.judged}


async def test_a_system_that_is_well(postgres_server: str, tmp_path: Path) -> None:
    async with logging(postgres_server, tmp_path) as system:
        results = await judged(system, tmp_path)
        expected = counted(tmp_path, NOON - timedelta(hours=1), NOON)

    assert {name: one.outcome for name, one in results.items()} == dict.fromkeys(CHECKS, Outcome.PASS), (
        results
    )
    assert {code: n for code, n in readings(results["decisions"]).items() if code in expected} == dict(
        expected
    )
    assert readings(results["decisions"])["lines"] == expected.total() == 120


@pytest.mark.parametrize(
    ("dial", "value", "failing"),
    [
        ("contention", 1, {"step-downs"}),
        ("failing_runs", 1, {"step-downs"}),
        ("slow_queue", 1, {"backpressure"}),
        ("hot_tenant", 1, {"backpressure"}),
        ("duplicate_sends", 1, {"decisions"}),
    ],
)
async def test_each_dial_shows_in_the_reason_codes(
    postgres_server: str, tmp_path: Path, dial: str, value: float, failing: set[str]
) -> None:
    async with logging(postgres_server, tmp_path) as system:
        await system.turn(dial, value)
        await system.advance(minutes=50)
        results = await judged(system, tmp_path)

    assert {name for name, one in results.items() if one.outcome is not Outcome.PASS} == failing, results
    assert all(results[name].outcome is Outcome.FAIL for name in failing)


async def test_a_scheduler_that_has_stopped_logging_is_unknown(postgres_server: str, tmp_path: Path) -> None:
    async with logging(postgres_server, tmp_path) as system:
        log = tmp_path / "decisions.log"
        log.write_text("".join(f"{line}\n" for line in log.read_text().splitlines()[:-40]))
        results = await judged(system, tmp_path)

    assert {one.outcome for one in results.values()} == {Outcome.UNKNOWN}


async def test_a_past_that_is_rewritten_has_its_own_log(postgres_server: str, tmp_path: Path) -> None:
    async with logging(postgres_server, tmp_path) as system:
        await system.relive({"contention": 1}, ago=timedelta(minutes=40))
        results = await judged(system, tmp_path)

    assert results["step-downs"].outcome is Outcome.FAIL
    assert not list(tmp_path.glob(".*"))
