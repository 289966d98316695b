"""The bot's own servers, and servers of Slack that lack something."""

from __future__ import annotations

import tempfile
from pathlib import Path

import psycopg
import pytest

from bot import embedded
from bot.store.roles import BOT
from sandbox.slack.server import LocalSlack
from tests.journeys.conftest import MANIFEST, StartBot, decided


async def test_the_journey_on_embedded_servers(start_bot: StartBot, slack: LocalSlack) -> None:
    with tempfile.TemporaryDirectory(prefix="canary-") as folder:
        async with start_bot(database_url=None, redis_url=None, canary_data=Path(folder)):
            await slack.connected()
            card = await decided(slack)
            await slack.user("ana").click(card, "Go")
            await slack.user("ben").click(card, "Go")
            await slack.sees("#releases", "GO: run #1 on staging")
            async with embedded.postgres(Path(folder)) as owner:
                assert await roles_of_the_bot(owner) == {BOT}


async def roles_of_the_bot(dsn: str) -> set[str]:
    """As which it is connected."""
    async with await psycopg.AsyncConnection.connect(dsn) as conn:
        query = "SELECT DISTINCT usename::text FROM pg_stat_activity WHERE application_name LIKE 'canary%'"
        return {role for (role,) in await (await conn.execute(query)).fetchall()}


class TestASlackThatLacksThings:
    @pytest.fixture
    async def slack(self) -> LocalSlack:
        async with LocalSlack(manifest=MANIFEST, without=("files", "usergroups", "metadata")) as slack:
            yield slack

    async def test_it_is_said_once_at_the_start_and_the_journey_goes_on(
        self, start_bot: StartBot, slack: LocalSlack, configuration: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        people = configuration.replace("[S0PLATFORM]", "[U02BEN]")
        async with start_bot(people):
            await slack.connected()
            card = await decided(slack)
            await slack.user("ana").click(card, "Go")
            await slack.user("ben").click(card, "Go")
            await slack.sees("#releases", "GO: run #1 on staging")
        said = capsys.readouterr().out
        assert said.count("this server takes no files") == 1
        assert said.count("user group S0ONCALL cannot be read") == 1
