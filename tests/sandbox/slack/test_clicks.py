"""What people can click and choose in messages, and what the app and Slack do then."""

from __future__ import annotations

import asyncio

import pytest
from slack_sdk.webhook.async_client import AsyncWebhookClient

from sandbox.slack.interactions import NotPossible
from tests.sandbox.slack.kit import actions, button, plain, section

SURE = {"title": plain("Sure?"), "text": plain("Really"), "confirm": plain("Yes"), "deny": plain("No")}


@pytest.fixture
async def card(slack, client):
    """A message with every clickable element."""
    options = [{"text": plain(name), "value": name.lower()} for name in ("Logs", "Runbook")]
    elements = [
        button(
            "Go", "go", value="opaque-17", style="primary", confirm=SURE, accessibility_label="Go for staging"
        ),
        {"type": "overflow", "action_id": "more", "options": options},
        {"type": "static_select", "action_id": "look", "placeholder": plain("Look at"), "options": options},
        {"type": "users_select", "action_id": "who", "placeholder": plain("Delegate to")},
    ]
    await client.chat_postMessage(
        channel="C0RELEASES", text="card", blocks=[section("card"), actions(*elements)]
    )
    return slack.channel("#releases").messages[-1]


@pytest.fixture
def clicked(bot):
    """The payloads that reach the app, in order."""
    payloads = []

    @bot.action({"type": "block_actions"})
    @bot.action("go")
    async def never(ack):
        await ack()

    @bot.middleware
    async def note(body, next):  # noqa: A002
        payloads.append(body)
        await next()

    for action in ("more", "look", "who"):
        bot.action(action)(never)
    return payloads


@pytest.mark.parametrize("name", ["Go", "go", "Go for staging"])
async def test_a_button_is_found_by_its_label_accessibility_label_or_id(slack, card, clicked, name):
    reply = await slack.user("ana").click(card, name)
    [payload] = clicked
    action = payload["actions"][0]
    assert reply.acked
    assert (action["value"], action["type"], action["text"]["text"]) == ("opaque-17", "button", "Go")
    assert payload["container"] == {
        "type": "message",
        "message_ts": card.ts,
        "channel_id": "C0RELEASES",
        "is_ephemeral": False,
    }
    assert payload["user"]["id"] == "U01ANA"
    assert payload["message"]["ts"] == card.ts


async def test_choices_contain_what_was_chosen(slack, card, clicked):
    ana = slack.user("ana")
    await ana.click(card, "Logs")
    await ana.choose(card, "Look at", "Runbook")
    await ana.choose(card, "Delegate to", "U02BEN")
    chosen = [payload["actions"][0] for payload in clicked]
    assert chosen[0]["selected_option"]["value"] == "logs"
    assert chosen[1]["selected_option"]["value"] == "runbook"
    assert chosen[2]["selected_user"] == "U02BEN"


async def test_a_click_in_a_thread_names_the_thread(slack, client, clicked):
    root = await client.chat_postMessage(channel="C0RELEASES", text="card")
    await client.chat_postMessage(
        channel="C0RELEASES", text="prompt", thread_ts=root["ts"], blocks=[actions(button("Go"))]
    )
    await slack.user("ana").click(await slack.sees("#releases", "Go"), "Go")
    assert clicked[0]["container"]["thread_ts"] == root["ts"]


async def test_a_removed_button_cannot_be_clicked(slack, client, card):
    ana = slack.user("ana")
    with pytest.raises(NotPossible, match="no 'Stop' to click; there are"):
        await ana.click(card, "Stop")
    await client.chat_update(channel="C0RELEASES", ts=card.ts, text="decided", blocks=[section("decided")])
    with pytest.raises(NotPossible, match="no 'Go' to click"):
        await ana.click(card, "Go")
    assert slack.deliveries == []


