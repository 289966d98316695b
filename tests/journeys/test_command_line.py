"""Checks and records without Slack: `canary check`, `lint`, `schema` and `verify`, with their exit codes."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from sandbox.slack.server import LocalSlack
from tests.checks.probing import always, serving
from tests.journeys.conftest import CONFIGURATION, StartBot, World, decided
from tests.program import Ended, Program

ROOT = Path(__file__).parents[2]


class Shell:
    """A shell in a folder with a canary.yaml."""

    def __init__(self, folder: Path, world: World, program: Program) -> None:
        self.folder = folder
        self._program = program
        self.environment = {
            "PATH": os.defpath,
            "PYTHONPATH": str(ROOT),
            "WORLD_DSN": world.dsn,
            "COLUMNS": "200",
        }

    async def canary(self, *words: str, program: Sequence[str] = (), **environment: str) -> Ended:
        """Run canary, or `program` in its place."""
        given = {**self.environment, **environment}
        if not program:
            return await self._program.run(words, folder=self.folder, environment=given)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, *program, *words),
            cwd=self.folder,
            env=given,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await asyncio.wait_for(process.communicate(), 60)
        assert process.returncode is not None
        return Ended(process.returncode, out.decode(), err.decode())


@pytest.fixture
def shell(tmp_path: Path, world: World, program: Program) -> Shell:
    (tmp_path / "canary.yaml").write_text(CONFIGURATION)
    return Shell(tmp_path, world, program)


async def test_passing_checks_exit_with_0_and_print_a_table(shell: Shell) -> None:
    ended = await shell.canary("check", "staging")
    assert ended.code == 0, ended
    assert "staging: PASS, recommends GO" in ended.out
    assert "30 s" in ended.out


async def test_a_failing_check_exits_with_1_and_prints_its_reason(shell: Shell, world: World) -> None:
    await world.put("queue_age", 300)
    ended = await shell.canary("check", "staging", "--json")
    assert ended.code == 1, ended
    results = json.loads(ended.out)["results"]
    assert results["queue-age"]["outcome"] == "FAIL"
    assert "300 s" in results["queue-age"]["reason"]


async def test_an_unmeasurable_check_exits_with_2(shell: Shell, world: World) -> None:
    await world.rename("reading", "gone")
    ended = await shell.canary("check", "staging", "--only", "queue-age")
    assert ended.code == 2, ended
    assert "ERROR" in ended.out
    assert "duplicates" not in ended.out


SERIES = """    checks:
      error-rate:
        kind: http.probe
        source: prometheus
        owner: platform
        request: {path: /api/v1/query, query: {query: 'rate(errors_total{job="shop"}[5m])'}}
        expect: ['last.body.status == "success"', 'EXPECTED']
"""
FEW = "last.body.data.result.all(series, double(series.value[1]) < 0.05)"


@pytest.mark.parametrize(
    ("expected", "found", "code", "said"),
    [
        (FEW, [], 2, "nothing was measured: last.body.data.result is empty"),
        (f"size(last.body.data.result) == 0 || {FEW}", [], 0, "PASS"),
        (FEW, [{"metric": {}, "value": [1764406800, "0.01"]}], 0, "PASS"),
        (FEW, [{"metric": {}, "value": [1764406800, "0.5"]}], 1, "FAIL"),
    ],
)
async def test_a_prometheus_query_without_series_has_measured_nothing(
    shell: Shell, expected: str, found: list[object], code: int, said: str
) -> None:
    answer = {"status": "success", "data": {"resultType": "vector", "result": found}}
    async with serving(always(answer)) as port:
        source = f"sources:\n  prometheus: {{kind: http, base_url: 'http://127.0.0.1:{port}'}}\n"
        checks = SERIES.replace("EXPECTED", expected)
        text = CONFIGURATION.replace("sources:\n", source).replace("    checks:\n", checks)
        (shell.folder / "canary.yaml").write_text(text)
        ended = await shell.canary("check", "staging", "--only", "error-rate")

    assert (ended.code, said in ended.out) == (code, True), ended
    assert ("write size(last.body.data.result) == 0 || …" in ended.out) == (code == 2)


DATED = """      recent:
        kind: sql
        source: world
        query: "SELECT count(*) AS recent FROM reading WHERE {{start}} <= now() AND name = 'queue_age'"
        window: 1h
        pass: {recent: "== 1"}
        owner: platform
      duplicates:
