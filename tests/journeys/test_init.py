"""`canary init`: writes a first canary.yaml that lint accepts unchanged."""

from __future__ import annotations

import asyncio
import os
import pty
import sys
from pathlib import Path

import pytest

from tests.journeys.conftest import World
from tests.journeys.test_command_line import Shell, shell

__all__ = ["shell"]

IDS = ("--channel", "C0RELEASES", "--owner", "U01ANA", "--owner", "S0PLATFORM")
CHECKS = {
    "http": ("--http", "https://staging.example.com/healthz?deep=1"),
    "sql": ("--sql", "SELECT count(*) AS failed FROM reading WHERE name = 'it''s \"failed\"'"),
    "promql": ("--promql", 'sum(rate(errors_total{job="shop"}[5m]))'),
    "gate": ("--gate", "sh -c 'test -e \"canary.yaml\"'"),
}


@pytest.mark.parametrize(
    "kinds", [["http"], ["sql"], ["promql"], ["gate"], ["http", "sql", "promql", "gate"]]
)
async def test_the_written_file_passes_lint(shell: Shell, kinds: list[str]) -> None:
    words = [word for kind in kinds for word in CHECKS[kind]]
    made = await shell.canary("init", *IDS, *words, "-c", "new.yaml")
    assert (made.code, made.out) == (0, "wrote new.yaml\n"), made
    linted = await shell.canary("lint", "--no-env", "-c", "new.yaml")
    assert (linted.code, f"staging: {len(kinds)} check" in linted.out) == (0, True), linted


async def test_the_written_checks_run(shell: Shell, world: World) -> None:
    words = [*CHECKS["sql"], *CHECKS["gate"]]
    assert (await shell.canary("init", "--force", *IDS, *words)).code == 0
    ended = await shell.canary("check", "staging", STAGING_DATABASE_URL=world.dsn)
    assert (ended.code, "staging: PASS" in ended.out) == (0, True), ended


async def test_it_replaces_a_file_only_when_told_to(shell: Shell) -> None:
    before = (shell.folder / "canary.yaml").read_text()
    refused = await shell.canary("init", *IDS, *CHECKS["http"])
    assert refused.code == 2
    assert refused.err == "canary: canary.yaml already exists. Use --force to replace it.\n"
    assert (shell.folder / "canary.yaml").read_text() == before
    assert (await shell.canary("init", "--force", *IDS, *CHECKS["http"])).code == 0
    assert "healthz" in (shell.folder / "canary.yaml").read_text()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "--channel is missing: it takes the id of a channel, like C0RELEASES."),
        (("--channel", "#releases", "--owner", "U01ANA", *CHECKS["http"]), "not '#releases'"),
        (("--channel", "C0RELEASES", "--owner", "ana", *CHECKS["http"]), "not 'ana'"),
        (
            ("--channel", "C0RELEASES", *CHECKS["http"]),
            "--owner is missing: it takes an id like U01ANA or S0PLATFORM.",
        ),
        (IDS, "Give at least one of --http, --sql, --promql and --gate."),
        ((*IDS, "--http", "staging.example.com"), "--http takes a URL"),
        ((*IDS, "--http", "https://me:s3cret@staging.example.com"), "without a user"),
        ((*IDS, "--sql", "SELECT 1"), "--sql takes a query that reads a table"),
        ((*IDS, "--sql", "SELECT lag FROM replica"), "--sql takes a query that names its value"),
        ((*IDS, "--gate", "sh -c 'open"), "--gate cannot be split into words"),
        ((*IDS, *CHECKS["http"], "--environment", "Staging 1"), "--environment takes a name like staging"),
        ((*IDS, *CHECKS["http"], "-c", "no/where.yaml"), "no/where.yaml cannot be written"),
    ],
)
async def test_an_unusable_answer_writes_nothing(shell: Shell, words: tuple[str, ...], says: str) -> None:
    (shell.folder / "canary.yaml").unlink()
    ended = await shell.canary("init", *words)
    assert (ended.code, says in ended.err, ended.err.count("\n")) == (2, True, 1), ended
    assert list(shell.folder.iterdir()) == []


async def test_it_asks_at_a_terminal(shell: Shell) -> None:
    answers = "C0RELEASES", "U01ANA, S0PLATFORM", "https://staging.example.com/", "", "", "true"
    code, out, err = await _at_a_terminal(shell, *answers)
    assert (code, out) == (0, "wrote new.yaml\n"), err
    text = Path(shell.folder / "new.yaml").read_text()
    assert "members: [U01ANA, S0PLATFORM]" in text
    assert (await shell.canary("lint", "-c", "new.yaml")).out.startswith("staging: 2 checks")


async def test_a_mistyped_answer_at_a_terminal_is_asked_again(shell: Shell) -> None:
    nothing = "", "", "", ""
    answers = (
        "#releases",
        "C0RELEASES",
        "ana",
        "U01ANA",
        *nothing,
        "staging",
        "https://staging.example.com/",
        "",
        "",
        "",
    )
    code, _, err = await _at_a_terminal(shell, *answers)
    assert code == 0, err
    for said in (
        "--channel takes the id of a channel, like C0RELEASES, not '#releases'.",
        "--owner takes an id like U01ANA or S0PLATFORM, not 'ana'.",
        "At least one is needed.",
        "--http takes a URL",
    ):
        assert said in err


async def _at_a_terminal(shell: Shell, *answers: str) -> tuple[int | None, str, str]:
    master, slave = pty.openpty()
    os.write(master, "".join(f"{answer}\n" for answer in answers).encode())
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "commands", "init", "-c", "new.yaml"),
        cwd=shell.folder,
        env=shell.environment,
        stdin=slave,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    os.close(slave)
    out, err = await asyncio.wait_for(process.communicate(), 60)
    os.close(master)
    return process.returncode, out.decode(), err.decode()
