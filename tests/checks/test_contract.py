"""The contract of every kind. A kind added to the table is tested automatically."""

from __future__ import annotations

import socket
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from checks import contract
from checks.base import Check, Source
from checks.kinds import KINDS, SOURCES
from checks.reading import Moment
from checks.secrets import Secrets
from sandbox.jobsystem import JobSystem
from tests import prometheus
from tests.githubs import TOKEN, local_github
from tests.lokis import local_loki

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
NOBODY = Secrets({})
TABLES = ["BackgroundJob", "BackgroundDispatchWindow", "BackgroundFunctionRun", "WorkspaceSettings"]
WINDOW = {"window": "30m"}

EXAMPLES: Mapping[str, Mapping[str, Any]] = {
    "jobs.throughput": {**WINDOW, "pass": {"per_minute": "> 0/min"}},
    "jobs.queue_age": {**WINDOW, "pass": {"p95": "< 180s"}},
    "jobs.fairness": {**WINDOW, "pass": {"heavy_minutes": ">= 0"}},
    "jobs.cadence": {**WINDOW, "function": "process-background-jobs", "pass": {"longest_gap": "< 90s"}},
    "jobs.dispatch_health": {**WINDOW, "pass": {"not_enqueued": "== 0"}},
    "jobs.function_failures": {**WINDOW, "pass": {"percent": "< 50%"}},
    "jobs.stale_runs": {"pass": {"stale": "== 0"}},
    "jobs.duplicates": {**WINDOW, "pass": {"signals": "== 0"}},
    "jobs.contention": {**WINDOW, "pass": {"contended": "< 50%"}},
    "jobs.coverage": {
        "table": "WorkspaceSettings",
        "column": "highQuotaEnabled",
        "pass": {"covered": "<= total"},
    },
    "control.autoscale": {
        **WINDOW,
        "signals": """
            SELECT tick AS "timestamp", 20 AS "activeWorkspaces", false AS "contentionBreached",
                   (SELECT count(*) > 1000000 FROM "BackgroundJob") AS "failureRateBreached"
            FROM generate_series({{start}}::timestamp, {{end}}::timestamp, interval '1 minute') AS series (tick)
        """,
    },
    "control.promotion": {
        **WINDOW,
        "signals": """
            SELECT tick AS "timestamp", 0 AS "failureRatePercent", false AS "contentionBreached",
                   (SELECT count(*) * 0 FROM "BackgroundJob") AS "queueAgeP95Seconds", 0 AS "duplicateSendCount"
            FROM generate_series({{start}}::timestamp, {{end}}::timestamp, interval '1 minute') AS series (tick)
        """,
    },
    "scenario": {
        "run": ["./gate"],
        "scenarios": {"one": {"expect": ["hold"]}},
    },
    "sql": {
        "query": 'SELECT count(*) AS jobs FROM "BackgroundJob" WHERE "runAt" < {{now}}',
        "pass": {"jobs": "> 0"},
    },
    "http.probe": {"request": {"path": "/api/cron/background-jobs"}, "expect": ["last.status == 200"]},
    "gate": {"run": ["./gate"]},
    "configuration": {
        "query": """SELECT 'jobs' AS name, count(*) AS value FROM "BackgroundJob" """,
        "required": True,
    },
    "prometheus.query": {
        **WINDOW,
        "step": "1m",
        "queries": {"errors": 'sum(rate(requests_total{status="500"}[5m])) / sum(rate(requests_total[5m]))'},
        "units": {"errors": "ratio"},
        "pass": {"errors": "< 5%"},
    },
    "prometheus.alerts": {"labels": {"service": "cart"}},
    "github.checks": {"commit": "0123456789abcdef", "names": ["build"]},
    "logs.reasons": {
        **WINDOW,
        "query": '{app="jobs"}',
        "codes": ["ramp_step", "hold_ramp_window"],
        "in_a_row": {"stepped_down": {"code": "guardrail_step_down", "every": "15m"}},
        "sequences": {"ramped": ["hold_ramp_window", "ramp_step"]},
        "present": ["ramp_step"],
        "absent": ["guardrail_step_down"],
        "pass": {"ramp_step": ">= 1"},
    },
}


def example(kind: str) -> Check:
    assert kind in EXAMPLES, f"give {kind} an example here, with at least one limit"
    return KINDS[kind].model_validate({"kind": kind, "owner": "platform", **EXAMPLES[kind]})


def source(kind: str, **fields: Any) -> Source:
    return SOURCES[kind].model_validate({"kind": kind, **fields})


