"""What every kind promises. A kind that is added to the table is held to it by itself."""

from __future__ import annotations

import asyncio
import socket
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
import pytest_asyncio

from checks.base import Check, Source
from checks.context import opened
from checks.evaluate import evaluate
from checks.kinds import KINDS, SOURCES
from checks.outcome import CheckError, Outcome
from checks.reading import Moment, Window
from checks.result import Result
from checks.secrets import Secrets
from sandbox.jobsystem import JobSystem

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
    "sql": {
        "query": 'SELECT count(*) AS jobs FROM "BackgroundJob" WHERE "runAt" < {{now}}',
        "pass": {"jobs": "> 0"},
    },
    "http.probe": {"request": {"path": "/api/cron/background-jobs"}, "expect": ["last.status == 200"]},
    "gate": {"run": ["./gate"]},
}


def example(kind: str) -> Check:
    assert kind in EXAMPLES, f"give {kind} an example here, with at least one limit"
    return KINDS[kind].model_validate({"kind": kind, "owner": "platform", **EXAMPLES[kind]})


def source(kind: str, **fields: Any) -> Source:
    return SOURCES[kind].model_validate({"kind": kind, **fields})


@dataclass(frozen=True)
class World:
    """A source for each kind of source, and what time it is there."""

    now: datetime
    sources: Mapping[str | None, Source]
    secrets: Secrets = NOBODY

    @asynccontextmanager
    async def opened(self, check: Check) -> AsyncIterator[Any]:
        async with opened(self.sources[check.source_kind], self.secrets) as live:
            yield live

    @property
    def moment(self) -> Moment:
        return Moment(now=self.now)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def well(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """Everything is up, with an hour of history."""
    folder = tmp_path_factory.mktemp("repository")
    write_gate(folder, "echo done")
    name = f"jobs_{uuid.uuid4().hex}"
    start = NOON - timedelta(hours=1)
    async with JobSystem.create(postgres_server, seed=1, start=start, database=name) as system:
        await system.advance_to(NOON)
        async with system.serve(secret="tops3cret") as url:
            sources = {
                "postgres": source("postgres", dsn=system.reader_dsn, tables=TABLES),
                "http": source("http", base_url=url, bearer="${CRON_SECRET}"),
                "workspace": source("workspace", path=folder),
            }
            yield World(NOON, sources, Secrets({"CRON_SECRET": "tops3cret"}))


@pytest.fixture
def down(tmp_path: Path) -> Iterator[World]:
    """Nothing is there."""
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        yield World(NOON, at_port(unheard.getsockname()[1], tmp_path / "gone"))


@pytest.fixture
def hanging(tmp_path: Path) -> Iterator[World]:
    """Everything takes a question, and nothing answers."""
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
        "workspace": source("workspace", path=folder),
    }


def write_gate(folder: Path, command: str) -> None:
    (folder / "gate").write_text(f"#!/bin/sh\n{command}\n")
    (folder / "gate").chmod(0o755)


def window_of(check: Check) -> Window | None:
    return Window.ending(NOON, check.window) if check.window else None


every_kind = pytest.mark.parametrize("kind", sorted(KINDS))


@pytest.mark.parametrize("table", [KINDS, SOURCES])
def test_what_the_tables_call_a_kind_is_what_it_calls_itself(table: Mapping[str, type[Any]]) -> None:
    for name, model in table.items():
        assert get_args(model.model_fields["kind"].annotation) == (name,)


@every_kind
def test_a_kind_needs_a_source_that_exists_or_none(kind: str) -> None:
    assert KINDS[kind].source_kind in {*SOURCES, None}


@every_kind
def test_its_configuration_survives_json_and_has_a_schema(kind: str) -> None:
    check = example(kind)
    written = check.model_dump(mode="json", by_alias=True)

    assert KINDS[kind].model_validate(written) == check
    assert KINDS[kind].model_json_schema(by_alias=True)["additionalProperties"] is False


@every_kind
@pytest.mark.asyncio(loop_scope="session")
async def test_it_measures_what_it_declares(kind: str, well: World) -> None:
    check = example(kind)
    async with well.opened(check) as live:
        measurement = await check.measure(live, well.moment, window_of(check))

    declared = check.readings()
    if declared is not None:
        assert {reading.name: reading.unit for reading in measurement.readings} == declared
    assert {series.name for series in measurement.series} <= {one.name for one in measurement.readings}
    assert len({one.name for one in measurement.readings}) == len(measurement.readings)


@every_kind
@pytest.mark.asyncio(loop_scope="session")
async def test_its_result_survives_json(kind: str, well: World) -> None:
    check = example(kind)
    async with well.opened(check) as live:
        result = await evaluate(check, live, well.moment, well.secrets)

    assert Result.model_validate_json(result.model_dump_json()) == result
    assert result.outcome not in {Outcome.ERROR, Outcome.UNKNOWN}, result.reason
    assert [one.window for one in result.measurements] == [window_of(check)]


@every_kind
async def test_a_world_that_is_down_is_an_error_with_a_cause(kind: str, down: World) -> None:
    check = example(kind)
    async with down.opened(check) as live:
        with pytest.raises(CheckError):
            await check.measure(live, down.moment, window_of(check))
        result = await evaluate(check, live, down.moment, NOBODY)

    assert result.outcome is Outcome.ERROR
    assert result.cause is not None


@every_kind
async def test_it_can_be_cancelled(kind: str, hanging: World) -> None:
    check = example(kind)
    async with hanging.opened(check) as live:
        task = asyncio.create_task(check.measure(live, hanging.moment, window_of(check)))
        await asyncio.sleep(0.2)
        assert not task.done()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(task, 10)
