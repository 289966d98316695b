"""`canary capture` and `canary baselines`: a baseline without Slack, which a bot and its people see like any other."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from sandbox.slack.server import LocalSlack
from tests.journeys.conftest import CONFIGURATION, StartBot, World, record_holds
from tests.journeys.test_attacks import change, facts
from tests.journeys.test_baselines import run_on
from tests.journeys.test_command_line import Shell, shell

__all__ = ["shell"]

ONLY_A_PROBE = """
  other:
    channel: C0RELEASES
    checks:
      up: {kind: http.probe, source: web, owner: platform, request: {path: /}}
    decide: {approve: {platform: 1}, expires: 1h}
    rollback: {mitigation: Stop, steps: [Go back], on_call: on-call}
"""
CONFIGURED = """    checks:
      flags:
        kind: configuration
        source: world
        query: "SELECT name, value FROM reading"
        secret: [queue_age]
        owner: platform
"""


@asynccontextmanager
async def capturing(shell: Shell, database: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A command that captures for an hour, once it has begun."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "commands", "capture", "staging", "--window", "1h"),
        cwd=shell.folder,
        env={**shell.environment, "DATABASE_URL": database},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stderr
        while b"Capturing baseline 1 of staging" not in (line := await process.stderr.readline()):
            assert line, "it ended"
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def ended(process: asyncio.subprocess.Process) -> tuple[int, str, str]:
    out, err = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


async def test_a_baseline_is_captured_without_a_bot_and_listed(
    shell: Shell, world: World, bot_database: str
) -> None:
    own = {"DATABASE_URL": bot_database}
    assert (await shell.canary("baselines", **own)).err == "No baselines yet.\n"
    first = await shell.canary("capture", "staging", "--window", "1s", "--name", "monday", **own)
    assert first.code == 0, first
    assert "baseline 1 (monday) of staging: done, 1 measurement" in first.out
    assert "p95 30 s (1 measurement)" in first.out
    assert "Capturing baseline 1 (monday) of staging: 1 measurement until" in first.err

    await world.put("queue_age", 50)
    second = await shell.canary("capture", "staging", "--window", "1s", "--json", **own)
    assert second.code == 0, second
    told = json.loads(second.out)
    assert (told["number"], told["name"], told["state"]) == (2, "", "done")
    assert told["requested_by"].startswith("operator ")
    [p95] = told["checks"]["queue-age"]["readings"]
    assert (p95["name"], p95["value"], p95["unit"]) == ("p95", 50, "s")

    heading, newest, oldest = (await shell.canary("baselines", "staging", **own)).out.splitlines()
    assert heading.split() == ["baseline", "environment", "name", "captured", "digest"]
    assert newest.split()[:2] == ["2", "staging"]
    assert newest.endswith(told["digest"])
    assert oldest.split()[:3] == ["1", "staging", "monday"]
    [only] = json.loads((await shell.canary("baselines", "--json", "-n", "1", **own)).out)
    assert (only["number"], only["environment"], only["digest"]) == (2, "staging", told["digest"])
    assert (await shell.canary("baselines", "staging", "monday", **own)).out == first.out
    assert (await shell.canary("baselines", "staging", "#1", **own)).out == first.out
    assert json.loads((await shell.canary("baselines", "staging", "2", "--json", **own)).out) == told
    assert (await shell.canary("baselines", "moon", **own)).err == "No baselines of moon yet.\n"
    await record_holds(bot_database)


async def test_a_run_is_compared_with_what_a_shell_captured(
    start_bot: StartBot, slack: LocalSlack, shell: Shell, bot_database: str
) -> None:
    captured = await shell.canary("capture", "staging", "--window", "1s", DATABASE_URL=bot_database)
    assert captured.code == 0, captured
    async with start_bot():
        await slack.connected()
        message = slack.render_text(await slack.sees("#releases", "Captured baseline 1"))
        assert "Requested by operator " in message
        await run_on(slack)
    assert await facts(bot_database, "SELECT baseline FROM run") == [(1,)]


async def test_if_nothing_can_be_measured_it_exits_with_1_and_keeps_nothing(
    shell: Shell, world: World, bot_database: str
) -> None:
    await world.rename("reading", "moved")
    ended = await shell.canary("capture", "staging", "--window", "1s", DATABASE_URL=bot_database)
    assert ended.code == 1, ended
    assert "baseline 1 of staging: failed" in ended.out
    assert "queue-age could not be measured 1 of 1 times: " in ended.out
    assert await facts(bot_database, "SELECT count(*) FROM baseline") == [(0,)]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["staging"], "Missing option '--window'"),
        (["staging", "--window", "soon"], "expected a duration with its unit, like 30s"),
        (["staging", "--window", "0s"], "A capture takes 1s to 7d, not 0s."),
        (["staging", "--window", "8d"], "A capture takes 1s to 7d, not 8d."),
        (["staging", "--window", "1s", "--name", "7"], "“7” can't be the name of a baseline."),
        (["moon", "--window", "1s"], "There is no environment 'moon'. Available: staging, other."),
        (["other", "--window", "1s"], "None of other's checks reads what a baseline is made of."),
    ],
)
async def test_a_mistake_is_named_in_one_line_and_captures_nothing(
    shell: Shell, bot_database: str, words: list[str], says: str
) -> None:
    source = "sources:\n  web: {kind: http, base_url: 'http://127.0.0.1:9'}\n"
    (shell.folder / "canary.yaml").write_text(CONFIGURATION.replace("sources:\n", source) + ONLY_A_PROBE)
    ended = await shell.canary("capture", *words, DATABASE_URL=bot_database)
    assert (ended.code, ended.out) == (2, ""), ended
    assert says in ended.err
    assert await facts(bot_database, "SELECT count(*) FROM capture") == [(0,)]


@pytest.mark.parametrize("words", [("capture", "staging", "--window", "1s"), ("baselines",)])
async def test_a_database_that_cannot_be_used_is_named_in_one_line(
    shell: Shell, database: str, words: tuple[str, ...]
) -> None:
    for url, says in (
        ({}, "There is no database in .canary, and DATABASE_URL is not set."),
        ({"DATABASE_URL": "postgresql://bot:wr0ng@127.0.0.1:9/bot"}, "The database cannot be reached"),
        ({"DATABASE_URL": database}, "canary migrate"),
    ):
        ended = await shell.canary(*words, **url)
        assert (ended.code, ended.out) == (2, ""), ended
        assert says in ended.err
        assert "wr0ng" not in ended.err


async def test_a_name_is_taken_once(shell: Shell, bot_database: str) -> None:
    words = ("capture", "staging", "--window", "1s", "--name", "monday")
    assert (await shell.canary(*words, DATABASE_URL=bot_database)).code == 0
    again = await shell.canary(*words, DATABASE_URL=bot_database)
    assert again.code == 2, again
    assert "There is already a baseline “monday” of staging; baselines never change." in again.err


async def test_nothing_is_captured_during_a_run_or_another_capture(
    start_bot: StartBot, slack: LocalSlack, shell: Shell, bot_database: str
) -> None:
    words = ("capture", "staging", "--window", "1s")
    async with start_bot():
        await slack.connected()
        await run_on(slack)
        refused = await shell.canary(*words, DATABASE_URL=bot_database)
        assert refused.code == 2, refused
        assert (
            "Run #1 on staging is under way: a baseline captured now would measure its change." in refused.err
        )
        await slack.user("raj").command("#releases", "/canary", "cancel #1 a rehearsal")
        await slack.sees("#releases", "Decision on run #1")
        await slack.user("ben").command("#releases", "/canary", "capture staging 1h")
        await slack.sees("#releases", "Capturing baseline 1")
        refused = await shell.canary(*words, DATABASE_URL=bot_database)
        assert refused.code == 2, refused
        assert "A baseline of staging is being captured already: baseline 1." in refused.err


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
async def test_interrupting_it_keeps_nothing(
    shell: Shell, bot_database: str, number: signal.Signals, code: int
) -> None:
    async with capturing(shell, bot_database) as process:
        process.send_signal(number)
        assert (await ended(process))[0] == code
    [(state, by)] = await facts(bot_database, "SELECT state, ended_by FROM capture")
    assert (state, by.startswith("operator ")) == ("cancelled", True)
    assert await facts(bot_database, "SELECT count(*) FROM baseline") == [(0,)]


async def test_it_can_be_stopped_in_slack(
    start_bot: StartBot, slack: LocalSlack, shell: Shell, bot_database: str
) -> None:
    async with start_bot(), capturing(shell, bot_database) as process:
        await slack.connected()
        await slack.sees("#releases", "Capturing baseline 1")
        await slack.user("ana").command("#releases", "/canary", "capture staging stop")
        code, _, err = await ended(process)
        assert (code, "U01ANA stopped baseline 1. Nothing is kept of it." in err) == (2, True), err


async def test_if_it_dies_a_running_bot_continues_it(
    start_bot: StartBot, slack: LocalSlack, shell: Shell, bot_database: str
) -> None:
    async with capturing(shell, bot_database) as process:
        process.kill()
        await process.wait()
    await change(
        bot_database,
        "UPDATE capture SET started_at = started_at - interval '2h', ends_at = ends_at - interval '2h'",
    )
    await change(
        bot_database, "UPDATE procrastinate_jobs SET scheduled_at = now() WHERE task_name = 'capture'"
    )
    async with start_bot():
        await slack.connected()
        await slack.sees("#releases", "Captured baseline 1")


async def test_secrets_are_compared_by_the_bots_own_key(
    start_bot: StartBot, slack: LocalSlack, shell: Shell, bot_database: str
) -> None:
    text = CONFIGURATION.replace("    checks:\n", CONFIGURED)
    (shell.folder / "canary.yaml").write_text(text)
    words = ("capture", "staging", "--window", "1s", "--json")
    refused = await shell.canary(*words, DATABASE_URL=bot_database)
    assert refused.code == 2, refused
    assert "SLACK_BOT_TOKEN, which is not set. Set it as for `canary serve`." in refused.err
    ended = await shell.canary(*words, DATABASE_URL=bot_database, SLACK_BOT_TOKEN=slack.bot_token)
    assert ended.code == 0, ended
    async with start_bot(text):
        await slack.connected()
        await slack.user("ben").command("#releases", "/canary", "capture staging 1s")
        await slack.sees("#releases", "Captured baseline 2")
    by_bot = json.loads(
        (await shell.canary("baselines", "staging", "2", "--json", DATABASE_URL=bot_database)).out
    )
    facts = json.loads(ended.out)["checks"]["flags"]["facts"]
    assert facts == by_bot["checks"]["flags"]["facts"]
    assert facts["queue_age"] not in {"30", "30.0"}
