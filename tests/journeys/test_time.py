"""Time passes: a restarted bot continues where it was, and a run that nobody decides expires."""

from __future__ import annotations

import psycopg

from sandbox.slack.server import LocalSlack
from tests.journeys.conftest import StartBot, World, decided


async def test_a_restarted_bot_counts_earlier_votes(start_bot: StartBot, slack: LocalSlack) -> None:
    async with start_bot():
        await slack.connected()
        card = await decided(slack)
        await slack.user("ana").click(card, "Go")
        await slack.sees("#releases", "needs a vote from platform")
    async with start_bot():
        await slack.connected()
        await slack.user("ben").click(card, "Go")
        await slack.sees("#releases", "Decision on run #1")


async def test_a_watch_goes_on_after_a_restart(start_bot: StartBot, slack: LocalSlack, world: World) -> None:
    async with start_bot():
        await slack.connected()
        card = await decided(slack)
        await slack.user("ana").click(card, "Go")
        await slack.user("ben").click(card, "Go")
        await slack.sees("#releases", "Decision on run #1")
    await world.put("duplicates", 1)
    async with start_bot():
        await slack.connected()
        prompt = await slack.sees("#releases", "Roll back staging")
        await slack.user("raj").click(prompt, "False alarm…")
        form = await slack.user("raj").sees_modal("False alarm")
        await slack.user("raj").submit(form, {"Why is it a false alarm?": "a test send"})
        await slack.sees("#releases", "@raj called it a false alarm")


async def test_a_run_that_nobody_decides_expires_without_a_go(
    start_bot: StartBot, slack: LocalSlack, bot_database: str
) -> None:
    async with start_bot():
        await slack.connected()
        card = await decided(slack)
        await slack.user("ana").click(card, "Go")
        await slack.sees("#releases", "needs a vote from platform")
        await _make_due(bot_database)
        await slack.sees("#releases", "Decision on run #1")
        await slack.wait_for(lambda: not card.elements)
        reply = await slack.user("raj").command("#releases", "/canary", "run staging")
        await reply.told("Run #2 on staging has started")


async def _make_due(dsn: str) -> None:
    """Make the run expire now."""
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as conn:
        await conn.execute("UPDATE run SET expires_at = now()")
        await conn.execute("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE task_name = 'expire'")
