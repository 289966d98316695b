"""A run that this version cannot read, perhaps because a newer version running beside it wrote it."""

from __future__ import annotations

from pathlib import Path

from bot.store.roles import BOT, as_role
from sandbox.slack.server import LocalSlack
from tests.audit.conftest import tamper
from tests.audit.team import BROKEN, both_environments, team
from tests.journeys.conftest import World
from tests.journeys.delivering import delivering, until


async def test_its_messages_wait_for_a_version_that_can_read_them_and_block_no_others(
    bot_database: str, world: World, tmp_path: Path, slack: LocalSlack, valkey: str
) -> None:
    async with team(as_role(bot_database, BOT), world, tmp_path, both_environments()) as at:
        for environment in ("staging", "production"):
            await at.start("1.0", environment=environment)
        await tamper(bot_database, BROKEN)
        async with delivering(at.services.database, slack, valkey):
            await slack.sees("#releases", "by @raj · run #2")
            await until(
                at.services.database,
                "SELECT FROM message WHERE run = 1 AND state = 'pending' AND error LIKE '%%is damaged%%' AND not_before > now()",
            )
    cards = slack.channel("#releases").log.values()
    assert [card for card in cards if "#1" in card.text] == []