"""


@pytest.mark.parametrize(("off", "said"), [(-7200, "2h ahead of"), (7200, "2h behind")])
async def test_a_windowed_check_is_an_error_if_the_bots_clock_differs_from_the_databases(
    shell: Shell, off: int, said: str
) -> None:
    (shell.folder / "canary.yaml").write_text(CONFIGURATION.replace("      duplicates:\n", DATED, 1))
    skewed = ("-m", "tests.faults.skewed", str(off))
    ended = await shell.canary("check", "staging", "--json", program=skewed)
    assert ended.code == 2, ended
    results = json.loads(ended.out)["results"]
    assert {name: result["outcome"] for name, result in results.items()} == {
        "recent": "ERROR",
        "queue-age": "PASS",  # needs no clock
        "duplicates": "PASS",
    }
    assert f"the database's clock is {said} the bot's" in results["recent"]["reason"]


async def test_a_windowed_check_is_measured_if_the_clocks_agree(shell: Shell) -> None:
    (shell.folder / "canary.yaml").write_text(CONFIGURATION.replace("      duplicates:\n", DATED, 1))
    ended = await shell.canary("check", "staging")
    assert ended.code == 0, ended


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["check", "moon"], "There is no environment 'moon'. Available: staging."),
        (["check", "staging", "--only", "moon"], "There is no check 'moon'"),
        (["check", "staging", "version"], "Write arguments as name=value"),
        (["check", "staging", "colour=red"], "There is no argument `colour` here."),
        (["check", "staging", "--config", "other.yaml"], "other.yaml"),
        (["verify", "packet.json"], "packet.json cannot be read"),
        (["serve"], "SLACK_BOT_TOKEN"),
        (["chek", "staging"], "No such command 'chek'. (Did you mean one of: 'check'"),
        (["check", "staging", "--jsno"], "No such option '--jsno'. (Did you mean one of: '--json'"),
        (["check", "staging", "--junit", "/nowhere/report.xml"], "/nowhere/report.xml cannot be written"),
        (["check", "staging", "--json", "--markdown"], "Use only one of them."),
        (["help", "nothing"], "No such command 'nothing'."),
        (["outbox", "list"], "There is no database in .canary, and DATABASE_URL is not set."),
    ],
)
async def test_something_missing_is_named_in_one_line_and_exits_with_2(
    shell: Shell, words: list[str], says: str
) -> None:
    ended = await shell.canary(*words)
    assert ended.code == 2, ended
    assert says in ended.err
    assert "Traceback" not in ended.err


@pytest.fixture
def settings(slack: LocalSlack, bot_database: str, valkey: str) -> dict[str, str]:
    """Everything that `canary serve` needs."""
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
        ("DATABASE_URL", "postgresql://bot:wr0ng@db/bot?schema=public", "Remove ?schema=… from it"),
        ("DATABASE_URL", "postgresql://bot:pa/wr0ng@127.0.0.1/bot", "%40, %2F and the like"),
        ("REDIS_URL", "127.0.0.1:6379/wr0ng", "REDIS_URL is not a Redis URL"),
        ("REDIS_URL", "redis://127.0.0.1:9/0?wr0ng=1", "has an option that Redis does not take"),
        ("SLACK_BOT_TOKEN", "xapp-wr0ng", "it belongs in SLACK_APP_TOKEN"),
        ("CANARY_LOG", "wr0ng", "CANARY_LOG: Input should be 'json' or 'text'"),
        ("DATABASE_URL", "postgresql//bot:wr0ng@db", "DATABASE_URL is not a URL of a PostgreSQL database"),
    ],
)
async def test_a_bot_that_cannot_start_says_why_in_one_line(
    shell: Shell, settings: dict[str, str], name: str, value: str, says: str
) -> None:
    ended = await shell.canary("serve", **{**settings, name: value})
    assert ended.code == 2, ended
    assert says in ended.err
    assert "Traceback" not in ended.err
    assert "wr0ng" not in ended.err


async def test_a_port_in_use_is_named(shell: Shell, settings: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("0.0.0.0", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = await shell.canary("serve", **{**settings, "PORT": str(port)})
    assert ended.code == 2, ended
    assert f"Cannot listen on port {port}" in ended.err


async def test_lint_warns_of_probable_mistakes_and_exits_with_0(shell: Shell) -> None:
    unused = "  security: {members: [U05SEC]}\nsources:\n  repo: {kind: workspace, path: gone}\n"
    (shell.folder / "canary.yaml").write_text(CONFIGURATION.replace("sources:\n", unused))
    ended = await shell.canary("lint")
    assert ended.code == 0
    assert "no problems in canary.yaml" in ended.out
    assert ended.err.splitlines() == [
        "canary.yaml:7: warning: people.security: no environment uses this group",
        "canary.yaml:9: warning: sources.repo: no check uses this source",
        "canary.yaml:31: warning: environments.staging.decide.approve.release-managers: no member of release-managers could start a run: too few others could approve it; add a member",
        f"canary.yaml:9: warning: sources.repo.path: {shell.folder}/gone is not on this machine, expected a folder",
    ]


async def test_lint_without_an_environment_needs_no_variables(shell: Shell) -> None:
    assert (await shell.canary("lint", WORLD_DSN="")).code == 2
    assert (await shell.canary("lint", "--no-env", WORLD_DSN="")).code == 0


async def test_checks_need_only_the_variables_of_their_own_sources(shell: Shell) -> None:
    more = """sources:
  other: {kind: http, base_url: "${NOBODY_SET_THIS}"}
