"""Every row of the reference system's table, by the example's configuration, against the same numbers computed by hand.

On a healthy system every check passes. A dial turns exactly the checks red that it must; all others stay as they were.
"""

from __future__ import annotations

import asyncio
import os
import random
import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from bot.plan.load import load
from bot.rules.verdict import assess
from bot.workflow.answering import Answering
from checks.reading import Moment
from checks.result import Result
from sandbox.jobsystem import dials
from tests.checks.jobs.conftest import EXAMPLE, NOON
from tests.journeys.reference import endpoint
from tests.journeys.reference.system import HOUR, MINUTE, Number, seen
from tests.journeys.reference.table import OF_THE_ROWS
from tests.journeys.reference.tables import queue_age
from tests.journeys.test_background_jobs import SECRET, Service, service_on

# Row of the reference's table -> the checks that show it.
ROWS: Mapping[str, tuple[str, ...]] = {
    "cadence": ("cadence",),
    "function failures": ("function-failures", "recent-failures"),
    "dispatch health": ("dispatch-health",),
    "queue age": ("queue-age",),
    "fairness": ("fairness",),
    "throughput": ("throughput",),
    "contention": ("contention",),
    "duplicate sends": ("duplicate-sends",),
    "stale runs": ("stale-runs",),
    "autoscale": ("autoscale-program", "autoscale-policy", "autoscale-decisions"),
    "promotion gate": ("promotion-program", "promotion-decisions"),
    "suppression probe": ("suppression", "cron-secret"),
    "quota coverage": ("quota-coverage",),
    "gates": ("lint", "build", "tests", "schema"),
    "reason-code logs": ("decisions", "step-downs", "backpressure"),
    "configuration changes": ("settings",),
}
# These do not depend on the system, but on a checkout of its code: the numbers that its programs and scripts stand for.
OF_THE_CODE: Mapping[str, Mapping[str, Number]] = {
    "autoscale-program": {
        "scenarios": 4,
        "as_expected": 4,
        "decisions": 14,
        "different": 0,
        "broken_invariants": 0,
    },
    "promotion-program": {
        "scenarios": 4,
        "as_expected": 4,
        "decisions": 20,
        "different": 0,
        "broken_invariants": 0,
    },
    "lint": {"exit_code": 0, "errors": 0, "warnings": 3},
    "build": {"exit_code": 0, "success": True},
    "tests": {"exit_code": 0, "passed": 417, "total": 417, "flaky": 0},
    "schema": {"exit_code": 0, "success": True},
}
OF_THE_SYSTEM = tuple(name for row in ROWS.values() for name in row if name not in OF_THE_CODE)
# What a kind requires without being told.
IMPLIED: Mapping[str, Mapping[str, str]] = {
    "suppression": {"expectations_met": "== expectations_total"},
    "cron-secret": {"expectations_met": "== expectations_total"},
    "autoscale-program": {"as_expected": "== scenarios"},
    "promotion-program": {"as_expected": "== scenarios"},
    "autoscale-policy": {"scenarios_as_expected": "== scenarios", "out_of_bounds": "== 0"},
    "autoscale-decisions": {
        "decisions_as_expected": "== decisions",
        "unexplained": "== 0",
        "out_of_bounds": "== 0",
    },
    "promotion-decisions": {
        "decisions_as_expected": "== decisions",
        "unexplained": "== 0",
        "out_of_bounds": "== 0",
    },
    "decisions": {"forbidden": "== 0"},
    "settings": {"read": "== 1"},
    **{name: {"exit_code": "== 0"} for name in ROWS["gates"]},
}
LIVED = timedelta(hours=6)  # before and after: throughput compares three hours with the three before
TURNED = timedelta(minutes=60)


@dataclass(frozen=True)
class Turned:
    """Dials, and the checks that they must turn to another outcome."""

    dials: Mapping[str, float]
    outcomes: Mapping[str, str]

    def __str__(self) -> str:
        return ",".join(f"{name}={value:g}" for name, value in self.dials.items())


DIALS = (
    Turned({}, {}),
    Turned({"hot_tenant": 1}, {"queue-age": "FAIL", "fairness": "FAIL", "backpressure": "FAIL"}),
    Turned({"slow_queue": 1}, {"queue-age": "FAIL", "throughput": "WARN", "backpressure": "FAIL"}),
    Turned(
        {"failing_runs": 1},
        {"function-failures": "FAIL", "recent-failures": "FAIL", "stale-runs": "FAIL", "step-downs": "FAIL"},
    ),
    Turned({"missed_ticks": 1}, {"cadence": "FAIL", "dispatch-health": "FAIL", "queue-age": "WARN"}),
    Turned({"duplicate_sends": 1}, {"duplicate-sends": "FAIL"}),
    Turned({"contention": 1}, {"contention": "FAIL", "autoscale-policy": "FAIL", "step-downs": "FAIL"}),
    Turned(  # by itself, there is nothing that it could ignore
        {"contention": 1, "autoscale_stuck": 1},
        {"contention": "FAIL", "autoscale-policy": "FAIL", "autoscale-decisions": "FAIL"},
    ),
    Turned({"autoscale_flaps": 1}, {"autoscale-decisions": "FAIL", "step-downs": "FAIL"}),
    Turned({"promotion": 1}, {"promotion-decisions": "FAIL"}),
    Turned({"promotion_early": 1}, {"promotion-decisions": "FAIL"}),
    Turned({"quota_coverage": 61}, {"quota-coverage": "WARN"}),
    # log_stream_blocked has a test of its own, since the example reads a file
)


