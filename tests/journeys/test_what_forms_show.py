"""Forms show what they are about and what their button does, and refuse before anybody types."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from commands.serve import Running
from sandbox.slack.elements import elements_of
from sandbox.slack.message import Message
from sandbox.slack.server import LocalSlack
from sandbox.slack.views import View
from tests.journeys.conftest import CONFIGURATION, StartBot, World, both_go, decided
from tests.journeys.test_attacks import facts

TITLED = CONFIGURATION.replace(
    "duplicates:\n        kind", 'duplicates:\n        title: "Duplicate sends"\n        kind'
)
MINE = TITLED.replace(
    '        pass: {signals: "== 0"}\n        owner: platform',
    '        pass: {signals: "== 0"}\n        owner: release-managers',
)


def says(form: View) -> str:
    """All text in the form, as markup."""
    blocks = form.blocks
    texts = [block["text"]["text"] for block in blocks if "text" in block]
    texts += [
        element["text"] for block in blocks if block["type"] == "context" for element in block["elements"]
    ]
    return "\n".join(texts)


def submit_of(form: View) -> str:
    return str(form.body["submit"]["text"])


async def failed(slack: LocalSlack, world: World) -> Message:
    """Run version 1.42.0 with duplicates."""
    await world.put("duplicates", 2)
    await slack.user("raj").command("#releases", "/canary", "run staging version=1.42.0")
    return await slack.sees("#releases", "*NO-GO recommended*")


@pytest.fixture
async def titled(start_bot: StartBot, slack: LocalSlack) -> AsyncIterator[Running]:
    async with start_bot(TITLED) as bot:
        await slack.connected()
        yield bot


@pytest.mark.usefixtures("titled")
async def test_a_vote_form_shows_the_failed_checks_and_what_the_vote_does(
    slack: LocalSlack, world: World
) -> None:
    card, ana = await failed(slack, world), slack.user("ana")
    await ana.click(card, "No-go…")
    form = await ana.sees_modal("Vote No-go")
    for said in (
        "*staging 1.42.0* · run #1",
        "NO-GO recommended",
        "Duplicate sends",
        "Your No-go alone ends the run",
    ):
        assert said in says(form)
    assert submit_of(form) == "Vote No-go"
    await ana.closes(form)

    await ana.click(card, "Conditional go…")
    form = await ana.sees_modal("Conditional go")
    for said in (
        "Duplicate sends",
        "counts as a Go, with a condition. A go also needs a waiver for Duplicate sends",
    ):
        assert said in says(form)
    assert submit_of(form) == "Approve with condition"
    empty = await ana.submit(form, {"What must become true?": "quota"})
    assert empty.errors == {"Who owns it?": "Please complete this required field."}  # nobody by default


@pytest.mark.usefixtures("titled")
async def test_a_condition_is_due_by_default_at_ten_on_the_readers_next_working_day(
    slack: LocalSlack, world: World
) -> None:
    ana = slack.user("ana")
    ana.user.tz = "Asia/Kolkata"
    card = await failed(slack, world)
    await ana.click(card, "Conditional go…")
    form = await ana.sees_modal("Conditional go")
    [due] = [e.body["initial_date_time"] for e in elements_of(form.blocks) if e.kind == "datetimepicker"]
    local = datetime.fromtimestamp(due + 19800, UTC)
    assert (local.hour, local.minute) == (10, 0)
    assert local.weekday() < 5


@pytest.mark.usefixtures("titled")
async def test_an_error_is_shown_at_its_field(slack: LocalSlack, world: World) -> None:
    card, ana = await failed(slack, world), slack.user("ana")
    await ana.click(card, "No-go…")
    refused = await ana.submit(await ana.sees_modal(), {"Reason": "\u2800"})
    assert refused.errors == {"Reason": "Say why, in a few words. It goes into the record."}
    await ana.click(card, "Conditional go…")
    said = {"What must become true?": ".\u3164", "Who owns it?": "U02BEN", "By when?": 1_000_000_000}
    refused = await ana.submit(await ana.sees_modal("Conditional go"), said)
    assert refused.errors["By when?"] == "Choose a time in the future, within a year."


@pytest.mark.usefixtures("titled")
async def test_a_person_who_may_not_act_is_told_before_they_type(slack: LocalSlack, world: World) -> None:
    card = await failed(slack, world)
    for button, said in {
        "No-go…": "Only release-managers and platform can vote on run #1. Ask <@U01ANA> or <@U02BEN>.",
        "Conditional go…": "Only release-managers and platform can vote on run #1. Ask <@U01ANA> or <@U02BEN>.",
        "Waive…": "Only its owner, platform, can waive Duplicate sends. Ask <@U02BEN>.",
    }.items():
        mia = slack.user("mia")
        await mia.click(card, button)
        assert said in says(await mia.sees_modal())
        assert mia.modal
        await mia.closes(mia.modal)
    ana = slack.user("ana")
    await ana.click(card, "No-go…")
    assert "can vote" not in says(await ana.sees_modal())


async def test_a_waiver_form_offers_what_this_person_may_waive_and_whom_to_ask_for_the_rest(
    start_bot: StartBot, slack: LocalSlack, world: World
) -> None:
    await world.put("queue_age", 300)  # owned by platform
    async with start_bot(MINE):
        await slack.connected()
        card, ana = await failed(slack, world), slack.user("ana")
        await ana.click(card, "Waive…")
        form = await ana.sees_modal("Waive a check")
        [check] = [element for element in elements_of(form.blocks) if element.kind == "static_select"]
        assert [option["text"]["text"] for option in check.body["options"]] == ["Duplicate sends"]
        assert "You can't waive these:\nqueue-age: Ask <@U02BEN>." in says(form)
        assert submit_of(form) == "Waive check"
        assert (await ana.submit(form, {"Why is it safe to continue?": "known"})).acked
        await slack.wait_for(lambda: "*Waived" in slack.render_thread(card))


@pytest.mark.usefixtures("titled")
async def test_a_form_opened_from_an_older_message_says_so_and_is_about_what_that_message_shows(
    slack: LocalSlack, world: World, bot_database: str
) -> None:
    card, ana = await failed(slack, world), slack.user("ana")
    button = next(element for element in elements_of(card.blocks) if element.label == "No-go…")
    key, _ = button.body["value"].split(" ")
    older = replace(button, body={**button.body, "value": f"{key} sha256:older"})
    await ana.clicks_from_an_old_screen(card, older)
    form = await ana.sees_modal("Vote No-go")
    assert "The results have changed since the message you clicked" in says(form)
    await ana.submit(form, {"Reason": "duplicates"})
    await slack.sees("#releases", "Decision on run #1")
    assert await facts(bot_database, "SELECT outcome FROM decision") == [("NO-GO",)]


@pytest.mark.usefixtures("titled")
async def test_a_false_alarm_form_shows_the_alarm(slack: LocalSlack, world: World) -> None:
    await both_go(slack, await decided(slack))
    await slack.sees("#releases", "Decision on run #1")
    await world.put("duplicates", 3)
    prompt, ben = await slack.sees("#releases", "Roll back staging"), slack.user("ben")
    await ben.click(prompt, "False alarm…")
    form = await ben.sees_modal("False alarm")
    assert "*staging run #1*\n*Duplicate sends*" in says(form)
    assert submit_of(form) == "Report false alarm"


# ---------------------------------------------------------------- a typed Go


@pytest.mark.usefixtures("titled")
async def test_a_typed_go_over_a_failed_check_asks_for_confirmation(
    slack: LocalSlack, world: World, bot_database: str
) -> None:
    card, ana = await failed(slack, world), slack.user("ana")
    told = await (await ana.command("#general", "/canary", "go #1")).told("doesn't count yet")
    assert "NO-GO recommended" in told
    assert "Duplicate sends" in told
    assert await facts(bot_database, "SELECT count(*) FROM vote") == [(0,)]
    answer = await ana.is_told("doesn't count yet")
    [button] = [element for element in elements_of(answer.blocks) if element.label == "Go anyway"]
    assert "Duplicate sends" in button.body["confirm"]["text"]["text"]
    await (await ana.click(answer, "Go anyway")).told("Your Go on run #1 counts.")
    assert await facts(bot_database, "SELECT person, choice FROM vote") == [("U01ANA", "Go")]
    await slack.wait_for(lambda: "*Go*: @ana" in slack.render_thread(card))


@pytest.mark.usefixtures("titled")
async def test_a_person_who_may_not_vote_is_refused_before_being_asked_to_confirm(
    slack: LocalSlack, world: World, bot_database: str
) -> None:
    await failed(slack, world)
    reply = await slack.user("mia").command("#releases", "/canary", "go #1")
    told = await reply.told("Only release-managers and platform can vote on run #1. Ask @ana or @ben.")
    assert "Go anyway" not in told
    assert await facts(bot_database, "SELECT actor FROM event WHERE kind = 'refused'") == [("U04MIA",)]


async def test_a_typed_go_over_a_recommended_go_counts_at_once(bot: Running, slack: LocalSlack) -> None:
    await decided(slack)
    await (await slack.user("ana").command("#releases", "/canary", "go #1")).told("Your Go on run #1 counts.")
