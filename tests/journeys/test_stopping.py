"""A closed run stops the measurements it started. A person who starts too many runs has to wait."""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from commands.serve import Running
from sandbox.slack.server import LocalSlack
from tests.journeys.conftest import CONFIGURATION, StartBot, decided
from tests.outbox import until

GATES = 3


@pytest.fixture
def configuration(tmp_path: Path) -> str:
    """A configuration with gates that would run for ten minutes."""
    workspace = tmp_path / "app"
    workspace.mkdir()
    run = f'[{sys.executable}, -c, "import time; time.sleep(600)", "{tmp_path}"]'
    gates = "".join(
        f"\n      gate-{number}: {{kind: gate, source: app, owner: platform, timeout: 20m, run: {run}}}"
        for number in range(GATES)
    )
    source = f"sources:\n  app: {{kind: workspace, path: {workspace}}}\n"
    return CONFIGURATION.replace("    checks:", f"    checks:{gates}").replace("sources:\n", source)


def programs(folder: Path) -> set[int]:
    """The gates' processes, found by the folder in their arguments."""
    return {process.pid for process in psutil.process_iter() if _is_gates(process, folder)}


def _is_gates(process: psutil.Process, folder: Path) -> bool:
    with suppress(psutil.Error):
        words = process.cmdline()
        return (
            process.status() != psutil.STATUS_ZOMBIE
            and "time.sleep(600)" in " ".join(words)
            and str(folder) in words
        )
    return False


async def begun(folder: Path, *, besides: set[int] = frozenset()) -> set[int]:  # type: ignore[assignment]
    async with asyncio.timeout(120):
        while len(found := programs(folder) - besides) < GATES:
            await asyncio.sleep(0.02)
    return found


async def ended(folder: Path, those: set[int]) -> None:
    async with asyncio.timeout(120):
        while programs(folder) & those:
            await asyncio.sleep(0.02)


async def test_cancelling_a_run_kills_its_gates_programs(
    start_bot: StartBot, slack: LocalSlack, configuration: str, tmp_path: Path
) -> None:
    raj = slack.user("raj")
    async with start_bot(configuration):
        await slack.connected()
        await raj.command("#releases", "/canary", "run staging")
        first = await begun(tmp_path)
        await raj.command("#releases", "/canary", "cancel #1 a typo")
        await ended(tmp_path, first)

        await raj.command("#releases", "/canary", "run staging")
        await begun(tmp_path, besides=first)
        await raj.command("#releases", "/canary", "cancel #2 enough")
        await slack.sees("#releases", "Decision on run #2")


async def test_a_run_closed_by_another_process_stops_here_too(
    start_bot: StartBot, slack: LocalSlack, configuration: str, tmp_path: Path, bot_database: str
) -> None:
    async with start_bot(configuration):
        await slack.connected()
        await slack.user("raj").command("#releases", "/canary", "run staging")
        first = await begun(tmp_path)
        async with start_bot(configuration, slack_app_token=None) as other:
            await slack.deliver_to(f"http://127.0.0.1:{other.port}/slack/events")
            await slack.user("raj").command("#releases", "/canary", "cancel #1 a typo")
            await ended(tmp_path, first)


async def test_a_person_who_started_too_many_runs_has_to_wait_and_others_do_not(
    start_bot: StartBot, slack: LocalSlack
) -> None:
    raj = slack.user("raj")
    async with start_bot(runs_per_hour=2):
        await slack.connected()
        for number in (1, 2):
            await decided(slack, f"run #{number}")
            await raj.command("#releases", "/canary", f"cancel #{number} again")
            await slack.sees("#releases", f"Decision on run #{number}")
        reply = await raj.command("#releases", "/canary", "run staging")
        await reply.told("You have started 2 runs in the last hour; the limit is 2.")
        await reply.told("Try again in 60 min")

        await slack.user("mia").command("#releases", "/canary", "run staging")
        await slack.sees("#releases", "by @mia · run #3")


async def test_the_response_url_is_forgotten_once_a_person_is_answered(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    await slack.user("raj").command("#releases", "/canary", "status")
    await until(
        bot_database,
        "SELECT count(*) FROM inbox "
        "WHERE done_at IS NOT NULL AND NOT payload ?| ARRAY['response_url', 'trigger_id', 'token']",
    )
