"""The tour on the page: steps are ticked off as they happen, and the next one is one press away."""

from __future__ import annotations

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import LocalSlack
from sandbox.slack.tour import Press, Shows, Step
from tests.browser import tryout_bot

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
PHONE = 400


def says(words: str) -> Shows:
    return lambda message, text: bool(message.bot_id) and words in text


@pytest_asyncio.fixture(loop_scope="session")
async def slack(dials):
    """A local Slack with a tour of its own."""
    press = Press("Break it", dials.url, "PUT", {"name": "slow_queue", "value": 7})
    steps = [
        Step("Start a run", "As Raj.", says("started"), who="U03RAJ", command="/canary run staging"),
        Step("Decide", "As Ana.", says("decided"), who="U01ANA"),
        Step("Break the system", "Then look.", says("broken"), command="/canary look", press=press),
    ]
    async with LocalSlack(manifest=tryout_bot.manifest(), tour=steps) as slack:
        yield slack


def tour(page: Page):
    return page.get_by_role("region", name="What to try")


async def post(client: AsyncWebClient, text: str) -> str:
    return (await client.chat_postMessage(channel="C0RELEASES", text=text))["ts"]


async def test_a_step_is_ticked_off_for_everybody_once_it_was_seen(open_as, client):
    pages = [await open_as("ana"), await open_as("mia", width=PHONE)]
    for page in pages:
        await expect(tour(page)).to_contain_text("0 of 3")
    await post(client, "run 7 has started")
    for page in pages:
        await expect(tour(page)).to_contain_text("1 of 3")
        await expect(tour(page).locator("[aria-current=step]")).to_contain_text("Decide")


async def test_earlier_messages_count_in_every_wording_they_had(open_as, client):
    ts = await post(client, "it has started")
    await client.chat_update(channel="C0RELEASES", ts=ts, text="it is decided")
    page = await open_as("ana")
    await expect(tour(page)).to_contain_text("2 of 3")
    await page.reload()
    await expect(tour(page)).to_contain_text("2 of 3")


async def test_text_that_a_person_types_ticks_nothing_off(open_as, slack, client):
    page = await open_as("ana")
    slack.user("ana").says("#releases", "I have started and decided")
    await post(client, "decided")
    await expect(tour(page)).to_contain_text("1 of 3")
    await expect(tour(page).locator("[aria-current=step]")).to_contain_text("Start a run")


async def test_the_next_step_suggests_whom_to_act_as_and_then_what_to_type(open_as):
    page = await open_as("ana")
    await tour(page).get_by_role("button", name="Act as Raj Patel").click()
    await tour(page).get_by_role("button", name="/canary run staging").click()
    await expect(page.get_by_label("Message #releases")).to_have_value("/canary run staging")


async def test_a_press_changes_the_system_and_only_then_suggests_what_to_type(open_as, client, dials):
    page = await open_as("ana")
    await post(client, "started, decided")
    await expect(tour(page).get_by_role("button", name="/canary look")).to_have_count(0)
    await tour(page).get_by_role("button", name="Break it").click()
    await expect(tour(page).get_by_role("button", name="/canary look")).to_be_visible()
    assert dials.values["slow_queue"] == 7


async def test_the_end_of_the_tour_is_announced(open_as, client):
    page = await open_as("ana")
    await post(client, "started, decided, broken")
    await expect(tour(page)).to_contain_text("3 of 3")
    await expect(tour(page)).to_contain_text("That's all of it.")


async def test_on_a_phone_only_the_next_step_shows_until_expanded(open_as):
    page = await open_as("ana", width=PHONE)
    await expect(tour(page).get_by_role("listitem")).to_have_count(1)
    await tour(page).get_by_role("button", name="What to try").click()
    await expect(tour(page).get_by_role("listitem")).to_have_count(3)
    await expect(page.get_by_label("Message #releases")).to_be_in_viewport()
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_in_a_thread_on_a_phone_the_suggested_command_goes_to_the_channel(open_as, slack, client):
    page = await open_as("raj", width=PHONE)
    root = await post(client, "a card")
    await client.chat_postMessage(channel="C0RELEASES", text="reply", thread_ts=root)
    await page.evaluate(f"location.hash = 'as=U03RAJ&channel=C0RELEASES&thread={root}'")
    await expect(page.get_by_role("complementary", name="Thread")).to_be_visible()
    await tour(page).get_by_role("button", name="/canary run staging").click()
    await expect(page.get_by_label("Message #releases")).to_have_value("/canary run staging")
