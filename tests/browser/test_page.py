"""The local Slack's page in Chromium: what people do there, and what they see."""

from __future__ import annotations

import asyncio
import json
import re

import pytest
from playwright.async_api import Error, Page, Route, WebSocketRoute, expect

from tests.browser.line import Line
from tests.browser.tryout_bot import card, choices, png, reports

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def types(page: Page, text: str) -> None:
    box = page.get_by_label("Message #releases")
    await box.fill(text)
    await box.press("Enter")


def messages(page: Page):
    return page.get_by_role("log", name="Messages")


def thread(page: Page):
    return page.get_by_role("complementary", name="Thread")


async def test_a_typed_command_produces_the_run_card(open_as):
    page = await open_as("ana")
    await types(page, "/canary run staging")
    await expect(messages(page).get_by_role("heading", name="Run #412 on staging")).to_be_visible()


async def test_a_leading_slash_offers_the_command_with_its_hint(open_as):
    page = await open_as("ana")
    box = page.get_by_label("Message #releases")
    await box.fill("/c")
    offer = page.get_by_role("option")
    await expect(offer).to_contain_text("run <environment> | status | help")
    await expect(offer).to_contain_text("Judge a change")
    await box.press("Enter")
    await expect(box).to_have_value("/canary ")


async def test_an_unknown_command_is_refused_and_stays_to_be_corrected(open_as):
    page = await open_as("ana")
    await types(page, "/nope")
    await expect(page.get_by_role("alert")).to_contain_text("/nope is not a valid command.")
    await expect(page.get_by_label("Message #releases")).to_have_value("/nope")


async def test_a_button_asks_for_confirmation_and_acts_only_on_yes(open_as, slack):
    page = await open_as("ana")
    await types(page, "/canary run staging")
    go = page.get_by_role("button", name="Go for 1.42 on staging", exact=True)
    await go.click()
    question = page.get_by_role("dialog", name="Go for staging?")
    await expect(question).to_contain_text("Everyone in #releases will see it.")
    await question.get_by_role("button", name="Not yet").click()
    await expect(go).to_be_visible()
    await go.click()
    await question.get_by_role("button", name="Yes, go").click()
    await expect(messages(page)).to_contain_text("GO, decided by @Ana Ruiz")
    await expect(go).to_have_count(0)


async def test_every_kind_of_choice_reaches_the_app(open_as, client):
    page = await open_as("ana")
    await client.chat_postMessage(channel="C0RELEASES", text="Choose", blocks=choices())
    early = {"text": {"type": "plain_text", "text": "Early"}, "value": "early"}
    await page.get_by_role("button", name="More actions", exact=True).click()
    await page.get_by_role("menuitem", name="Early").click()
    await tells(page, "overflow", {"selected_option": early})
    await page.get_by_role("combobox", name="When").select_option("Early")
    await tells(page, "static_select", {"selected_option": early})
    await page.get_by_role("combobox", name="Who").select_option("Ben Okafor")
    await tells(page, "users_select", {"selected_user": "U02BEN"})
    await page.get_by_label("Day", exact=True).fill("2026-12-01")
    await tells(page, "datepicker", {"selected_date": "2026-12-01"})
    await page.get_by_label("Hour").fill("09:30")
    await tells(page, "timepicker", {"selected_time": "09:30"})
    await page.get_by_role("radio", name="Early").check()
    await tells(page, "radio_buttons", {"selected_option": early})
    await page.get_by_role("checkbox", name="Early").check()
    await tells(page, "checkboxes", {"selected_options": [early]})


async def tells(page: Page, kind: str, choice: dict) -> None:
    """Let the bot repeat what it was given."""
    said = messages(page).get_by_text(f"{kind} {{")
    await expect(said).to_have_count(1)
    assert json.loads((await said.inner_text()).removeprefix(kind)) == choice