"""
    more_checks = """    checks:
      other:
        kind: http.probe
        source: other
        owner: platform
        request: {path: /}
        expect: ["last.status == 200"]
"""
    text = CONFIGURATION.replace("sources:\n", more).replace("    checks:\n", more_checks)
    (shell.folder / "canary.yaml").write_text(text)
    assert (await shell.canary("check", "staging", "--only", "queue-age")).code == 0
    ended = await shell.canary("check", "staging")
    assert ended.code == 2
    assert "the environment variable NOBODY_SET_THIS is not set" in ended.err


async def test_lint_lists_every_problem_with_its_line(shell: Shell) -> None:
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


async def test_a_packet_verifies_and_a_changed_one_does_not(
    start_bot: StartBot, slack: LocalSlack, shell: Shell, bot_database: str
) -> None:
    async with start_bot():
        await slack.connected()
        card = await decided(slack)
        await slack.user("ana").click(card, "Go")
        await slack.user("ben").click(card, "Go")
        message = await slack.sees("#releases", ".json, ")
    whole = await shell.canary("verify", "--database", DATABASE_URL=bot_database)
    assert whole.code == 0, whole
    assert "runs: 1, events: 11; every hash and every conclusion verified" in whole.out
    packet = shell.folder / "packet.json"
    packet.write_bytes(message.files[0].content)
    ended = await shell.canary("verify", "packet.json")
    assert ended.code == 0, ended
    assert "every digest matches" in ended.out

    packet.write_text(packet.read_text().replace('"value": 30', '"value": 31', 1))
    ended = await shell.canary("verify", "packet.json")
    assert ended.code == 1, ended
    assert "evidence: its digest is" in ended.err


async def test_numbers_are_exact_and_a_reading_without_a_limit_does_not_pass(shell: Shell) -> None:
    query = "SELECT 20260115093000124::bigint AS build, 3 AS due FROM reading LIMIT 1"
    exact = f"""    checks:
      build:
        kind: sql
        source: world
        query: "{query}"
        pass: {{build: "== 20260115093000123"}}
        owner: platform
"""
    (shell.folder / "canary.yaml").write_text(CONFIGURATION.replace("    checks:\n", exact))
    ended = await shell.canary("check", "staging", "--only", "build")
    assert ended.code == 1, ended
    assert "20,260,115,093,000,124" in ended.out
    assert "info" in ended.out
    assert "PASS" not in ended.out

    result = json.loads((await shell.canary("check", "staging", "--only", "build", "--json")).out)["results"][
        "build"
    ]
    values = {judged["reading"]["name"]: judged["reading"]["value"] for judged in result["judged"]}
    assert values == {"build": {"number": "20260115093000124"}, "due": 3}
    assert [judged["outcome"] for judged in result["judged"]] == ["FAIL", None]
