"""A configuration that a file or a program of a workspace tells."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from checks.configuration.configuration import Configuration
from checks.context import Context
from checks.evaluate import ask
from checks.outcome import Outcome
from checks.reading import Before, Moment
from checks.result import Result
from checks.secrets import Secrets
from checks.sources.http import HttpSource
from checks.sources.workspace import WorkspaceSource
from sandbox.jobsystem import JobSystem

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


async def found(folder: Path, before: Before | None = None, **keys: Any) -> Result:
    check = Configuration.model_validate({"kind": "configuration", "owner": "platform", **keys})
    context = Context(Secrets({"TOKEN": "s3cr3t-of-the-bot"}))
    moment = Moment.present(NOON, {}, before).model_copy(update={"key": b"key"})
    return await ask(check, WorkspaceSource(kind="workspace", path=folder), context, moment)


async def test_a_file_of_variables(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("# settings\nexport FLOOR=2048\nCRON_SECRET=hunter2\n")
    before = Before(called="baseline 1", facts={"FLOOR": "1024", "STEP": "64"})
    result = await found(tmp_path, before, file=".env")
    assert result.outcome is Outcome.PASS
    assert result.detail == ("CRON_SECRET: new, (secret)", "FLOOR: 1024 → 2048", "STEP: gone, was 64")
    assert {one.reading.name: one.reading.value for one in result.judged} == {
        "read": True,
        "facts": 2,
        "changed": 3,
    }
    assert "hunter2" not in result.model_dump_json()


async def test_a_program_and_a_value_that_is_one_of_the_bots_secrets(tmp_path: Path) -> None:
    result = await found(
        tmp_path, run=["sh", "-c", """echo '{"a": {"b": "s3cr3t-of-the-bot"}, "on": true}'"""]
    )
    assert result.outcome is Outcome.PASS
    [measurement] = result.measurements
    assert measurement.context["on"] == "true"
    assert "s3cr3t" not in result.model_dump_json()


@pytest.mark.parametrize(
    ("keys", "why"),
    [
        ({"file": ".env"}, "cat ended with exit code 1"),
        ({"run": ["sh", "-c", "echo hunter2"]}, "it has a line that is no NAME=value"),
        ({"run": ["sh", "-c", "yes A=1 | head -c 300000"]}, "it has more than 262,144 bytes"),
        ({"run": ["sh", "-c", "exit 3"]}, "sh ended with exit code 3"),
        ({"run": ["sleep", "9"], "timeout": "1s"}, "sleep did not end within 1s and was killed"),
        ({"path": "/settings"}, "path needs a source of kind http"),
    ],
)
async def test_what_cannot_be_read_is_a_warning_unless_it_is_required(
    tmp_path: Path, keys: dict[str, Any], why: str
) -> None:
    result = await found(tmp_path, **keys)
    assert result.outcome is Outcome.WARN
    assert why in result.reason
    assert "hunter2" not in result.model_dump_json()
    result = await found(tmp_path, **keys, required=True)
    assert result.outcome is Outcome.ERROR
    assert why in result.reason


async def test_a_link_out_of_the_workspace_is_not_followed(tmp_path: Path) -> None:
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    outside.write_text("FLOOR=1\n")
    inside.mkdir()
    (inside / ".env").symlink_to(outside)
    assert (await found(inside, file=".env")).outcome is Outcome.WARN


async def test_what_the_sample_system_is_configured_with(postgres_server: str) -> None:
    """As in examples/background-jobs: somebody has switched promotion on."""
    check = Configuration.model_validate(
        {
            "kind": "configuration",
            "owner": "platform",
            "path": "/api/configuration",
            "names": ["version", "environment.BACKGROUND_JOB_*"],
        }
    )
    context, database = Context(Secrets({"CRON_SECRET": "tops3cret"})), f"jobs_{uuid.uuid4().hex}"
    async with (
        JobSystem.create(postgres_server, seed=1, start=NOON, database=database) as system,
        system.serve(secret="tops3cret") as url,
    ):
        source = HttpSource(kind="http", base_url=url, bearer="${CRON_SECRET}")
        result = await ask(check, source, context, Moment.present(NOON, {}))
        [then] = result.measurements
        assert result.outcome is Outcome.PASS
        assert "environment.CRON_SECRET" not in then.context
        await system.turn("promotion", 1)
        before = Before(called="baseline 1", facts=then.context)
        result = await ask(check, source, context, Moment.present(NOON, {}, before))
    assert result.detail == ("environment.BACKGROUND_JOB_HIGH_QUOTA_PROMOTION_ENABLED: 0 → 1",)


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        ({}, "expected one of query, path, file and run, not none"),
        ({"file": ".env", "path": "/a"}, "not path and file"),
        ({"file": ".env", "at": "app"}, "expected path as well"),
    ],
)
def test_it_reads_one_thing(keys: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        Configuration.model_validate({"kind": "configuration", "owner": "platform", **keys})