async def test_display_only_blocks_are_drawn(open_as, client):
    page = await open_as("ana")
    await client.chat_postMessage(channel="C0RELEASES", text="Report", blocks=reports())
    report = messages(page).get_by_role("article")
    await expect(report.get_by_role("columnheader", name="Reading")).to_be_visible()
    await expect(report.get_by_role("cell", name="184 s")).to_be_visible()
    await expect(report.locator("b", has_text="ready")).to_be_visible()
    await expect(report.get_by_role("heading", name="Rollback")).to_be_visible()
    await expect(report.get_by_role("listitem").nth(2)).to_have_text("nested")
    await expect(report.locator(".section-fields .field")).to_have_count(2)
    await expect(report.locator("i", has_text="frozen")).to_be_visible()


async def test_a_modal_shows_its_error_and_then_accepts_the_reason(open_as):
    page = await open_as("ben")
    await types(page, "/canary run staging")
    await page.get_by_role("button", name="No-go for 1.42 on staging").click()
    modal = page.get_by_role("dialog", name="No-go")
    reason = modal.get_by_label("Reason")
    await modal.get_by_role("button", name="Record").click()
    await expect(modal.get_by_text("Please complete this required field.")).to_be_visible()
    await reason.fill("no")
    await modal.get_by_role("button", name="Record").click()
    await expect(modal.get_by_text("Say it in a sentence.")).to_be_visible()
    await expect(reason).to_be_focused()
    await reason.fill("Queue age is far too high.")
    await modal.get_by_label("Until").fill("2026-12-01")
    await modal.get_by_label("Told to").select_option(label="Raj Patel")
    await modal.get_by_role("button", name="Record").click()
    await expect(modal).to_have_count(0)
    told = "NO-GO: Queue age is far too high. (until 2026-12-01, told to @Raj Patel)"
    await expect(messages(page)).to_contain_text(told)


async def test_the_keyboard_stays_in_an_open_modal_and_escape_closes_it(open_as, slack):
    page = await open_as("ben")
    await types(page, "/canary run staging")
    await page.get_by_role("button", name="No-go for 1.42 on staging").click()
    modal = page.get_by_role("dialog", name="No-go")
    await expect(modal.get_by_label("Reason")).to_be_focused()
    for _ in range(12):
        await page.keyboard.press("Tab")
        outside = "document.activeElement !== document.body && !document.activeElement.closest('dialog')"
        assert not await page.evaluate(outside)
    await page.keyboard.press("Escape")
    await expect(modal).to_have_count(0)
    await slack.wait_for(lambda: slack.user("ben").modal is None)


async def test_a_private_answer_is_visible_to_one_person_only(open_as):
    ana, ben = await open_as("ana"), await open_as("ben")
    await types(ana, "/canary help")
    answer = messages(ana).get_by_role("article").filter(has_text="Try /canary run staging.")
    await expect(answer).to_contain_text("Only visible to you")
    await types(ana, "done")
    await expect(messages(ben)).to_contain_text("done")
    await expect(messages(ben)).not_to_contain_text("Try /canary run staging.")


async def test_a_thread_holds_its_replies_and_pictures(open_as, client):
    page = await open_as("ana")
    run = await client.chat_postMessage(channel="C0RELEASES", text="Run #412", blocks=card())
    await client.files_upload_v2(
        channel="C0RELEASES",
        thread_ts=run["ts"],
        content=png(),
        filename="queue-age.png",
        title="Queue age",
        alt_txt="Queue age p95 rose to 184 s, limit 120 s",
    )
    await client.files_upload_v2(
        channel="C0RELEASES", thread_ts=run["ts"], content="# Packet", filename="packet.md"
    )
    await page.get_by_role("button", name="2 replies").click()
    picture = thread(page).get_by_alt_text("Queue age p95 rose to 184 s, limit 120 s")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 64
    await picture.click()
    large = page.get_by_role("dialog", name="Queue age")
    await expect(large).to_contain_text("Queue age p95 rose to 184 s, limit 120 s")
    await large.get_by_role("button", name="Close picture").click()
    async with page.expect_download() as download:
        await thread(page).get_by_role("link", name="packet.md").click()
    assert (await download.value).suggested_filename == "packet.md"
    await thread(page).get_by_label("Reply…").fill("Looking at it")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="3 replies")).to_be_visible()
    await expect(thread(page)).to_contain_text("Looking at it")


