"""The same checks and records without Slack: `canary check`, `lint`, `schema`, `verify`, and their exit codes."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from sandbox.slack.server import LocalSlack
from tests.journeys.conftest import CONFIGURATION, StartBot, World, decided

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str


class Shell:
    """A shell in a folder with a canary.yaml."""

    def __init__(self, folder: Path, world: World) -> None:
        self.folder = folder
        self._environment = {
            "PATH": os.defpath,
            "PYTHONPATH": str(ROOT),
            "WORLD_DSN": world.dsn,
            "COLUMNS": "200",
        }

    async def canary(self, *words: str, **environment: str) -> Ended:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            *words,
            cwd=self.folder,
            env={**self._environment, **environment},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await asyncio.wait_for(process.communicate(), 60)
        assert process.returncode is not None
        return Ended(process.returncode, out.decode(), err.decode())


@pytest.fixture
def shell(tmp_path: Path, world: World) -> Shell:
    (tmp_path / "canary.yaml").write_text(CONFIGURATION)
    return Shell(tmp_path, world)


async def test_checks_that_pass_exit_with_0_and_a_table(shell: Shell) -> None:
    ended = await shell.canary("check", "staging")
    assert ended.code == 0, ended
    assert "staging: PASS, recommends GO" in ended.out
    assert "30 s" in ended.out


async def test_a_failing_check_exits_with_1_and_its_reason(shell: Shell, world: World) -> None:
    await world.put("queue_age", 300)
    ended = await shell.canary("check", "staging", "--json")
    assert ended.code == 1, ended
    results = json.loads(ended.out)["results"]
    assert results["queue-age"]["outcome"] == "FAIL"
    assert "300 s" in results["queue-age"]["reason"]


async def test_a_check_that_cannot_be_measured_exits_with_2(shell: Shell, world: World) -> None:
    await world.rename("reading", "gone")
    ended = await shell.canary("check", "staging", "--only", "queue-age")
    assert ended.code == 2, ended
    assert "ERROR" in ended.out
    assert "duplicates" not in ended.out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["check", "moon"], "There is no environment 'moon'; there is staging."),
        (["check", "staging", "--only", "moon"], "There is no check 'moon'"),
        (["check", "staging", "version"], "arguments are written name=value"),
        (["check", "staging", "colour=red"], "There is no argument 'colour' here."),
        (["check", "staging", "--config", "other.yaml"], "other.yaml"),
        (["verify", "packet.json"], "packet.json cannot be read"),
        (["serve"], "SLACK_BOT_TOKEN"),
    ],
)
async def test_what_is_not_there_is_said_in_a_line_and_exits_with_2(
    shell: Shell, words: list[str], says: str
) -> None:
    ended = await shell.canary(*words)
    assert ended.code == 2, ended
    assert says in ended.err
    assert "Traceback" not in ended.err


@pytest.fixture
def settings(slack: LocalSlack, bot_database: str, valkey: str) -> dict[str, str]:
    """All that `canary serve` needs."""
    return {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "SLACK_API_URL": slack.api_url,
        "DATABASE_URL": bot_database,
        "REDIS_URL": valkey,
        "PORT": "0",
    }


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("SLACK_BOT_TOKEN", "xoxb-wr0ng", "Slack does not accept the token: invalid_auth."),
        ("SLACK_APP_TOKEN", "xapp-wr0ng", "Slack does not accept the token: invalid_auth."),
        ("SLACK_API_URL", "http://127.0.0.1:9/", "Slack cannot be reached at http://127.0.0.1:9/."),
        ("DATABASE_URL", "postgresql://bot:wr0ng@127.0.0.1:9/bot", "The database cannot be reached"),
        ("DATABASE_URL", "postgresql//bot:wr0ng@db", "DATABASE_URL is no URL of a PostgreSQL database."),
    ],
)
async def test_a_bot_that_cannot_start_says_why_in_a_line(
    shell: Shell, settings: dict[str, str], name: str, value: str, says: str
) -> None:
    ended = await shell.canary("serve", **{**settings, name: value})
    assert ended.code == 2, ended
    assert says in ended.err
    assert "Traceback" not in ended.err
    assert "wr0ng" not in ended.err


async def test_a_port_that_is_taken_is_said(shell: Shell, settings: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("0.0.0.0", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = await shell.canary("serve", **{**settings, "PORT": str(port)})
    assert ended.code == 2, ended
    assert f"Port {port} cannot be listened on" in ended.err


async def test_lint_says_every_problem_with_its_line(shell: Shell) -> None:
    assert "no problems in canary.yaml" in (await shell.canary("lint")).out
    broken = CONFIGURATION.replace("owner: platform", "owner: platfrom", 1).replace("< 180s", "< 180 parsecs")
    (shell.folder / "canary.yaml").write_text(broken)
    ended = await shell.canary("lint")
    assert ended.code == 2, ended
    assert "canary.yaml:19: environments.staging.checks.queue-age.pass.p95" in ended.err
    assert "platfrom" in ended.err
    assert "platform" in ended.err


async def test_a_missing_secret_is_named(shell: Shell) -> None:
    ended = await shell.canary("lint", WORLD_DSN="")
    assert ended.code == 2
    assert "WORLD_DSN" in ended.err


async def test_the_published_schema_is_the_printed_one(shell: Shell) -> None:
    ended = await shell.canary("schema")
    assert ended.out == (ROOT / "docs" / "canary.schema.json").read_text()


async def test_the_packet_of_a_decision_verifies_and_a_changed_one_does_not(
    start_bot: StartBot, slack: LocalSlack, shell: Shell, bot_database: str
) -> None:
    async with start_bot():
        await slack.connected()
        card = await decided(slack)
        await slack.user("ana").click(card, "Go")
        await slack.user("ben").click(card, "Go")
        message = await slack.sees("#releases", "canary-staging-1.json")
    whole = await shell.canary("verify", "--database", DATABASE_URL=bot_database)
    assert whole.code == 0, whole
    assert "runs: 1, events: 7; every hash follows, every conclusion holds" in whole.out
    packet = shell.folder / "packet.json"
    packet.write_bytes(message.files[0].content)
    ended = await shell.canary("verify", "packet.json")
    assert ended.code == 0, ended
    assert "every digest holds" in ended.out

    packet.write_text(packet.read_text().replace('"value": 30', '"value": 31', 1))
    ended = await shell.canary("verify", "packet.json")
    assert ended.code == 1, ended
    assert "evidence: its digest is" in ended.err
