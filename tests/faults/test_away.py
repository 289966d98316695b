"""Slack or the database is unavailable for a while: probes and people are told, and the bot recovers by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import aiohttp
import psycopg
import pytest
from psycopg import sql

from commands.serve import Running
from sandbox.slack.faults import Fault
from sandbox.slack.person import PATIENCE
from sandbox.slack.server import LocalSlack
from tests.journeys.conftest import decided

AWAY = 5  # seconds: long enough for the pools to back off


@asynccontextmanager
async def away(server: str, dsn: str) -> AsyncIterator[None]:
    """The database accepts no connections, and existing ones are terminated."""
    name = urlsplit(dsn).path.removeprefix("/")
    async with await psycopg.AsyncConnection.connect(server, autocommit=True) as conn:
        allow = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
        await conn.execute(allow.format(sql.Identifier(name), sql.Literal(False)))
        try:
            await conn.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
            )
            yield
        finally:
            await conn.execute(allow.format(sql.Identifier(name), sql.Literal(True)))


async def ask(bot: Running, path: str) -> tuple[int, str]:
    async with (
        aiohttp.ClientSession(f"http://127.0.0.1:{bot.port}") as session,
        session.get(path) as answer,
    ):
        return answer.status, await answer.text()


@pytest.mark.parametrize("fault", [Fault.ERROR_BEFORE, Fault.RESET_BEFORE])
async def test_an_unreachable_slack_is_not_ready_and_is_checked_again_soon(
    http_bot: Running, slack: LocalSlack, fault: Fault
) -> None:
    slack.faults.inject(fault, "auth.test")
    assert await ask(http_bot, "/readyz") == (503, '{"database": true, "slack": false}')
    async with asyncio.timeout(PATIENCE):
        while await ask(http_bot, "/readyz") != (200, '{"database": true, "slack": true}'):
            await asyncio.sleep(0.2)


async def test_a_revoked_token_is_not_ready(http_bot: Running, slack: LocalSlack) -> None:
    slack.revoke_tokens()
    assert await ask(http_bot, "/readyz") == (503, '{"database": true, "slack": false}')


async def test_a_rate_limiting_slack_counts_as_ready(http_bot: Running, slack: LocalSlack) -> None:
    slack.faults.inject(Fault.RATE_LIMITED, "auth.test")
    assert await ask(http_bot, "/readyz") == (200, '{"database": true, "slack": true}')


async def test_without_its_database_the_bot_stays_alive_and_says_so(
    bot: Running, slack: LocalSlack, postgres_server: str, bot_database: str
) -> None:
    async with away(postgres_server, bot_database):
        assert await ask(bot, "/healthz") == (200, '{"alive": true}')
        assert await ask(bot, "/readyz") == (503, '{"database": false, "slack": true}')
        status, numbers = await ask(bot, "/metrics")
        assert status == 200
        assert "canary_interactions" in numbers
        assert "canary_runs{" not in numbers
        reply = await slack.user("raj").command("#releases", "/canary", "run staging")
        await reply.told("I cannot reach my database, so nothing was started.")


async def test_the_bot_recovers_by_itself_when_the_database_is_back(
    bot: Running, slack: LocalSlack, postgres_server: str, bot_database: str
) -> None:
    card = await decided(slack)
    async with away(postgres_server, bot_database):
        refused = await slack.user("ana").click(card, "Go")
        assert not refused.acked
        await asyncio.sleep(AWAY)
    async with asyncio.timeout(PATIENCE):
        while (await ask(bot, "/readyz"))[0] != 200:
            await asyncio.sleep(0.2)
    for name in ("ana", "ben"):
        assert (await slack.user(name).click(card, "Go")).acked
    await slack.sees("#releases", "Decision on run #1")