async def test_commands_cannot_be_typed_in_a_thread(open_as, client):
    page = await open_as("ana")
    await client.chat_postMessage(channel="C0RELEASES", text="Run #412", blocks=card())
    await messages(page).get_by_role("article").hover()
    await page.get_by_role("button", name="Reply in thread").click()
    await thread(page).get_by_label("Reply…").fill("/canary status")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("not in a thread")


async def test_home_shows_what_the_app_publishes_for_that_person(open_as):
    page = await open_as("raj")
    await page.get_by_role("navigation", name="Apps").get_by_role("button").click()
    await expect(page.get_by_role("tabpanel", name="Home")).to_contain_text("Nothing waits for @Raj Patel.")


async def test_a_message_shortcut_reaches_the_app(open_as, client):
    page = await open_as("ana")
    await client.chat_postMessage(channel="C0RELEASES", text="Run #412", blocks=card())
    await messages(page).get_by_role("article").hover()
    await page.get_by_role("button", name="More actions for this message").click()
    await page.get_by_role("menuitem", name="Act on this run").click()
    await expect(messages(page)).to_contain_text("Reminded the owners.")


async def test_the_dials_of_the_system_under_test_work_from_the_page(open_as, dials):
    page = await open_as("ana")
    await page.get_by_role("tab", name="System under test").click()
    duplicates = page.get_by_role("switch", name="Duplicate sends")
    await duplicates.check()
    await page.get_by_label("Slow queue").fill("7")
    await expect(page.get_by_label("Slow queue")).to_have_value("7")
    await expect(page.locator(".dial-on")).to_have_count(2)
    assert dials.values == {"duplicate_sends": True, "slow_queue": 7}
    await page.get_by_role("button", name="Reset all").click()
    await expect(page.locator(".dial-on")).to_have_count(0)
    await expect(duplicates).not_to_be_checked()
    assert dials.values == {"duplicate_sends": False, "slow_queue": 0}


async def test_slack_itself_can_be_made_to_fail_from_the_page(open_as, slack):
    page = await open_as("ana")
    await page.get_by_role("tab", name="Slack faults").click()
    await page.get_by_role("switch", name="Slack answers 500, and nothing happened").check()
    await expect(page.locator(".dial-on")).to_have_count(1)
    assert [fault.fault for fault in slack.faults.injected] == ["error_before"]


@pytest.mark.parametrize(
    "text",
    [
        "<script>document.title = 'taken'</script>",
        "<img src=x onerror=\"document.title='taken'\">",
        "<!channel> look",
        "<javascript:alert(1)|harmless>",
    ],
)
async def test_markup_typed_by_a_person_is_text(open_as, text):
    page = await open_as("mia")
    await types(page, text)
    said = messages(page).get_by_role("article")
    await expect(said.locator(".message-text")).to_have_text(text)
    await expect(said.locator(".message-text *")).to_have_count(0)
    assert "taken" not in await page.title()


async def test_a_link_that_is_no_web_address_is_not_clickable(open_as, client):
    page = await open_as("ana")
    await client.chat_postMessage(channel="C0RELEASES", text="<javascript:alert(1)|press me> :rocket:")
    await expect(messages(page)).to_contain_text("<javascript:alert(1)|press me>")
    await expect(messages(page).get_by_role("link")).to_have_count(0)


