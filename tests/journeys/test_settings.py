"""The bot on its embedded servers."""

from __future__ import annotations

import tempfile
from pathlib import Path

import psycopg

from bot import embedded
from bot.store.roles import BOT
from sandbox.slack.server import LocalSlack
from tests.journeys.conftest import StartBot, decided


async def test_the_journey_on_embedded_servers(start_bot: StartBot, slack: LocalSlack) -> None:
    with tempfile.TemporaryDirectory(prefix="canary-") as folder:
        async with start_bot(database_url=None, redis_url=None, canary_data=Path(folder)):
            await slack.connected()
            card = await decided(slack)
            await slack.user("ana").click(card, "Go")
            await slack.user("ben").click(card, "Go")
            await slack.sees("#releases", "Decision on run #1")
            async with embedded.postgres(Path(folder)) as owner:
                assert await roles_of_the_bot(owner) == {BOT}


async def roles_of_the_bot(dsn: str) -> set[str]:
    """The database roles that the bot is connected as."""
    async with await psycopg.AsyncConnection.connect(dsn) as conn:
        query = "SELECT DISTINCT usename::text FROM pg_stat_activity WHERE application_name LIKE 'canary%'"
        return {role for (role,) in await (await conn.execute(query)).fetchall()}