@pytest.fixture(scope="module")
def limits() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """Check -> {pass: {reading: limit}, warn: …}, as written in the example."""
    written = YAML(typ="safe").load(EXAMPLE)["environments"]["staging"]["checks"]
    return {
        name: {
            "pass": {**IMPLIED.get(name, {}), **check.get("pass", {})},
            "warn": check.get("warn", {}),
        }
        for name, check in written.items()
    }


def outcome(numbers: Mapping[str, Number], limits: Mapping[str, Mapping[str, str]]) -> str:
    """The outcome that these numbers must have."""
    order = ("PASS", "WARN", "UNKNOWN", "FAIL")
    return max((_outcome(name, numbers, limits) for name in limits["pass"]), key=order.index, default="PASS")


def _outcome(name: str, numbers: Mapping[str, Number], limits: Mapping[str, Mapping[str, str]]) -> str:
    if numbers[name] is None:
        return "UNKNOWN"
    if _holds(numbers, name, limits["pass"][name]):
        return "PASS"
    warns = limits["warn"].get(name)
    return "WARN" if warns and _holds(numbers, name, warns) else "FAIL"


def _holds(numbers: Mapping[str, Number], name: str, limit: str) -> bool:
    found = re.fullmatch(r"(<=|>=|==|<|>) ([a-z_]+|[\d.]+)(s|%)?", limit)
    assert found, limit
    operator, operand, _ = found.groups()
    value, bound = numbers[name], numbers[operand] if operand.isidentifier() else float(operand)
    assert value is not None
    assert bound is not None
    return {
        "<": value < bound,
        "<=": value <= bound,
        "==": value == bound,
        ">=": value >= bound,
        ">": value > bound,
    }[operator]


async def by_hand(service: Service, end: datetime) -> dict[str, list[Mapping[str, Number]]]:
    """Check -> the numbers of each of its measurements, oldest first."""
    found = await seen(service.system.dsn, service.folder / "decisions.log")
    ends = [end - back * 30 * MINUTE for back in (3, 2, 1, 0)]
    return {
        **{name: [compute(found, end)] for name, compute in OF_THE_ROWS.items()},
        "queue-age": [queue_age(found, each) for each in ends],
        "suppression": [await endpoint.suppression(service.url, SECRET)],
        "cron-secret": [await endpoint.cron_secret(service.url)],
        "settings": [await endpoint.settings(service.url, SECRET)],
        **{name: [numbers] for name, numbers in OF_THE_CODE.items()},
    }


async def by_canary(service: Service, end: datetime, names: Sequence[str]) -> dict[str, Result]:
    """Each check of the example, asked at the time at which the system's clock stands still."""
    loaded = load(service.config, service.environment())
    environment = loaded.plan.environments["staging"]
    moment = Moment(now=end, values={"version": "2.3.0", "environment": "staging"})
    async with Answering(service.folder / "data") as answering:
        results = await asyncio.gather(
            *(
                answering.answer(
                    environment.checks[name],
                    loaded.plan.sources,
                    moment,
                    loaded.secrets,
                    environment="staging",
                )
                for name in names
            )
        )
    return dict(zip(names, results, strict=True))


def compared(
    results: Mapping[str, Mapping[str, Any]],
    numbers: Mapping[str, Sequence[Mapping[str, Number]]],
    limits: Mapping[str, Mapping[str, Mapping[str, str]]],
) -> Iterator[str]:
    """What differs between the results and what was computed by hand."""
    order = ("PASS", "WARN", "UNKNOWN", "FAIL")
    for name, result in results.items():
        measured = [
            {one["name"]: one["value"] for one in measurement["readings"]}
            for measurement in result["measurements"]
        ]
        expected = max((outcome(each, limits[name]) for each in numbers[name]), key=order.index)
        if result["outcome"] != expected:
            yield f"{name} is {result['outcome']}, by hand {expected}: {result['reason']}"
        if len(measured) != len(numbers[name]):
            yield f"{name} has {len(measured)} measurements, by hand {len(numbers[name])}"
        for found, right in zip(measured, numbers[name], strict=False):
            for reading, value in right.items():
                if found[reading] != (value if value is None else pytest.approx(value, rel=1e-9)):
                    yield f"{name}: {reading} is {found[reading]}, by hand {value}"


@pytest.fixture
async def healthy(postgres_server: str, tmp_path: Path) -> AsyncIterator[Service]:
    """Until now, in the last minute of which the tick has come."""
    async with service_on(postgres_server, tmp_path, datetime.now(UTC) - LIVED) as service:
        await service.system.advance_to(datetime.now(UTC))
        await service.system.dispatch("cron")
        yield service