async def test_mrkdwn_is_rendered_as_in_slack(open_as, client):
    page = await open_as("ana")
    text = "*bold* _it_ ~no~ `a_b_c` &lt;b&gt; 2*3*4 <https://example.com/a_b_c|link> <@U02BEN> <!subteam^S0PLATFORM>"
    await client.chat_postMessage(channel="C0RELEASES", text=f"{text}\n&gt; said\n```x *y*```")
    said = messages(page).locator(".message-text")
    await expect(said).to_contain_text("bold it no a_b_c <b> 2*3*4 link @Ben Okafor @platform")
    for tag, words in {
        "b": "bold",
        "i": "it",
        "s": "no",
        "code": "a_b_c",
        "blockquote": "said",
        "pre": "x *y*",
    }.items():
        await expect(said.locator(tag)).to_have_text(words)
    await expect(said.get_by_role("link")).to_have_attribute("href", "https://example.com/a_b_c")


async def test_a_permalink_opens_the_message_on_this_page(open_as, client):
    page = await open_as("ana")
    run = await client.chat_postMessage(channel="C0RELEASES", text="Run #412", blocks=card())
    reply = await client.chat_postMessage(channel="C0RELEASES", thread_ts=run["ts"], text="the whole table")
    there = await client.chat_getPermalink(channel="C0RELEASES", message_ts=reply["ts"])
    await client.chat_postMessage(channel="C0RELEASES", text=f"under way: <{there['permalink']}|run #412>")
    await messages(page).get_by_role("link", name="run #412").click()
    await expect(thread(page).locator(".pointed")).to_contain_text("the whole table")
    assert len(page.context.pages) == 1


async def test_mentioned_people_see_themselves_highlighted(open_as, client):
    raj, mia = await open_as("raj"), await open_as("mia")
    await client.chat_postMessage(channel="C0RELEASES", text="<!subteam^S0ONCALL> roll back?")
    await expect(messages(raj).locator(".mention-me")).to_have_text("@on-call")
    await expect(messages(mia).locator(".mention")).to_have_text("@on-call")
    await expect(messages(mia).locator(".mention-me")).to_have_count(0)


async def test_an_edited_message_keeps_its_place(open_as, client):
    page = await open_as("ana")
    first = await client.chat_postMessage(channel="C0RELEASES", text="3 of 12 checks")
    await client.chat_postMessage(channel="C0RELEASES", text="something else")
    await client.chat_update(channel="C0RELEASES", ts=first["ts"], text="12 of 12 checks")
    articles = messages(page).get_by_role("article")
    await expect(articles.nth(0)).to_contain_text("12 of 12 checks (edited)")
    await expect(articles.nth(1)).to_contain_text("something else")


async def test_switching_to_another_person_shows_what_they_see(open_as, client):
    page = await open_as("ana")
    await client.chat_postEphemeral(channel="C0RELEASES", user="U01ANA", text="for Ana alone")
    await expect(messages(page)).to_contain_text("for Ana alone")
    await page.get_by_role("button", name="You are Ana Ruiz").click()
    await page.get_by_role("menuitemradio", name="Ben Okafor").click()
    await expect(page.get_by_role("button", name="You are Ben Okafor")).to_be_visible()
    await expect(messages(page)).not_to_contain_text("for Ana alone")
    await page.reload()
    await expect(page.get_by_role("button", name="You are Ben Okafor")).to_be_visible()


async def test_a_click_while_switching_persons_is_never_the_former_persons(open_as, slack):
    page = await open_as("ana")
    await types(page, "/canary run staging")
    go = page.get_by_role("button", name="Go for 1.42 on staging", exact=True)
    await expect(go).to_be_visible()
    answer = asyncio.Event()

    async def hold(route: Route) -> None:
        await answer.wait()
        await route.continue_()

    await page.route("**/console/state?as=U02BEN", hold)
    await page.get_by_role("button", name="You are Ana Ruiz").click()
    await page.get_by_role("menuitemradio", name="Ben Okafor").click()
    with pytest.raises(Error, match="Timeout"):
        await go.click(timeout=500)
    answer.set()
    await expect(page.get_by_role("button", name="You are Ben Okafor")).to_be_visible()
    await expect(page.get_by_label("Message #releases")).to_be_focused()
    await go.click()
    await page.get_by_role("button", name="Yes, go").click()
    await expect(messages(page)).to_contain_text("GO, decided by @Ben Okafor")


