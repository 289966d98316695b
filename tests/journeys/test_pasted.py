"""Text that people paste into commands and forms is understood, and recorded as they see it."""

from __future__ import annotations

from commands.serve import Running
from sandbox.slack.server import LocalSlack
from tests.journeys.conftest import decided
from tests.journeys.test_attacks import facts
from tests.outbox import until

REASON = "نمی\u200cخواهم 👩\u200d💻 « not\xa0yet »"
VERSION = "/canary run “Staging”\u00a0version = 1.42.0–rc1"


async def test_a_command_pasted_from_a_document_works_and_a_reason_keeps_its_joiners(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    await slack.user("raj").command("#releases", "/canary", VERSION)
    card = await slack.sees("#releases", "*GO recommended*")
    assert await facts(bot_database, "SELECT arguments ->> 'version' FROM run") == [("1.42.0-rc1",)]
    ana = slack.user("ana")
    await ana.click(card, "No-go…")
    await ana.submit(await ana.sees_modal("No-go"), {"Reason": f"{REASON}\u202e\u200b\x1b"})
    await until(bot_database, "SELECT count(*) FROM decision")
    assert await facts(bot_database, "SELECT reason FROM vote") == [(REASON,)]
    said = await facts(bot_database, "SELECT detail::jsonb ->> 'reason' FROM event WHERE kind = 'voted'")
    assert said == [(REASON,)]
    await slack.sees("#releases", REASON)


async def test_an_invisible_reason_is_no_reason(bot: Running, slack: LocalSlack) -> None:
    card = await decided(slack)
    ana = slack.user("ana")
    await ana.click(card, "No-go…")
    done = await ana.submit(await ana.sees_modal("No-go"), {"Reason": "\u200b\u2060\u3164"})
    assert "Say why, in a few words" in done.errors["Reason"]
