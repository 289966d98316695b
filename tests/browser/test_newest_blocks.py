"""Slack's newest blocks on the page: by mouse, by keyboard, for screen readers, and on a phone."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.sandbox.slack.kit import (
    a_card,
    actions,
    alert,
    button,
    cell,
    chart,
    container,
    modal,
    mrkdwn,
    pie,
    section,
)

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PHONE = 400  # pixels


def results(count=12):
    rows = [
        [cell(f"Check {at:02}"), {"type": "raw_number", "value": 200 - at * 15, "text": f"{200 - at * 15} s"}, cell("under 90 s in every one of the last sixty minutes")]
        for at in range(count)
    ]  # fmt: skip
    return {
        "type": "data_table",
        "caption": "Checks of run #412",
        "page_size": 5,
        "rows": [[cell("Check"), cell("Measured"), cell("Limit")], *rows],
    }


def against_limit(kind="line"):
    block = chart(20, 2, kind)
    for at, point in enumerate(block["chart"]["series"][0]["data"]):
        point["value"] = 40 + at * 7.5
    for point in block["chart"]["series"][1]["data"]:
        point["value"] = 90
    block["chart"]["series"][0]["name"], block["chart"]["series"][1]["name"] = "p95", "limit"
    block["chart"]["axis_config"] |= {"x_label": "minutes ago (UTC)", "y_label": "seconds"}
    return block


async def post(client, *blocks):
    return await client.chat_postMessage(channel="C0RELEASES", text="Results", blocks=list(blocks))


def wide():
    """A table of six columns, wider than a phone."""
    rows = [[cell(f"Some words in row {row}, column {at}") for at in range(6)] for row in range(3)]
    return {"type": "data_table", "caption": "A wide table", "rows": rows}


async def fits(page: Page) -> bool:
    return bool(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


async def test_a_data_table_can_be_sorted_and_paged_by_keyboard(open_as, client):
    page = await open_as("ana")
    await post(client, results())
    table = page.get_by_role("table", name="Checks of run #412")
    await expect(table.get_by_role("rowheader")).to_have_count(5)
    await expect(table.get_by_role("rowheader").first).to_have_text("Check 00")
    heading = table.get_by_role("columnheader", name="Measured")
    await heading.get_by_role("button").focus()
    await page.keyboard.press("Enter")
    await expect(heading).to_have_attribute("aria-sort", "ascending")
    # sorted as numbers, not as text
    await expect(table.get_by_role("rowheader").first).to_have_text("Check 11")
    await expect(heading.get_by_role("button")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(heading).to_have_attribute("aria-sort", "descending")
    await page.keyboard.press("Enter")
    await expect(heading).to_have_attribute("aria-sort", "none")
    further = page.get_by_role("button", name="Next page")
    await further.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("6–10 of 12")).to_be_visible()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("11–12 of 12")).to_be_visible()
    await expect(further).to_have_attribute("aria-disabled", "true")


async def test_on_a_phone_a_table_scrolls_in_its_frame_and_says_so(open_as, client):
    page = await open_as("ana", width=PHONE)
    await post(client, wide(), against_limit(), container(section("x" * 80)), a_card("y" * 120))
    region = page.get_by_role("region", name="A wide table")
    hint = page.get_by_text("Scroll sideways for more")
    await expect(hint).to_be_visible()
    assert await fits(page)
    await region.focus()
    await region.evaluate("node => node.scrollTo(node.scrollWidth, 0)")
    await expect(hint).to_be_hidden()
    await expect(page.get_by_role("cell", name="row 2, column 5")).to_be_in_viewport()


@pytest.mark.parametrize("kind", ["line", "area", "bar"])
async def test_a_chart_shows_the_limit_and_reads_as_a_table(kind, open_as, client):
    page = await open_as("ana")
    await post(client, against_limit(kind))
    picture = page.get_by_role("img", name="Queue age: p95 from 40 to 182.5; limit from 90 to 90")
    await expect(picture).to_be_visible()
    figure = page.locator(".block-chart")
    await expect(figure.locator(".chart-legend")).to_contain_text("limit")
    assert await figure.locator(".chart .series-1").count() == (20 if kind == "bar" else 1)
    table = page.get_by_role("table", name="Queue age, seconds")
    await expect(table.get_by_role("row")).to_have_count(21)
    await expect(table.get_by_role("columnheader", name="limit")).to_have_count(1)


async def test_a_pie_chart_lists_its_parts(open_as, client):
    page = await open_as("ana")
    await post(client, pie(3))
    await expect(page.get_by_role("img", name="Checks: 0 17 %, 1 33 %, 2 50 %")).to_be_visible()


async def test_a_container_opens_by_keyboard_and_stays_open_when_the_message_changes(open_as, client):
    page = await open_as("ana")
    said = await post(client, container(section("Tests passed"), title="13 passed"))
    inside = page.get_by_text("Tests passed")
    head = page.get_by_role("button", name="13 passed")
    await expect(head).to_have_attribute("aria-expanded", "false")
    await expect(inside).to_be_hidden()
    await head.focus()
    await page.keyboard.press("Enter")
    await expect(head).to_have_attribute("aria-expanded", "true")
    await expect(inside).to_be_visible()
    newer = [section("again"), container(section("Tests passed"), title="14 passed")]
    await client.chat_update(channel="C0RELEASES", ts=said["ts"], text="x", blocks=newer)
    await expect(page.get_by_role("button", name="14 passed")).to_have_attribute("aria-expanded", "true")


async def test_cards_are_side_by_side_and_their_buttons_work(open_as, client):
    page = await open_as("ana", width=PHONE)
    cards = [
        a_card(f"Run #{at}", body=mrkdwn("Waiting for you"), actions=[button("Open", f"open{at}")])
        for at in range(4)
    ]
    await post(client, {"type": "carousel", "elements": cards})
    await expect(page.get_by_role("region", name="4 cards").get_by_role("article")).to_have_count(4)
    await expect(page.get_by_role("button", name="Open").first).to_be_visible()
    assert await fits(page)


async def test_an_alert_in_a_form_says_its_level(open_as, client, slack, bot):
    async def open_form(ack, body):
        await ack()
        view = modal(alert("The results have changed.", level="warning"), submit=None)
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    bot.action("show_form")(open_form)
    page = await open_as("ana")
    await post(client, actions(button("Form", "show_form")))
    await page.get_by_role("button", name="Form").click()
    await expect(
        page.get_by_role("alert").filter(has_text="Warning: The results have changed.")
    ).to_be_visible()