async def test_a_private_button_can_be_clicked_by_its_reader_only(slack, client, clicked):
    await client.chat_postEphemeral(
        channel="C0RELEASES", user="U01ANA", text="?", blocks=[actions(button("Go"))]
    )
    [question] = slack.ephemerals_for("ana")
    with pytest.raises(NotPossible, match="Only someone else"):
        await slack.user("ben").click(question, "Go")
    await slack.user("ana").click(question, "Go")
    assert clicked[0]["container"]["is_ephemeral"] is True
    assert "message" not in clicked[0]


async def test_the_person_is_told_about_a_failed_click(slack, bot, card):
    slack.courier.ack_limit = 0.05
    hold = asyncio.Event()

    @bot.action("go")
    async def go(ack):
        await hold.wait()

    ana = slack.user("ana")
    assert (await ana.click(card, "Go")).error == "operation_timeout"
    assert ana.notices == ['That failed with the error "operation_timeout"']
    hold.set()


async def test_a_response_url_can_answer_replace_and_delete(slack, card, clicked):
    ana = slack.user("ana")
    await ana.click(card, "Go")
    hook = AsyncWebhookClient(clicked[0]["response_url"])
    await hook.send(text="for you")
    await hook.send(text="for all", response_type="in_channel")
    await hook.send(text="edited", replace_original=True)
    assert [ana.reads(message) for message in ana.ephemerals] == ["for you"]
    assert [message.text for message in slack.channel("#releases").messages] == ["edited", "for all"]
    await hook.send(delete_original=True)
    assert [message.text for message in slack.channel("#releases").messages] == ["for all"]


async def test_an_answer_appears_beside_the_clicked_message(slack, client, card, clicked):
    ana = slack.user("ana")
    await client.chat_postMessage(
        channel="C0RELEASES", thread_ts=card.ts, text="reply", blocks=[actions(button("Look", "go"))]
    )
    for message in slack.thread(card):
        await ana.clicks_from_an_old_screen(message, message.elements[0])
        await AsyncWebhookClient(clicked[-1]["response_url"]).send(text="for you")
    assert [answer.thread_ts for answer in ana.ephemerals] == ["", card.ts]


async def test_a_private_message_can_be_edited_only_through_its_response_url(slack, client, clicked, refused):
    await client.chat_postEphemeral(
        channel="C0RELEASES", user="U01ANA", text="?", blocks=[actions(button("Go"))]
    )
    [question] = slack.ephemerals_for("ana")
    await slack.user("ana").click(question, "Go")
    assert (await refused(client.chat_update(channel="C0RELEASES", ts=question.ts, text="x")))[
        0
    ] == "message_not_found"
    await AsyncWebhookClient(clicked[0]["response_url"]).send(text="thanks", replace_original=True)
    assert [message.text for message in slack.ephemerals_for("ana")] == ["thanks"]


async def test_a_response_url_works_five_times_within_half_an_hour(slack, card, clicked):
    ana = slack.user("ana")
    await ana.click(card, "Go")
    await ana.click(card, "Go")
    used, old = [AsyncWebhookClient(payload["response_url"]) for payload in clicked]
    answers = [await used.send(text="x") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [404]
    assert "used_url" in answers[-1].body
    slack.clock.advance(30 * 60 + 1)
    assert "expired_url" in (await old.send(text="x")).body
    assert len(ana.ephemerals) == 5


async def test_shortcuts_reach_the_app(slack, bot, card):
    heard = []

    @bot.shortcut("start_run")
    async def start(ack, shortcut):
        await ack()
        heard.append(shortcut["type"])

    @bot.shortcut("act_on_run")
    async def act(ack, shortcut):
        await ack()
        heard.append((shortcut["type"], shortcut["message"]["ts"] == card.ts))

    ana = slack.user("ana")
    await ana.shortcut("start_run")
    await ana.shortcut("act_on_run", card)
    assert heard == ["shortcut", ("message_action", True)]
    with pytest.raises(NotPossible, match="no such shortcut"):
        await ana.shortcut("act_on_run")


async def test_an_unknown_command_never_reaches_the_app(slack, bot):
    with pytest.raises(NotPossible, match="/deploy is not a valid command"):
        await slack.user("ana").command("#releases", "/deploy", "now")
    assert slack.deliveries == []
