"""Servers fail while the bot starts, or while it stops: it says so in one line, and never calls that a bug."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from commands.shell.console import UNCERTAIN
from sandbox.slack.faults import Fault
from sandbox.slack.person import PATIENCE
from tests.faults.processes import Replica, lives
from tests.faults.stage import Servers, Stage, staged

ALWAYS = 1_000_000


@pytest.fixture
async def stage(servers: Servers) -> AsyncIterator[Stage]:
    async with staged(shared=servers) as stage:
        yield stage


def refuses(stage: Stage) -> None:
    stage.postgres.refuse()


def breaks_off(stage: Stage) -> None:
    stage.postgres.halve(ALWAYS)


def slack_resets(stage: Stage) -> None:
    stage.slack.faults.inject(Fault.RESET_BEFORE, "auth.test", times=None)


def slack_breaks_off(stage: Stage) -> None:
    stage.slack.faults.inject(Fault.HALF_BODY, "auth.test", times=None)


def slack_fails(stage: Stage) -> None:
    stage.slack.faults.inject(Fault.ERROR_BEFORE, "apps.connections.open", times=None)


async def ended(bot: Replica) -> None:
    """Wait until it has been started, and has ended by itself."""
    async with asyncio.timeout(PATIENCE):
        while not bot.lives or bot.lives_now:
            await asyncio.sleep(0.05)


async def ready(bot: Replica) -> None:
    async with asyncio.timeout(PATIENCE):
        while not bot.lives or not bot.is_at_work:
            await asyncio.sleep(0.05)


def words(bot: Replica) -> list[str]:
    """What it wrote besides its log."""
    return [str(said["raw"]) for said in bot.said() if "raw" in said]


@pytest.mark.parametrize(
    ("fails", "who"),
    [
        (refuses, "The database cannot be reached"),
        (breaks_off, "The database"),
        (slack_resets, "Slack cannot be reached"),
        (slack_breaks_off, "Slack cannot be reached"),
        (slack_fails, "Slack cannot be reached"),
    ],
)
async def test_a_server_that_fails_during_the_start_is_named_in_one_line(
    stage: Stage, fails: Callable[[Stage], None], who: str
) -> None:
    fails(stage)
    bot = stage.replica("bot")
    async with lives(bot):
        await ended(bot)
    assert bot.life.code == UNCERTAIN
    [line] = words(bot)
    assert line.startswith(f"canary: {who}")


@pytest.mark.parametrize(
    "statement", [b"alembic_version", b"has_table_privilege", b"procrastinate_register_worker"]
)
async def test_a_connection_lost_during_the_start_is_made_again(stage: Stage, statement: bytes) -> None:
    trip = stage.postgres.breaks_at(statement)
    bot = stage.replica("bot")
    async with lives(bot):
        await ready(bot)
        async with asyncio.timeout(PATIENCE):
            await trip.happened.wait()
        assert bot.lives_now
    assert bot.life.code == 0
    assert words(bot) == []


async def test_a_bot_that_is_told_to_stop_without_its_servers_stops_as_usual(stage: Stage) -> None:
    bot = stage.replica("bot")
    async with lives(bot):
        await ready(bot)
        stage.postgres.refuse()
        stage.redis.refuse()
        stage.slack.faults.inject(Fault.RESET_BEFORE, times=None)
        assert bot.ask_to_stop()
        await ended(bot)
    assert bot.life.code == 0
    assert words(bot) == []
