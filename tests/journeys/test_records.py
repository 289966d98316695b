"""The bot's database from the command line: your own server or the embedded one, with or without a running bot."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from sandbox.slack.server import LocalSlack
from tests.journeys.conftest import StartBot, both_go, decided
from tests.journeys.test_command_line import Shell, settings, shell
from tests.journeys.test_streams import serving

__all__ = ["settings", "shell"]


async def test_runs_are_listed_newest_first_with_their_decisions(
    start_bot: StartBot, slack: LocalSlack, shell: Shell, bot_database: str
) -> None:
    database = {"DATABASE_URL": bot_database}
    assert (await shell.canary("runs", **database)).err == "No runs yet.\n"
    async with start_bot():
        await slack.connected(timeout=60)
        card = await decided(slack)
        await both_go(slack, card)
        await slack.sees("#releases", "Decision on run #1")
        await slack.user("raj").command("#releases", "/canary", "run staging version=1.2.3")
        await slack.sees("#releases", "by @raj · run #2")
        await slack.user("raj").command("#releases", "/canary", "cancel #2 a rehearsal")
        await slack.sees("#releases", "Decision on run #2")
    ended = await shell.canary("runs", "staging", **database)
    assert ended.code == 0, ended
    heading, newest, oldest = (line.split() for line in ended.out.splitlines())
    assert heading[:5] == ["run", "environment", "version", "state", "decision"]
    assert newest[:5] == ["#2", "staging", "1.2.3", "closed", "CANCELLED"]
    assert oldest[:4] == ["#1", "staging", "closed", "GO"]
    (only,) = json.loads((await shell.canary("runs", "--json", "-n", "1", **database)).out)
    assert (only["number"], only["decision"], only["version"]) == (2, "CANCELLED", "1.2.3")
    nothing = await shell.canary("runs", "moon", **database)
    assert (nothing.code, nothing.out, nothing.err) == (0, "", "No runs on moon yet.\n")


async def test_the_embedded_database_is_found_with_and_without_a_running_bot(
    shell: Shell, settings: dict[str, str], slack: LocalSlack, tmp_path: Path
) -> None:
    own = {"CANARY_DATA": str(tmp_path / "data")}
    async with serving(shell, {**settings, **own, "DATABASE_URL": ""}) as bot:
        await slack.connected(timeout=60)
        card = await decided(slack)
        await both_go(slack, card)
        await slack.sees("#releases", "Decision on run #1")
        running = await _looked(shell, own)
        bot.terminate()
        await asyncio.wait_for(bot.wait(), 60)
    assert await _looked(shell, own) == running


async def _looked(shell: Shell, own: dict[str, str]) -> list[str]:
    listed, outbox = await asyncio.gather(shell.canary("runs", **own), shell.canary("outbox", "list", **own))
    assert listed.code == 0, listed
    assert "#1" in listed.out
    resolved = await shell.canary("outbox", "resolve", "999", "--again", **own)
    assert (resolved.code, "There is no message 999." in resolved.err) == (2, True), resolved
    assert outbox.code in {0, 1}, outbox
    return listed.out.splitlines()
