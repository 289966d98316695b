"""The run card at a width of 400 pixels: verdict and buttons fit on one screen, even with five checks to waive."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

import pytest
from playwright.async_api import Page, expect
from slack_sdk.web.async_client import AsyncWebClient

from bot.plan.load import load
from bot.plan.model import Pinned
from bot.rules.dossier import Dossier
from bot.rules.evidence import Evidence, freeze
from bot.rules.run import CheckRun, CheckState, RunState
from bot.rules.verdict import assess
from bot.slack.messages.card import Card
from bot.slack.messages.kind import Facts
from checks.result import Result
from tests.browser.hands import HIGH, PHONE, hides_nothing
from tests.messages_page import story

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

DEMO = Path(__file__).parents[2] / "sandbox/demo/canary.yaml"
ENVIRON = {
    "STAGING_DATABASE_URL": "postgresql://reader@db.example.com/app",
    "DECISIONS_DATABASE_URL": "postgresql://reader@db.example.com/app",
    "BACKFILL_DATABASE_URL": "postgresql://writer@db.example.com/app",
    "STAGING_URL": "https://staging.example.com",
    "CRON_SECRET": "not-a-secret-of-anybody",
}
FAILED: Mapping[str, Result] = {
    "cadence": story.UNREACHABLE,
    "dispatch-health": story.duplicates(12),
    "queue-age": story.queue_age(182),
    "recent-queue-age": story.duplicates(1),
    "duplicate-sends": story.duplicates(2),
    "tests": story.duplicates(3),
}


def deciding(pinned: Pinned) -> Dossier:
    results = {name: FAILED.get(name, story.TESTED) for name in pinned.environment.checks}
    checks = tuple(
        CheckRun(run=story.NUMBER, name=name, position=at, state=CheckState.DONE, result=result)
        for at, (name, result) in enumerate(results.items())
    )
    about = story.run(RunState.DECIDING)
    digest, document = freeze(about, checks, assess(results, pinned.environment.fallbacks))
    return Dossier(
        run=about.model_copy(update={"evidence": digest}),
        plan=pinned,
        configuration=pinned.model_dump_json(),
        checks=checks,
        evidence=Evidence(digest=digest, document=document, frozen_at=story.NOW),
        votes=(),
        waivers=(),
        decision=None,
        watch=None,
        triggers=(),
        prompts=(),
        root=None,
    )


async def test_the_card_with_five_checks_to_waive_fits_on_one_screen(
    open_as: Callable[..., Awaitable[Page]], client: AsyncWebClient
) -> None:
    folder = DEMO.parent
    pinned = load(folder / DEMO.name, ENVIRON).plan.pinned("staging")
    posting = Card().render(Facts(deciding(pinned)))
    page = await open_as("ana", width=PHONE, height=HIGH)
    await client.chat_postMessage(channel="C0RELEASES", text=posting.text, blocks=posting.blocks)

    card = page.locator(".message", has_text="4 of 18 checks failed, 1 could not be measured").last
    heading = card.get_by_role("heading", name="Waiting for approval")
    await heading.scroll_into_view_if_needed()
    await expect(heading).to_be_in_viewport(ratio=0.9)
    for name in ("Go: ", "Conditional go: ", "No-go: ", "Waive: "):
        await expect(card.get_by_role("button", name=name).first).to_be_in_viewport(ratio=0.9)
    await hides_nothing(page)
