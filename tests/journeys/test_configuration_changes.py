"""How the configuration differs from the baseline is part of the evidence, and secrets never are."""

from __future__ import annotations

import psycopg

from sandbox.slack.server import LocalSlack
from tests.journeys.conftest import CONFIGURATION, StartBot, World
from tests.journeys.test_attacks import facts
from tests.journeys.test_baselines import captured, run_on, slack_files

SETTINGS = CONFIGURATION.replace("tables: [reading]", "tables: [reading, setting]").replace(
    "    decide:\n",
    """\
      settings:
        title: Settings
        kind: configuration
        source: world
        query: "SELECT name, value FROM setting"
        owner: platform
    decide:
""",
)
SECRETS = ("hunter2", "hunter3")


async def put(world: World, **settings: str) -> None:
    async with await psycopg.AsyncConnection.connect(world.dsn, autocommit=True) as conn:
        await conn.execute("CREATE TABLE IF NOT EXISTS setting (name text PRIMARY KEY, value text)")
        for name, value in settings.items():
            await conn.execute(
                "INSERT INTO setting VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                (name, value),
            )


async def stored(dsn: str) -> str:
    """All that was kept, as text."""
    tables = ("baseline", "capture_sample", "check_run", "evidence", "event", "message")
    return " ".join([str(await facts(dsn, f"SELECT {table}::text FROM {table}")) for table in tables])


async def test_the_differences_are_on_the_card_in_the_thread_and_in_the_packet(
    start_bot: StartBot, slack: LocalSlack, world: World, bot_database: str
) -> None:
    await put(world, FLOOR="1024", STEP="64", CRON_SECRET=SECRETS[0])
    async with start_bot(SETTINGS):
        await captured(slack)
        await put(world, FLOOR="2048", PROMOTION="<!channel>", CRON_SECRET=SECRETS[1])
        card = await run_on(slack)
        shown = slack.render_text(card)
        assert "GO recommended" in shown  # a change is no failure
        assert "Settings: 3 changed since baseline 1" in shown.replace("*", "")
        assert "FLOOR: 1024 → 2048" in shown
        assert "CRON_SECRET: changed (secret)" in shown
        assert "FLOOR: 1024 → 2048" in card.text  # for screen readers and notifications
        await slack.wait_for(lambda: "PROMOTION: new, <!channel>" in slack.render_thread(card))
        await slack.user("ana").click(card, "Go")
        await slack.user("ben").click(card, "Go")
        await slack.wait_for(lambda: len(slack_files(slack, card)) >= 3)
        packets = [file.content.decode() for file in slack_files(slack, card)]
    assert all("FLOOR: 1024 → 2048" in packet for packet in packets)
    kept = await stored(bot_database)
    assert not any(
        secret in text for secret in SECRETS for text in (kept, *packets, slack.render_thread(card))
    )


async def test_without_a_change_nothing_is_said(start_bot: StartBot, slack: LocalSlack, world: World) -> None:
    await put(world, FLOOR="1024")
    async with start_bot(SETTINGS):
        await captured(slack)
        card = await run_on(slack)
    assert "changed since" not in slack.render_text(card)


async def test_a_change_may_be_a_failure(start_bot: StartBot, slack: LocalSlack, world: World) -> None:
    await put(world, FLOOR="1024")
    strict = SETTINGS.replace(
        'query: "SELECT name, value FROM setting"',
        'query: "SELECT name, value FROM setting"\n        pass: {changed: "== 0"}',
    )
    async with start_bot(strict):
        await captured(slack)
        await put(world, FLOOR="2048")
        shown = slack.render_text(await run_on(slack))
        assert "NO-GO recommended" in shown
        assert "1 changed since the baseline, must be 0" in shown


async def test_what_cannot_be_read_is_said_and_fails_only_where_it_is_required(
    start_bot: StartBot, slack: LocalSlack, world: World
) -> None:
    await put(world, FLOOR="1024")
    wrong = SETTINGS.replace("SELECT name, value FROM setting", "SELECT name, value AS setting FROM setting")
    async with start_bot(wrong):
        shown = slack.render_text(await run_on(slack))
        assert "CONDITIONAL GO recommended" in shown
        assert "configuration is not read" in shown
    required = wrong.replace('FROM setting"\n', 'FROM setting"\n        required: true\n')
    async with start_bot(required):
        await slack.user("raj").command("#releases", "/canary", "cancel #1 again")
        await slack.sees("#releases", "Cancelled")
        await slack.user("raj").command("#releases", "/canary", "run staging version=2")
        await slack.sees("#releases", "1 of 3 checks could not be measured")
