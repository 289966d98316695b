"""The conditions of a conditional go: followed up until each is met, by its check or its owner's word, or lifted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from commands.serve import Running
from sandbox.slack.message import Message
from sandbox.slack.server import LocalSlack
from tests.journeys.conftest import decided
from tests.journeys.test_attacks import facts

HISTORY = "SELECT kind, actor FROM event WHERE kind LIKE 'condition%' OR kind LIKE 'addendum%' ORDER BY seq"
MET_FORM = {"How did it become true?": "the quota is raised to 100"}


async def conditional_go(slack: LocalSlack, card: Message, **also: Any) -> None:
    """Ana gives her go under a condition that Raj owns, and Ben his."""
    ana = slack.user("ana")
    await ana.click(card, "Conditional go…")
    asked = {"What must become true?": "promotion stays off", "Who owns it?": slack.user("raj").id}
    assert (await ana.submit(await ana.sees_modal("Conditional go"), {**asked, **also})).acked
    await slack.sees("#releases", "needs a vote from platform")
    await slack.user("ben").click(card, "Go")
    await slack.sees("#releases", "Decision on run #1")


async def thread_says(slack: LocalSlack, card: Message, containing: str) -> str:
    """-> the whole thread, once it shows this text."""
    try:
        await slack.wait_for(lambda: containing in slack.render_thread(card))
    except TimeoutError:
        raise AssertionError(f"no {containing!r} in {slack.render_thread(card)}") from None
    return slack.render_thread(card)


async def the_condition(slack: LocalSlack, card: Message) -> Message:
    """The message of condition 1, in the thread of the card."""
    await thread_says(slack, card, "Condition 1")
    return next(
        message
        for message in slack.thread(card)
        if "Condition 1 " in slack.render_text(message).splitlines()[0]
    )


async def test_a_condition_without_a_check_is_closed_by_its_owner_in_a_form(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    card = await decided(slack)
    await conditional_go(slack, card)
    condition = await the_condition(slack, card)
    said = slack.render_text(condition)
    assert said.startswith("📌 Condition 1 · staging run #1\n*promotion stays off*\n@raj · due ")
    assert "@raj says here when it is met" in said
    await slack.sees("#releases", "Condition: promotion stays off · @raj · due")

    raj = slack.user("raj")
    await raj.click(condition, "Met…")
    assert (await raj.submit(await raj.sees_modal("Condition met"), MET_FORM)).acked
    await slack.wait_for(
        lambda: (
            "*Condition 1 is met*: promotion stays off · @raj: the quota is raised"
            in slack.render_thread(card)
        )
    )
    await slack.sees("#releases", "✅ Condition met: promotion stays off · @raj")
    thread = slack.render_thread(card)
    assert "The only condition of run #1 is closed" in thread
    assert "✅ Condition 1 met · staging run #1" in thread
    assert "Met…" not in thread
    assert await facts(bot_database, HISTORY) == [
        ("condition opened", "canary"),
        ("condition met", "U03RAJ"),
    ]
    row = "SELECT state, closed_by, statement FROM condition"
    assert await facts(bot_database, row) == [("met", "U03RAJ", "the quota is raised to 100")]


async def test_only_its_owner_says_that_it_is_met_and_an_approver_lifts_it(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    card = await decided(slack)
    await conditional_go(slack, card)
    condition = await the_condition(slack, card)
    ben, mia = slack.user("ben"), slack.user("mia")
    await ben.click(condition, "Met…")
    assert (await ben.submit(await ben.sees_modal("Condition met"), MET_FORM)).acked
    await ben.is_told("Only the owner of condition 1 of run #1 can do that. Ask @raj")

    why = {"Why need it not be met?": "promotion was removed"}
    await mia.click(condition, "Lift…")
    assert (await mia.submit(await mia.sees_modal("Lift a condition"), why)).acked
    await mia.is_told("Only the people who vote on run #1 can lift its conditions. Ask @ana or @ben")
    assert await facts(bot_database, "SELECT state FROM condition") == [("open",)]

    await ben.click(condition, "Lift…")
    assert (await ben.submit(await ben.sees_modal("Lift a condition"), why)).acked
    await slack.wait_for(
        lambda: (
            "*Condition 1 is lifted*: promotion stays off · @raj · by @ben: promotion was removed"
            in slack.render_thread(card)
        )
    )
    refused = "SELECT actor, detail::jsonb ->> 'what' FROM event WHERE kind = 'refused' ORDER BY seq"
    assert await facts(bot_database, refused) == [
        ("U02BEN", "close a condition"),
        ("U04MIA", "lift a condition"),
    ]


async def test_an_overdue_condition_is_said_once_mentions_its_owner_and_can_still_be_met(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    card = await decided(slack)
    soon = int((datetime.now(UTC) + timedelta(seconds=4)).timestamp())
    await conditional_go(slack, card, **{"By when?": soon})
    overdue = "*Condition 1 is overdue*: promotion stays off · @raj · was due"
    await thread_says(slack, card, overdue)
    await slack.sees("#releases", "⏰ Condition overdue: promotion stays off · @raj · was due")
    status = await slack.user("mia").command("#releases", "/canary", "status")
    await status.told("1 condition open, 1 overdue")

    raj = slack.user("raj")
    await raj.click(await the_condition(slack, card), "Met…")
    assert (await raj.submit(await raj.sees_modal("Condition met"), MET_FORM)).acked
    await thread_says(slack, card, "Condition 1 is met")
    assert slack.render_thread(card).count(overdue) == 1
    assert [kind for kind, _ in await facts(bot_database, HISTORY)] == [
        "condition opened",
        "condition overdue",
        "condition met",
    ]


async def test_its_owner_is_reminded_before_it_is_due_in_a_direct_message(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    card = await decided(slack)
    soon = int((datetime.now(UTC) + timedelta(hours=1, seconds=4)).timestamp())
    await conditional_go(slack, card, **{"By when?": soon})
    direct = slack.workspace.direct("U03RAJ").id
    reminder = await slack.sees(direct, "Your condition is due")
    assert "promotion stays off" in slack.render_text(reminder)
    assert [kind for kind, _ in await facts(bot_database, HISTORY)] == [
        "condition opened",
        "condition reminded",
    ]


async def test_a_rollback_lifts_what_was_open(bot: Running, slack: LocalSlack, bot_database: str) -> None:
    card = await decided(slack)
    await conditional_go(slack, card)
    await slack.user("raj").command("#releases", "/canary", "rolled-back #1 errors")
    await thread_says(slack, card, "Condition 1 is lifted")
    row = "SELECT state, closed_by, statement FROM condition"
    assert await facts(bot_database, row) == [("lifted", "U03RAJ", "the version was rolled back")]


async def test_a_condition_stays_open_through_newer_runs_and_home_and_status_show_it(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    card = await decided(slack)
    await conditional_go(slack, card)
    await slack.user("raj").command("#releases", "/canary", "run staging")
    await slack.sees("#releases", "🟡 Waiting for approval · staging run #2")
    for name in ("ana", "ben"):
        await slack.user(name).command("#releases", "/canary", "go #2")
    await slack.sees("#releases", "Decision on run #2")
    assert await facts(bot_database, "SELECT run, state FROM condition") == [(1, "open")]
    home = await slack.user("raj").opens_home()
    assert "*Condition*: promotion stays off" in str(home.blocks)
    status = await slack.user("mia").command("#releases", "/canary", "status")
    await status.told(
        "*#1* staging run #1: ✅ Conditional go, replaced by a newer run · 1 condition open, due"
    )
