"""A check hangs, crashes or floods: it becomes an ERROR that says why, in time, and the run continues."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psutil
import psycopg

from sandbox.slack.server import LocalSlack
from tests.journeys.conftest import StartBot

TIMEOUT = 1.0  # seconds that a check is given here
OVERRUN = 5.0  # seconds that it may take beyond that, on a busy machine
LIMITED = ("hangs", "floods", "unanswered")  # the checks with that timeout

CONFIGURATION = """
version: 1
people:
  owners: {{members: [U01ANA, U02BEN]}}
sources:
  here: {{kind: workspace, path: {folder}}}
  deaf: {{kind: http, base_url: "http://127.0.0.1:{port}"}}
environments:
  staging:
    channel: C0RELEASES
    checks:
      hangs: {{kind: gate, source: here, owner: owners, timeout: 1s, run: {hangs}}}
      crashes: {{kind: gate, source: here, owner: owners, run: {crashes}}}
      floods: {{kind: gate, source: here, owner: owners, timeout: 1s, run: {floods}}}
      unanswered:
        {{kind: http.probe, source: deaf, owner: owners, timeout: 1s, request: {{path: /}}, expect: ["last.status == 200"]}}
      sound: {{kind: gate, source: here, owner: owners, run: {sound}}}
    decide: {{approve: {{owners: 1}}}}
    rollback: {{mitigation: "stop", steps: ["go back"], on_call: owners}}
"""
HANGS = "import os, time; os.fork(); time.sleep(600)"
CRASHES = "import os; os.kill(os.getpid(), 9)"
FLOODS = "while True: print('x' * 10_000)"


def command(code: str, mark: str) -> str:
    return json.dumps([sys.executable, "-c", code, mark])


@asynccontextmanager
async def deaf_server() -> AsyncIterator[int]:
    """Yields the port of a server that accepts connections and never responds."""

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with await asyncio.start_server(silent, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


async def results(dsn: str) -> dict[str, dict[str, Any]]:
    async with await psycopg.AsyncConnection.connect(dsn) as conn:
        found = await (await conn.execute("SELECT name, result FROM check_run")).fetchall()
    return dict(found)


async def test_each_faulty_check_is_an_error_in_time_and_the_run_is_decided(
    start_bot: StartBot, slack: LocalSlack, bot_database: str, tmp_path: Path
) -> None:
    (tmp_path / "repository").mkdir()
    mark = f"mark-{tmp_path.name}"
    codes = {"hangs": HANGS, "crashes": CRASHES, "floods": FLOODS, "sound": "print('fine')"}
    commands = {name: command(code, mark) for name, code in codes.items()}
    async with deaf_server() as port:
        text = CONFIGURATION.format(folder=json.dumps(str(tmp_path / "repository")), port=port, **commands)
        async with start_bot(text):
            await slack.connected()
            await slack.user("raj").command("#releases", "/canary", "run staging")
            card = await slack.sees("#releases", "*NO-GO recommended*")
            await slack.sees("#releases", "*Results*")
            await slack.user("ana").click(card, "No-go…")
            form = await slack.user("ana").sees_modal("No-go")
            await slack.user("ana").submit(form, {"Reason": "three checks could not be made"})
            await slack.sees("#releases", "Decision on run #1")
    found = await results(bot_database)
    assert {name: each["outcome"] for name, each in found.items()} == {
        "hangs": "ERROR",
        "crashes": "FAIL",
        "floods": "ERROR",
        "unanswered": "ERROR",
        "sound": "PASS",
    }
    late = {name: found[name]["seconds"] for name in LIMITED if found[name]["seconds"] > TIMEOUT + OVERRUN}
    assert not late
    assert all(each["reason"] for each in found.values())
    assert not [each for each in psutil.process_iter(["cmdline"]) if mark in (each.info["cmdline"] or ())]
