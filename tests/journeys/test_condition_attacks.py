"""Conditions that nobody could close, and clicks on their buttons by people who may not, or all the time."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from sandbox.slack.message import Message
from sandbox.slack.people import User
from sandbox.slack.server import LocalSlack
from tests.journeys.conftest import StartBot, World, decided
from tests.journeys.test_attacks import facts
from tests.journeys.test_conditions import (
    DECLARED,
    MET_FORM,
    RARELY,
    conditional_go,
    go_over_duplicates,
    the_condition,
    thread_says,
)
from tests.outbox import until

ODD_ACCOUNTS = (
    ("U05GUS", "Gus Guest can't own a condition: this account is a guest."),
    ("U06ONE", "Una Channel can't own a condition: this account is a guest."),
    ("U07DEE", "Left in spring can't own a condition: this account is deactivated."),
    ("U08SAM", "Sam Stranger can't own a condition: this account is from another organization."),
    ("U0CANARY", "can't own a condition: this account is a bot."),
    ("USLACKBOT", "Slackbot can't own a condition: this account is a bot."),
    ("W0FOREIGN", "Slack doesn't know the user W0FOREIGN."),
    ("U" + "A" * 20, f"Slack doesn't know the user U{'A' * 20}."),
)


async def votes_with(slack: LocalSlack, card: Message, **also: Any) -> None:
    """Ana votes Conditional go."""
    ana = slack.user("ana")
    await ana.click(card, "Conditional go…")
    form = await ana.sees_modal("Conditional go")
    assert (await ana.submit(form, {"What must become true?": "promotion stays off", **also})).acked


async def test_a_condition_is_not_given_to_an_account_that_could_never_close_it(
    start_bot: StartBot, slack: LocalSlack, bot_database: str
) -> None:
    slack.add_user(User("USLACKBOT", "slackbot", "Slackbot"))  # `is_bot` is false, as in Slack
    slack.workspace.users["U07DEE"].real_name = "Left in spring"
    async with start_bot():
        await slack.connected()
        card = await decided(slack)
        for owner, says in ODD_ACCOUNTS:
            await votes_with(slack, card, **{"Who owns it?": owner})
            told = await slack.user("ana").is_told(says)
            assert "Vote again, and choose another owner" in slack.user("ana").reads(told)
        assert await facts(bot_database, "SELECT * FROM vote") == []
        await votes_with(slack, card, **{"Who owns it?": "U04MIA"})
        await slack.sees("#releases", "Condition: promotion stays off · @mia")


async def test_the_owner_of_a_declared_condition_is_in_the_group_that_it_names(
    start_bot: StartBot, slack: LocalSlack, bot_database: str
) -> None:
    async with start_bot(DECLARED):
        await slack.connected()
        card, ana = await decided(slack), slack.user("ana")
        for owner in ("U04MIA", "U02BEN"):
            await ana.click(card, "Conditional go…")
            form = await ana.sees_modal("Conditional go")
            await ana.choose(form, "Which condition?", "Promotion stays off")
            await slack.wait_for(lambda: ana.modal and "quota policy applies" in str(ana.modal.blocks))
            assert ana.modal
            assert (await ana.submit(ana.modal, {"Who owns it?": owner})).acked
            name = slack.workspace.users[owner].real_name
            await ana.is_told(f"{name} can't own this condition: somebody of release-managers must.")
    assert await facts(bot_database, "SELECT * FROM vote") == []


async def test_check_now_clicked_again_and_again_measures_once(
    start_bot: StartBot, slack: LocalSlack, world: World, bot_database: str
) -> None:
    """Each further measurement would make the one before void, so that none would ever count."""
    async with start_bot(RARELY):
        await slack.connected()
        card = await go_over_duplicates(slack, world)
        condition, raj = await the_condition(slack, card), slack.user("raj")
        async with await psycopg.AsyncConnection.connect(world.dsn) as blocking:
            await blocking.execute("LOCK TABLE reading")
            for _ in range(6):
                await (await raj.click(condition, "Check now")).told("Measuring duplicates now.")
        await slack.wait_for(lambda: "❌ *duplicates*: signals 2, must be 0" in slack.render_text(condition))
    assert await facts(bot_database, "SELECT attempt FROM condition") == [(1,)]


@pytest.mark.parametrize("button", ["Met…", "Lift…"])
async def test_somebody_without_a_role_neither_uses_up_forms_nor_fills_the_log(
    start_bot: StartBot, slack: LocalSlack, bot_database: str, button: str
) -> None:
    async with start_bot():
        await slack.connected()
        card = await decided(slack)
        await conditional_go(slack, card)
        condition, mia = await the_condition(slack, card), slack.user("mia")
        before = len(slack.calls("views.open"))
        for _ in range(20):
            await mia.click(condition, button)
        await mia.is_told("You have no role in run #1, so you can't do that.")
        await until(bot_database, "SELECT count(*) = 0 FROM inbox WHERE done_at IS NULL")
        assert len(slack.calls("views.open")) - before <= 8  # then she is known

        shown, raj = condition.elements, slack.user("raj")
        await raj.click(condition, "Met…")
        assert (await raj.submit(await raj.sees_modal("Condition met"), MET_FORM)).acked
        await thread_says(slack, card, "Condition 1 is met")
        old = next(element for element in shown if element.label == button)
        for _ in range(20):
            await mia.clicks_from_an_old_screen(condition, old)
        await until(bot_database, "SELECT count(*) = 0 FROM inbox WHERE done_at IS NULL")
    refused = "SELECT count(*) <= 8 FROM event WHERE kind = 'refused' AND actor = 'U04MIA'"
    assert await facts(bot_database, refused) == [(True,)]
