"""PostgreSQL itself is killed, or its disk is full: people are told in time, acknowledged data is there, and work
continues.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sandbox.slack.person import PATIENCE
from sandbox.slack.server import LocalSlack
from tests.faults.processes import kept_running
from tests.faults.stage import Stage, staged
from tests.faults.team import Team
from tests.faults.test_kill import all_invariants_hold, roll_back

TOLD = 2.5  # seconds in which people must hear that it did not work
BACK = 60.0  # seconds in which commands must be accepted again
OFTEN = 0.1  # seconds between two commands
SPARE = 64 * 1024  # bytes that a full disk has left


class Asker:
    """A person who keeps asking, and counts the kinds of answer."""

    def __init__(self, slack: LocalSlack) -> None:
        self._raj = slack.user("raj0")
        slack.courier.ack_limit = TOLD
        self.taken = self.told_not = self.unanswered = 0

    async def ask(self) -> bool:
        reply = await self._raj.command("env-0", "/canary", "help")
        words = reply.delivery.ack.body.get("text", "") if reply.delivery.ack else ""
        self.taken += reply.acked and not words
        self.told_not += "I cannot reach my database" in words
        self.unanswered += not reply.acked
        return reply.acked and not words

    async def ask_until(self, enough: Callable[[], bool], within: float = PATIENCE) -> None:
        async with asyncio.timeout(within):
            while not enough():
                await self.ask()
                await asyncio.sleep(OFTEN)


async def with_a_bot(stage: Stage, act: Callable[[Team, Asker], Awaitable[None]]) -> None:
    """Play a journey before and one after `act`; all of it counts."""
    team = Team(stage, 0, patience=PATIENCE)
    async with kept_running(stage.replica("bot")):
        await stage.slack.connected()
        await team.play(roll_back)
        await team.recover()
        await act(team, Asker(stage.slack))
        stage.slack.courier.ack_limit = 3.0
        await team.play(roll_back)
        await all_invariants_hold(stage)


async def test_a_killed_server_is_reported_in_time_and_comes_back_with_everything_acknowledged() -> None:
    async with staged() as stage:

        async def kill(_: Team, asker: Asker) -> None:
            await asker.ask_until(lambda: asker.taken > 5)
            stage.kill_postgres()
            taken = asker.taken
            await asker.ask_until(lambda: asker.taken > taken + 5, within=BACK)
            assert not asker.unanswered

        await with_a_bot(stage, kill)


async def test_a_full_disk_is_reported_in_time_and_everything_acknowledged_is_there() -> None:
    with tempfile.TemporaryDirectory(prefix="canary-full-") as name, small_disk(Path(name) / "postgres"):
        async with staged(folder=Path(name)) as stage:

            async def fill(_: Team, asker: Asker) -> None:
                await asker.ask_until(lambda: asker.taken > 5)
                with filled(Path(name) / "postgres" / "filler"):
                    await asker.ask_until(lambda: asker.told_not > 5)
                taken = asker.taken
                await asker.ask_until(lambda: asker.taken > taken + 5, within=BACK)
                assert not asker.unanswered

            await with_a_bot(stage, fill)


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """A file system of its own, which only root can create."""
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=320m", "tmpfs", folder], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip(f"no small file system can be made here: {made.stderr.decode().strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@contextmanager
def filled(filler: Path) -> Iterator[None]:
    """Leave hardly a byte free while the block lasts."""
    free = os.statvfs(filler.parent)
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(1, free.f_bavail * free.f_frsize - SPARE))
    try:
        yield
    finally:
        filler.unlink()
