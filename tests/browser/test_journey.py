"""The whole journey on the demo's page: from the command to the answered rollback prompt, by hand."""

from __future__ import annotations

import re
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from sandbox.demo.folder import Folder
from sandbox.demo.stage import staged

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.xdist_group("demo"),
]
RUN = 60_000  # milliseconds for all checks of a run


@pytest_asyncio.fixture(loop_scope="session")
async def stage():
    with tempfile.TemporaryDirectory(prefix="canary-demo-") as folder:
        async with staged(Folder(Path(folder))) as stage:
            yield stage


@pytest.fixture
def slack(stage):
    return stage.slack


@pytest.fixture(autouse=True)
def bot(stage):
    """The real bot of the demo, in a separate process."""


def log(page: Page) -> Locator:
    return page.get_by_role("log", name="Messages")


def thread(page: Page) -> Locator:
    return page.get_by_role("complementary", name="Thread")


def card(page: Page) -> Locator:
    title = page.get_by_role("heading", name="staging 1.42.0")
    return log(page).get_by_role("article").filter(has=title).first


async def becomes(page: Page, name: str) -> None:
    await page.get_by_role("button", name=re.compile("You are")).click()
    await page.get_by_role("menuitemradio", name=re.compile(name)).click()
    await expect(page.get_by_role("button", name=f"You are {name}")).to_be_visible()


async def votes_go(page: Page) -> None:
    """Against a recommendation, which takes a second click."""
    await card(page).get_by_role("button", name="Go: run 1 on staging", exact=True).click()
    await page.get_by_role("button", name="Vote Go").click()


async def test_from_the_command_to_the_answered_rollback_prompt(open_as, stage):
    await stage.system.relive({"slow_queue": 1}, ago=timedelta(minutes=3))
    page = await open_as("raj")
    box = page.get_by_label("Message #releases")
    await box.fill("/canary run staging version=1.42.0")
    await box.press("Enter")
    await expect(card(page)).to_contain_text("Checking")
    await expect(card(page)).to_contain_text(re.compile(r"[1-9]\d* of 15 checks done"))

    await expect(card(page)).to_contain_text("CONDITIONAL GO recommended", timeout=RUN)
    await expect(card(page)).to_contain_text(
        # of half an hour, as the jobs of the day fall
        re.compile("[12] of 15 checks (is close to its limit|are close to their limits)")
    )
    await expect(card(page)).to_contain_text("Queue age, last ten minutes")
    await card(page).get_by_role("button", name=re.compile("repl")).click()
    await expect(thread(page).get_by_role("cell", name="Queue age, last ten minutes").first).to_be_visible()
    chart = thread(page).get_by_alt_text(
        re.compile("Queue age, last ten minutes: WARN: p95 from .* limit < 90s")
    )
    assert await chart.evaluate("image => image.decode().then(() => image.naturalWidth)") > 500

    await becomes(page, "Mia Lind")
    await votes_go(page)
    refusal = log(page).get_by_role("article").filter(has_text="can vote on run")
    await expect(refusal).to_contain_text("Only visible to you")
    await expect(refusal).to_contain_text("Ask ")

    for owner in ("Ana Ruiz", "Ben Okafor"):
        await becomes(page, owner)
        await votes_go(page)
        await expect(thread(page)).to_contain_text(f"Go: @{owner}")
    decision = log(page).get_by_role("article").filter(has_text="Decision on run #1")
    await expect(decision).to_contain_text("Go · staging")
    await expect(thread(page)).to_contain_text("Pin the capacity and keep promotion off")
    await expect(thread(page)).to_contain_text(
        "Promote 1.41.3 in the deployment dashboard; it replaces 1.42.0"
    )
    await expect(card(page)).to_contain_text(
        "Approved by @Ana Ruiz (release-managers) and @Ben Okafor (platform)"
    )
    await expect(card(page).get_by_role("button", name=re.compile("^Go for"))).to_have_count(0)

    await page.get_by_role("tab", name="System under test").click()
    await page.get_by_role("switch", name="Messages are sent twice").click()
    prompt = log(page).get_by_role("article").filter(has_text="Roll back staging")
    await expect(prompt).to_contain_text("must be 0", timeout=RUN)
    await expect(prompt).to_contain_text("@on-call")
    await becomes(page, "Raj Patel")
    await prompt.get_by_role("button", name="I'm on it: run 1 on staging").click()
    await expect(prompt).to_contain_text("@Raj Patel is on it")
    await prompt.get_by_role("button", name="I have rolled back: run 1 on staging").click()
    await page.get_by_role("dialog").get_by_role("button", name="I have rolled back").click()
    await expect(prompt).to_contain_text("@Raj Patel rolled back staging")
    await expect(thread(page)).to_contain_text("staging was rolled back")
    await expect(card(page)).to_contain_text("Rolled back")