async def test_events_before_the_page_is_connected_are_not_missed(open_as, client):
    """The bot may answer before the browser has connected."""
    page = await open_as("ana")

    async def late(socket: WebSocketRoute) -> None:
        await client.chat_postEphemeral(channel="C0RELEASES", user="U02BEN", text="for Ben alone")
        await asyncio.sleep(0.5)
        socket.connect_to_server()

    await page.route_web_socket("**/console/socket?as=U02BEN", late)
    await page.get_by_role("button", name="You are Ana Ruiz").click()
    await page.get_by_role("menuitemradio", name="Ben Okafor").click()
    await expect(messages(page)).to_contain_text("for Ben alone")


async def test_messages_elsewhere_count_as_unread_until_seen(open_as, slack):
    page = await open_as("ana")
    slack.user("ben").says("#general", "lunch?")
    channels = page.get_by_role("navigation", name="Channels")
    await expect(channels.get_by_label("1 unread")).to_be_visible()
    await channels.get_by_role("button", name="general").click()
    await expect(messages(page)).to_contain_text("lunch?")
    await expect(channels.get_by_label(re.compile("unread"))).to_have_count(0)
    await expect(messages(page).get_by_role("separator", name="New")).to_be_visible()


async def test_a_channel_without_the_bot_says_so_and_can_invite_it(open_as, slack):
    page = await open_as("ana")
    await page.get_by_role("navigation", name="Channels").get_by_role("button", name="general").click()
    await page.get_by_role("button", name="Add Canary").click()
    await expect(page.get_by_text("Canary is not in this channel")).to_have_count(0)
    assert slack.app.bot_user in slack.channel("#general").members


async def test_a_lost_connection_is_shown_and_missed_messages_are_caught_up(open_as, slack, client):
    async with Line(slack.url) as line:
        page = await open_as("ana", url=line.url)
        await line.cut()
        lost = page.get_by_role("status").filter(has_text="connection to the local Slack is lost")
        await expect(lost).to_be_visible()
        await client.chat_postMessage(channel="C0RELEASES", text="said meanwhile")
        await line.mend()
        await page.get_by_text("Try now").dispatch_event("click")
        await expect(messages(page)).to_contain_text("said meanwhile")
        await expect(lost).to_be_hidden()


async def test_a_message_that_cannot_be_sent_is_reported_and_kept_for_another_attempt(open_as, slack):
    async with Line(slack.url) as line:
        page = await open_as("ana", url=line.url)
        await line.cut()
        await types(page, "into the void")
        await expect(page.get_by_role("alert")).to_contain_text("No response.")
        await expect(page.get_by_label("Message #releases")).to_have_value("into the void")
        await line.mend()
        await page.get_by_label("Message #releases").press("Enter")
        await expect(messages(page)).to_contain_text("into the void")


async def test_a_narrow_window_shows_one_pane_at_a_time(open_as, client):
    page = await open_as("ana", width=420)
    await client.chat_postMessage(channel="C0RELEASES", text="Run #412", blocks=card())
    channels = page.get_by_role("navigation", name="Channels")
    await expect(channels).to_be_hidden()
    await page.get_by_role("button", name="Channels and people").click()
    await channels.get_by_role("button", name="releases").click()
    await expect(channels).to_be_hidden()
    await messages(page).get_by_role("article").hover()
    await page.get_by_role("button", name="Reply in thread").click()
    await expect(thread(page)).to_be_visible()
    await expect(messages(page)).to_be_hidden()
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
