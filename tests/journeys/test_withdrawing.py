"""Voters can withdraw their own vote, once, while the run waits for others."""

from __future__ import annotations

import asyncio

import pytest

from bot.workflow.turned_away import OFTEN
from commands.serve import Running
from sandbox.slack.channel import Channel
from sandbox.slack.elements import elements_of
from sandbox.slack.faults import Fault
from sandbox.slack.message import Message
from sandbox.slack.server import LocalSlack
from tests.faults.test_limits import environments
from tests.journeys.conftest import StartBot, decided
from tests.journeys.test_attacks import facts
from tests.outbox import until

EVENTS = "SELECT kind, actor FROM event WHERE kind LIKE 'vote%' ORDER BY seq"
WITHDRAWN = "@ana withdrew their Go"


async def ana_has_voted(slack: LocalSlack) -> Message:
    card = await decided(slack)
    await (await slack.user("ana").click(card, "Go")).told("Your Go on run #1 counts.")
    await slack.sees("#releases", "needs a vote from platform")
    return card


async def test_a_withdrawn_vote_no_longer_counts_and_the_thread_says_so_once(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    card = await ana_has_voted(slack)
    ana = slack.user("ana")
    await (await ana.command("#releases", "/canary", "withdraw #1")).told("Your Go on run #1 is withdrawn.")
    await slack.sees("#releases", "recommended.* To go ahead, it needs a vote from release-managers")
    await slack.wait_for(lambda: WITHDRAWN in slack.render_thread(card))

    await (await ana.command("#releases", "/canary", "withdraw #1")).told(
        "You have no vote on run #1 to withdraw"
    )
    assert slack.render_thread(card).count(WITHDRAWN) == 1
    assert await facts(bot_database, "SELECT count(*) FROM vote") == [(0,)]
    # the last event tells earlier versions that the vote does not count
    expected = [("voted", "U01ANA"), ("vote withdrawn", "U01ANA"), ("vote lapsed", "U01ANA")]
    assert await facts(bot_database, EVENTS) == expected

    await slack.user("ben").click(card, "Go")  # no longer enough
    await slack.sees("#releases", "recommended.* To go ahead, it needs a vote from release-managers")
    await ana.click(card, "Go")
    decision = await slack.sees("#releases", "Decision on run #1")
    await slack.wait_for(lambda: "packet" in slack.render_thread(card))
    assert "@ana" in slack.render_text(decision)


async def test_a_voter_can_withdraw_their_vote_from_the_private_answer(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    card = await ana_has_voted(slack)
    ana = slack.user("ana")
    answer = await ana.is_told("Your Go on run #1 counts.")
    assert not answer.thread_ts  # the card was clicked in the channel
    await (await ana.click(answer, "Withdraw vote")).told("Your Go on run #1 is withdrawn.")
    await slack.wait_for(lambda: WITHDRAWN in slack.render_thread(card))
    assert await facts(bot_database, "SELECT count(*) FROM vote") == [(0,)]


async def test_a_typed_vote_can_be_withdrawn_from_the_private_answer_too(
    bot: Running, slack: LocalSlack
) -> None:
    await decided(slack)
    ana = slack.user("ana")
    await (await ana.command("#general", "/canary", "go #1")).told("Your Go on run #1 counts.")
    answer = await ana.is_told("Your Go on run #1 counts.")
    await (await ana.click(answer, "Withdraw vote")).told("Your Go on run #1 is withdrawn.")


async def test_nobody_can_withdraw_another_persons_vote(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    await ana_has_voted(slack)
    for name in ("ben", "raj", "mia"):
        reply = await slack.user(name).command("#releases", "/canary", "withdraw #1")
        await reply.told("You have no vote on run #1 to withdraw")
    assert await facts(bot_database, "SELECT person FROM vote") == [("U01ANA",)]
    refused = "SELECT actor, detail::jsonb ->> 'what' FROM event WHERE kind = 'refused' ORDER BY seq"
    what = "withdraw a vote"
    assert await facts(bot_database, refused) == [("U02BEN", what), ("U03RAJ", what), ("U04MIA", what)]


async def test_after_the_decision_a_withdrawal_is_refused_with_the_reason(
    bot: Running, slack: LocalSlack
) -> None:
    card = await ana_has_voted(slack)
    answer = await slack.user("ana").is_told("Your Go on run #1 counts.")
    await slack.user("ben").click(card, "Go")
    await slack.sees("#releases", "Decision on run #1")
    for reply in (
        await slack.user("ana").command("#releases", "/canary", "withdraw #1"),
        await slack.user("ana").click(answer, "Withdraw vote"),
    ):
        await reply.told("Run #1 is already decided, so its votes can't be withdrawn")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("withdraw", "The run number is missing."),
        ("withdraw #9", "There is no run #9"),
    ],
)
async def test_withdrawing_without_a_run_number_or_from_an_unknown_run_is_answered(
    bot: Running, slack: LocalSlack, text: str, says: str
) -> None:
    await (await slack.user("ana").command("#releases", "/canary", text)).told(says)


@pytest.mark.parametrize("first", ["withdraw", "vote"])
async def test_a_withdrawal_at_the_same_time_as_the_last_vote_comes_first_or_is_refused(
    bot: Running, slack: LocalSlack, bot_database: str, first: str
) -> None:
    card = await ana_has_voted(slack)
    ana, ben = slack.user("ana"), slack.user("ben")
    both = [ana.command("#releases", "/canary", "withdraw #1"), ben.click(card, "Go")]
    await asyncio.gather(*(both if first == "withdraw" else reversed(both)))
    reply = await ana.is_told("withdraw")
    await ben.is_told("Your Go on run #1")
    if "is withdrawn" in ana.reads(reply):
        await slack.sees("#releases", "recommended.* To go ahead, it needs a vote from release-managers")
        assert await facts(bot_database, "SELECT person FROM vote") == [("U02BEN",)]
        assert await facts(bot_database, "SELECT outcome FROM decision") == []
    else:
        await slack.sees("#releases", "Decision on run #1")
        assert await facts(bot_database, "SELECT outcome FROM decision") == [("GO",)]


async def test_a_withdrawal_waits_for_the_vote_that_came_before_it(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    """Slack is slow to say who voted. A withdrawal does not need that answer, but must not overtake the vote."""
    card = await decided(slack)
    ana = slack.user("ana")
    slack.faults.inject(Fault.DELAY, "users.info", times=2, seconds=1.5)
    await ana.click(card, "Go")
    await ana.command("#releases", "/canary", "withdraw #1")
    await ana.is_told("Your Go on run #1 is withdrawn.")
    assert [kind for kind, _ in await facts(bot_database, EVENTS)] == [
        "voted",
        "vote withdrawn",
        "vote lapsed",
    ]
    assert [element.label for element in elements_of(card.blocks)]


async def test_a_vote_cast_in_home_can_be_withdrawn_from_its_direct_message(
    start_bot: StartBot, slack: LocalSlack, bot_database: str
) -> None:
    """The run is in a private channel, and the button arrives in a direct message, outside of it."""
    ana = slack.user("ana")
    members = {ana.id, slack.user("ben").id, slack.user("raj").id, slack.app.bot_user}
    slack.workspace.channels["C0SECRET"] = Channel("C0SECRET", "secret", kind="private", members=members)
    async with start_bot(environments("staging", "vault", vault="C0SECRET")):
        await slack.connected()
        await slack.user("raj").command("#secret", "/canary", "run vault")
        await slack.sees("#secret", "*GO recommended*")
        home = await ana.opens_home()
        assert (await ana.click(home, "Go")).acked
        direct = slack.workspace.direct(ana.id).id
        answer = await slack.sees(direct, "Your Go on run #1 counts.")
        await ana.click(answer, "Withdraw vote")
        await until(bot_database, "SELECT count(*) = 0 FROM vote")
        await slack.sees("#secret", "recommended.* To go ahead, it needs a vote from release-managers")
        assert [kind for kind, _ in await facts(bot_database, EVENTS)] == [
            "voted",
            "vote withdrawn",
            "vote lapsed",
        ]


async def test_withdrawals_without_a_vote_do_not_fill_the_log(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    await decided(slack)
    mia = slack.user("mia")
    for _ in range(2 * OFTEN.most):
        before = len(mia.ephemerals)
        await mia.command("#releases", "/canary", "withdraw #1")
        await slack.wait_for(lambda before=before: len(mia.ephemerals) > before)
    refused = "SELECT count(*) FROM event WHERE kind = 'refused'"
    assert await facts(bot_database, refused) == [(OFTEN.most,)]
    assert "You have no vote on run #1 to withdraw" in mia.reads(mia.ephemerals[-1])
