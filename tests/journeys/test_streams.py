"""The command line's streams: data on standard output, the rest on standard error, and always an exit code."""

from __future__ import annotations

import asyncio
import json
import os
import pty
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from sandbox.slack.server import LocalSlack
from tests.journeys.conftest import CONFIGURATION, World, both_go, decided
from tests.journeys.test_command_line import Shell, settings, shell

__all__ = ["settings", "shell"]

CANARY = f"{sys.executable} -m commands"
SLOW = """
      slow:
        kind: gate
        source: here
        run: [sh, -c, "echo $$ > started; exec sleep 600"]
        timeout: 10m
        owner: platform
    decide:"""


async def bash(shell: Shell, script: str, **environment: str) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        "bash",
        "-c",
        script,
        cwd=shell.folder,
        env={**shell.environment, **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode or 0, out.decode(), err.decode()


@pytest.mark.parametrize(("value", "code"), [(30, 0), (300, 1)])
async def test_a_reader_that_stops_reading_changes_no_exit_code(
    shell: Shell, world: World, value: float, code: int
) -> None:
    await world.put("queue_age", value)
    _, out, err = await bash(shell, f"{CANARY} check staging --json | head -c 1; echo ${{PIPESTATUS[0]}}")
    assert out == f"{{{code}\n"
    assert err == ""


async def test_closed_streams_change_no_exit_code(shell: Shell) -> None:
    assert await bash(shell, f"{CANARY} check staging >&- 2>&- <&-") == (0, "", "")


async def test_a_full_disk_is_reported_in_one_line(shell: Shell) -> None:
    code, _, err = await bash(shell, f"{CANARY} check staging > /dev/full")
    assert code == 2
    assert err.startswith("canary: standard output cannot be written: No space left on device.")
    assert err.count("\n") == 1


async def test_characters_the_output_cannot_encode_are_escaped(shell: Shell, world: World) -> None:
    await world.put("queue_age", 200)
    (shell.folder / "canary.yaml").write_text(
        CONFIGURATION.replace("kind: sql", "title: Älter\n        kind: sql", 1)
    )
    code, out, err = await bash(shell, f"{CANARY} check staging", PYTHONIOENCODING="ascii")
    assert (code, err) == (0, "")
    assert "queue-age (\\xc4lter)" in out


async def test_control_sequences_from_a_database_do_not_reach_the_terminal(
    shell: Shell, world: World
) -> None:
    words = CONFIGURATION.replace(
        "SELECT value AS signals FROM reading WHERE name = 'duplicates'",
        "SELECT chr(27) || ']0;owned' || chr(7) AS signals",
    ).replace('pass: {signals: "== 0"}', "pass: {signals: '== \"none\"'}")
    (shell.folder / "canary.yaml").write_text(words)
    for form in ("", "--json", "--markdown", "--junit -"):
        code, out, err = await bash(shell, f"{CANARY} check staging {form}")
        assert code == 1, (form, out, err)
        assert "owned" in out
        assert not set(out + err) & {"\x1b", "\x07"}


async def test_output_is_coloured_at_a_terminal_and_plain_in_a_pipe(shell: Shell) -> None:
    master, slave = pty.openpty()
    process = await asyncio.create_subprocess_exec(
        *CANARY.split(),
        "check",
        "staging",
        cwd=shell.folder,
        env={**shell.environment, "TERM": "xterm"},
        stdout=slave,
    )
    os.close(slave)
    assert await asyncio.wait_for(process.wait(), 60) == 0
    assert b"\x1b[32mPASS" in os.read(master, 1 << 16)
    os.close(master)
    assert "\x1b" not in (await bash(shell, f"{CANARY} check staging"))[1]


@pytest.mark.parametrize(
    ("number", "code", "says"),
    [(signal.SIGINT, 130, "canary: interrupted."), (signal.SIGTERM, 143, "canary: terminated.")],
)
async def test_an_interrupted_check_leaves_nothing_running_and_says_so(
    shell: Shell, number: signal.Signals, code: int, says: str
) -> None:
    text = CONFIGURATION.replace(
        "sources:", f"sources:\n  here: {{kind: workspace, path: {shell.folder}}}", 1
    )
    (shell.folder / "canary.yaml").write_text(text.replace("\n    decide:", SLOW, 1))
    process = await asyncio.create_subprocess_exec(
        *CANARY.split(),
        "check",
        "staging",
        cwd=shell.folder,
        env=shell.environment,
        stderr=asyncio.subprocess.PIPE,
    )
    await _content(shell.folder / "started")  # its content is a pid in its own namespace
    programs = psutil.Process(process.pid).children(recursive=True)
    assert any(program.name() == "sleep" for program in programs)
    process.send_signal(number)
    _, err = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == code
    assert err.decode().splitlines() == [says]
    _, left = await asyncio.to_thread(psutil.wait_procs, programs, 10)
    assert [program for program in left if program.status() != psutil.STATUS_ZOMBIE] == []


async def _content(file: Path) -> str:
    async with asyncio.timeout(60):
        while not (file.exists() and file.read_text().strip()):
            await asyncio.sleep(0.02)
    return file.read_text()


@asynccontextmanager
async def serving(shell: Shell, settings: dict[str, str]) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        *CANARY.split(),
        "serve",
        cwd=shell.folder,
        env={**shell.environment, **settings},
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await asyncio.wait_for(process.wait(), 60)


@pytest.mark.parametrize("form", ["json", "text"])
async def test_the_log_tells_what_happened_to_a_run(
    shell: Shell, settings: dict[str, str], slack: LocalSlack, form: str
) -> None:
    async with serving(shell, {**settings, "CANARY_LOG": form}) as bot:
        await slack.connected(timeout=60)
        card = await decided(slack)
        await both_go(slack, card)
        await slack.sees("#releases", "Decision on run #1")
        bot.terminate()
        assert bot.stderr
        lines = (await asyncio.wait_for(bot.stderr.read(), 60)).decode().splitlines()
    if form == "text":
        assert any("info     run started  run=1 environment=staging by=" in line for line in lines)
        decision = re.compile(r"decided  run=1 environment=staging by=U0\w+ outcome=GO seconds=\d")
        assert any(decision.search(line) for line in lines)
        return
    events = [json.loads(line) for line in lines]
    told = {
        (event["event"], event.get("check") or event.get("choice") or event.get("outcome")): event
        for event in events
    }
    for key in (("run started", None), ("check finished", "queue-age"), ("voted", "Go"), ("decided", "GO")):
        assert (told[key]["run"], told[key]["environment"]) == (1, "staging")
    assert told["check finished", "queue-age"]["outcome"] == "PASS"
    assert told["check finished", "queue-age"]["seconds"] >= 0
    assert told["decided", "GO"]["by"] in {"U01ANA", "U02BEN"}  # the last voter, either of the two