@dataclass(frozen=True)
class World:
    """A source of each kind, and the current time."""

    now: datetime
    sources: Mapping[str | None, Source]
    secrets: Secrets = NOBODY

    def of(self, check: Check) -> Source:
        """The source that the check uses."""
        if check.source_kind == "prometheus":
            prometheus.required()
        kind = check.source_kind
        return self.sources[kind[0] if isinstance(kind, tuple) else kind]

    @property
    def moment(self) -> Moment:
        return Moment(now=self.now)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def well(
    postgres_server: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> AsyncIterator[World]:
    """Everything is up, with an hour of history."""
    folder = tmp_path_factory.mktemp("repository")
    write_gate(folder, 'echo \'{"reasonCode": "hold"}\'')
    name = f"jobs_{uuid.uuid4().hex}"
    start = NOON - timedelta(hours=1)
    async with JobSystem.create(postgres_server, seed=1, start=start, database=name) as system:
        await system.advance_to(NOON)
        async with (
            system.serve(secret="tops3cret") as url,
            local_loki() as loki,
            local_github() as github,
        ):
            github.ran("build", "success", commit="0123456789abcdef")
            for minute in range(30):
                at = NOON - timedelta(minutes=minute, seconds=1)
                code = "hold_ramp_window" if minute % 5 else "ramp_step"
                loki.log("jobs", (at, f'{{"reasonCode": "{code}"}}'))
            sources = {
                "loki": source("loki", base_url=loki.url),
                "github": source(
                    "github", base_url=github.url, repository="acme/shop", bearer="${GITHUB_TOKEN}"
                ),
                "postgres": source("postgres", dsn=system.reader_dsn, tables=TABLES),
                "http": source("http", base_url=url, bearer="${CRON_SECRET}"),
                "workspace": source("workspace", path=folder),
            }
            if prometheus.find():
                server = request.getfixturevalue("metrics")
                sources["prometheus"] = source("prometheus", base_url=server.url)
            yield World(NOON, sources, Secrets({"CRON_SECRET": "tops3cret", "GITHUB_TOKEN": TOKEN}))


@pytest.fixture
def down(tmp_path: Path) -> Iterator[World]:
    """Nothing is reachable."""
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        yield World(NOON, at_port(unheard.getsockname()[1], tmp_path / "gone"))


@pytest.fixture
def hanging(tmp_path: Path) -> Iterator[World]:
    """Everything accepts connections, and nothing responds."""
    write_gate(tmp_path, "sleep 60")
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        yield World(NOON, at_port(silent.getsockname()[1], tmp_path))


def at_port(port: int, folder: Path) -> dict[str | None, Source]:
    dsn = f"host=127.0.0.1 port={port} dbname=jobs user=canary sslmode=disable"
    return {
        "postgres": source("postgres", dsn=dsn, tables=TABLES),
        "http": source("http", base_url=f"http://127.0.0.1:{port}"),
        "prometheus": source("prometheus", base_url=f"http://127.0.0.1:{port}"),
        "workspace": source("workspace", path=folder),
        "loki": source("loki", base_url=f"http://127.0.0.1:{port}"),
        "github": source("github", base_url=f"http://127.0.0.1:{port}", repository="acme/shop"),
    }


def write_gate(folder: Path, command: str) -> None:
    (folder / "gate").write_text(f"#!/bin/sh\n{command}\n")
    (folder / "gate").chmod(0o755)


every_kind = pytest.mark.parametrize("kind", sorted(KINDS))


@pytest.mark.parametrize("table", [KINDS, SOURCES])
def test_a_kind_describes_itself_as_registered(table: Mapping[str, type[Any]]) -> None:
    for name, model in table.items():
        contract.describes_itself(name, model)


@every_kind
def test_a_kind_needs_an_existing_kind_of_source_or_none(kind: str) -> None:
    wanted = KINDS[kind].source_kind
    assert {*(wanted if isinstance(wanted, tuple) else [wanted])} <= {*SOURCES, None}


@every_kind
def test_its_configuration_survives_json(kind: str) -> None:
    contract.survives_json(example(kind))


@every_kind
def test_it_words_only_its_own_readings(kind: str) -> None:
    contract.words_its_readings(example(kind))


@every_kind
@pytest.mark.asyncio(loop_scope="session")
async def test_it_measures_what_it_declares(kind: str, well: World) -> None:
    check = example(kind)
    await contract.measures_what_it_declares(check, well.of(check), well.moment, well.secrets)


@every_kind
@pytest.mark.asyncio(loop_scope="session")
async def test_it_answers_within_its_window_and_the_result_survives_json(kind: str, well: World) -> None:
    check = example(kind)
    await contract.answers(check, well.of(check), well.moment, well.secrets)


@every_kind
async def test_an_unreachable_source_is_an_error_with_a_cause(kind: str, down: World) -> None:
    check = example(kind)
    await contract.fails_closed(check, down.of(check), down.moment)


@every_kind
async def test_it_can_be_cancelled(kind: str, hanging: World) -> None:
    check = example(kind)
    await contract.can_be_cancelled(check, hanging.of(check), hanging.moment)