def test_every_check_of_the_example_shows_a_row_and_every_dial_turns_one() -> None:
    written = YAML(typ="safe").load(EXAMPLE)["environments"]["staging"]["checks"]
    assert sorted(name for names in ROWS.values() for name in names) == sorted(written)
    turned = {name for each in DIALS for name in each.dials}
    assert turned | {"log_stream_blocked"} == {dial.name for dial in dials.DIALS}


async def test_one_command_measures_every_row_of_a_healthy_system(healthy: Service, limits: Any) -> None:
    _, results = await healthy.checked()
    end = datetime.fromisoformat(results["cadence"]["measurements"][0]["window"]["end"])
    assert results.keys() == limits.keys()
    assert list(compared(results, await by_hand(healthy, end), limits)) == []


@pytest.mark.parametrize("turned", DIALS, ids=str)
async def test_a_dial_turns_its_checks_and_no_others(
    postgres_server: str, tmp_path: Path, limits: Any, turned: Turned
) -> None:
    async with service_on(postgres_server, tmp_path, NOON) as service:
        await _live(service, turned.dials)
        end = service.system.now
        results = await by_canary(service, end, OF_THE_SYSTEM)
        told = {name: result.model_dump(mode="json") for name, result in results.items()}
        assert list(compared(told, await by_hand(service, end), limits)) == []
    outcomes = {name: str(result.outcome) for name, result in results.items()}
    assert {name: found for name, found in outcomes.items() if found != "PASS"} == turned.outcomes


async def test_a_blocked_log_stream_is_an_error_that_is_mitigated(
    postgres_server: str, tmp_path: Path, limits: Any
) -> None:
    """The same three checks over a log stream instead of a file: the same numbers, until it may not be read."""
    of_the_log, fallback = ROWS["reason-code logs"], "autoscale-program"
    async with service_on(postgres_server, tmp_path, NOON) as service:
        service.config.write_text(_streamed(service.config.read_text()))
        await service.system.advance_to(NOON + 2 * HOUR)
        end = service.system.now
        told = {
            name: one.model_dump(mode="json")
            for name, one in (await by_canary(service, end, of_the_log)).items()
        }
        assert list(compared(told, await by_hand(service, end), limits)) == []
        assert {one["outcome"] for one in told.values()} == {"PASS"}
        await service.system.turn("log_stream_blocked", 1)
        results = await by_canary(service, end, [*of_the_log, fallback])
    assert {name: str(one.outcome) for name, one in results.items()} == {
        **dict.fromkeys(of_the_log, "ERROR"),
        fallback: "PASS",
    }
    assert all(results[name].blocked for name in of_the_log)
    assert assess(results, {"decisions": fallback}).mitigated == {"decisions": fallback}


def _streamed(written: str) -> str:
    """The example with the log on a log stream."""
    stream = '    kind: loki\n    base_url: "${STAGING_URL}"\n    bearer: "${CRON_SECRET}"\n'
    log = '    kind: workspace\n    path: "${DECISION_LOGS}"'
    file = 'file: "decisions.log*"'
    assert (written.count(log), written.count(file)) == (1, 3)
    return written.replace(log, stream).replace(file, """query: '{app="background-jobs"}'""")


@pytest.mark.long
@pytest.mark.parametrize(
    "seed", range(int(os.environ.get("SEED", "1")), int(os.environ.get("SEED", "1")) + 8)
)
async def test_a_day_with_any_dials_has_the_numbers_computed_by_hand(
    postgres_server: str, tmp_path: Path, limits: Any, seed: int
) -> None:
    """More than a day, so that every window begins within it; dials are turned back and forth."""
    luck = random.Random(seed)
    async with service_on(postgres_server, tmp_path, NOON, seed) as service:
        await service.system.advance(hours=20)
        for _ in range(6):
            dial = luck.choice(dials.DIALS)
            value = dial.max if dial.kind == "toggle" else round(luck.uniform(dial.min, dial.max), 1)
            await service.system.turn(dial.name, int(value) if dial.step == 1 else value)
            await service.system.advance(minutes=luck.randint(10, 60))
            if luck.random() < 0.5:
                await service.system.turn(dial.name, dial.normal)
        await service.system.advance(hours=luck.uniform(1, 3), seconds=luck.uniform(0, 60))
        await service.system.dispatch("cron")
        end = service.system.now
        results = await by_canary(service, end, OF_THE_SYSTEM)
        told = {name: result.model_dump(mode="json") for name, result in results.items()}
        assert list(compared(told, await by_hand(service, end), limits)) == []


async def _live(service: Service, turned: Mapping[str, float]) -> None:
    """A past in which all was well until the dials were turned; its last minute has been dispatched."""
    await service.system.advance_to(NOON + LIVED - TURNED)
    for name, value in turned.items():
        await service.system.turn(name, value)
    # some ticks are later, and some earlier
    await service.system.advance_to(NOON + LIVED + timedelta(seconds=2))
    await service.system.dispatch("cron")
