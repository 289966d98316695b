"""Commands load only what they need, since every unused import costs start-up time and memory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
CONFIGURATION = """
version: 1
people: {owners: {members: [U01ANA, U02BEN]}}
sources: {here: {kind: workspace, path: .}}
environments:
  staging:
    channel: C0RELEASES
    checks: {one: {kind: gate, source: here, run: ["true"], owner: owners}}
    decide: {approve: {owners: 1}}
    rollback: {mitigation: stop, steps: [go back], on_call: owners}
"""
PRINT_MODULES = """
import atexit, sys
atexit.register(lambda: print(*sorted(sys.modules), file=sys.stderr))
from commands.shell import main
main()
"""
HEAVY = (
    "alembic",
    "cel",
    "cryptography",
    "httpcore",
    "matplotlib",
    "procrastinate",
    "prometheus_client",
    "redis",
)
SERVERS = (
    "aiohttp",
    "limits",
    "rich",
    "slack_bolt",
    "slack_sdk",
    "structlog",
    "tenacity",
    "typer",
)


def loaded(folder: Path, *words: str) -> set[str]:
    """The packages that are loaded when the command ends."""
    (folder / "canary.yaml").write_text(CONFIGURATION)
    ended = subprocess.run(
        [sys.executable, "-c", PRINT_MODULES, *words],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    return {name.partition(".")[0] for name in ended.stderr.splitlines()[-1].split()}


@pytest.mark.parametrize("words", [("check", "staging"), ("lint",), ("--help",), ("--version",)])
def test_no_command_loads_what_only_the_bot_needs(tmp_path: Path, words: tuple[str, ...]) -> None:
    assert loaded(tmp_path, *words) & {*HEAVY, *SERVERS} == set()


def test_a_check_loads_only_the_configured_kinds(tmp_path: Path) -> None:
    assert "psycopg" not in loaded(tmp_path, "check", "staging")


def test_a_command_ends_without_searching_what_it_loaded_for_garbage(tmp_path: Path) -> None:
    code = PRINT_MODULES.replace("*sorted(sys.modules)", "gc.get_freeze_count()").replace("sys", "sys, gc", 1)
    ran = subprocess.run(
        [sys.executable, "-c", code, "--version"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(ran.stderr) > 10_000


@pytest.mark.parametrize("words", [("--help",), ("check", "--help"), ("--version",)])
def test_help_loads_no_configuration_and_no_event_loop(tmp_path: Path, words: tuple[str, ...]) -> None:
    assert loaded(tmp_path, *words) & {"asyncio", "pydantic", "ruamel"} == set()


IMPORT_THE_BOT = """
import sys
import commands.serve, commands.settings
from bot.slack.hints import Hints
Hints("redis://127.0.0.1:1")
print(*sorted(sys.modules), file=sys.stderr)
"""


def test_the_bot_loads_neither_embedded_servers_nor_a_second_http_or_redis_client(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", IMPORT_THE_BOT],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    modules = set(ended.stderr.splitlines()[-1].split())
    assert modules & {"alembic", "bot.embedded", "cel", "httpx", "matplotlib", "psutil", "valkey"} == set()


def test_a_check_over_http_loads_one_http_client() -> None:
    code = "import sys, checks.probe, checks.sources.http; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert {"httpx", "aiohttp", "rich"} & set(ran.stdout.split()) == set()
