"""What is not possible is said privately: what is wrong, who can, an example that works. Nothing else happens."""

from __future__ import annotations

import pytest

from bot.serve import Running
from sandbox.slack.elements import elements_of
from sandbox.slack.people import User
from sandbox.slack.server import LocalSlack
from tests.journeys.conftest import StartBot, World, decided


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Tell me what to do"),
        ("rnu staging", "Did you mean “run”?"),
        ("run stagin", "Did you mean “staging”?"),
        ("run moon", "There is: staging"),
        ("run staging version", "name=value"),
        ("run staging verison=1", "Did you mean version=?"),
        ("run staging " + "x" * 10_000, "characters long"),
        ("run sta\u0007ging", "control characters"),
        ("run <!channel>", "There is no environment “<!channel>”"),
        ("show #99", "There is no run #99"),
        ("cancel #99 because", "There is no run #99"),
    ],
)
async def test_a_command_that_cannot_be_followed_is_answered_privately(
    bot: Running, slack: LocalSlack, text: str, says: str
) -> None:
    reply = await slack.user("mia").command("#general", "/canary", text)
    assert reply.acked
    await reply.told(says)
    assert not slack.calls("chat.postMessage")
    for private in slack.ephemerals_for("mia"):
        assert not slack.live_sequences(private)


async def test_a_second_run_is_refused_with_a_link_to_the_first(bot: Running, slack: LocalSlack) -> None:
    card = await decided(slack)
    reply = await slack.user("mia").command("#releases", "/canary", "run staging")
    await reply.told("Run #1 on staging is under way")
    assert card.ts.replace(".", "") in str(slack.ephemerals_for("mia")[-1].blocks)


async def test_whoever_asked_for_the_run_cannot_approve_it(bot: Running, slack: LocalSlack) -> None:
    ana = slack.user("ana")
    await ana.command("#releases", "/canary", "run staging")
    card = await slack.sees("#releases", "Recommends GO")
    refusal = await ana.click(card, "Go")
    assert "@ben" in await refusal.told("somebody else has to approve it")


OWNERS_OF_ALL_KINDS = """
  release-managers: {members: [U01ANA, U05GUS, U07DEE, U08SAM, U0ROBOT]}"""


@pytest.mark.parametrize("button", ["Go", "Conditional go…", "No-go…"])
@pytest.mark.parametrize(
    ("user", "says"),
    [
        ("gus", "guests cannot decide"),
        ("dee", "deactivated"),
        ("sam", "another organisation"),
        ("robot", "a bot cannot decide"),
        ("mia", "none of its roles"),
    ],
)
async def test_accounts_that_may_not_decide_are_refused_at_every_button(
    start_bot: StartBot, slack: LocalSlack, configuration: str, user: str, says: str, button: str
) -> None:
    slack.add_user(User("U0ROBOT", "robot", "A Robot", is_bot=True))
    config = configuration.replace("\n  release-managers: {members: [U01ANA]}", OWNERS_OF_ALL_KINDS)
    async with start_bot(config):
        await slack.connected()
        card = await decided(slack)
        await (await slack.user(user).click(card, button)).told(says)
        assert "Still needed: 1 of release-managers, 1 of platform" in slack.render_text(card)


async def test_the_same_vote_counts_once(bot: Running, slack: LocalSlack) -> None:
    card = await decided(slack)
    await slack.user("ana").click(card, "Go")
    await slack.sees("#releases", "Still needed: 1 of platform")
    await (await slack.user("ana").click(card, "Go")).told("counted already")
    assert slack.render_thread(card).count("*Go*: @ana") == 1


async def test_a_click_after_the_decision_is_refused(bot: Running, slack: LocalSlack) -> None:
    card = await decided(slack)
    go = next(element for element in elements_of(card.blocks) if element.label == "Go")
    await slack.user("ana").click(card, "Go")
    await slack.user("ben").click(card, "Go")
    await slack.sees("#releases", "GO: run #1 on staging")
    await slack.wait_for(lambda: not card.elements)
    late = await slack.user("ben").clicks_from_an_old_screen(card, go)
    await late.told("is decided")


async def test_a_bot_that_is_not_in_the_channel_says_so_and_goes_on_when_invited(
    bot: Running, slack: LocalSlack
) -> None:
    slack.kick("#releases")
    await slack.user("raj").command("#general", "/canary", "run staging")
    await slack.wait_for(
        lambda: any(
            "I am not in that channel" in call.args["text"] for call in slack.calls("chat.postMessage")
        )
    )
    slack.invite("#releases")
    await slack.sees("#releases", "Recommends GO", timeout=20)


async def test_an_archived_channel_is_said_and_the_card_waits_for_it(bot: Running, slack: LocalSlack) -> None:
    slack.channel("#releases").is_archived = True
    await slack.user("raj").command("#general", "/canary", "run staging")
    await slack.wait_for(
        lambda: any("is archived" in call.args["text"] for call in slack.calls("chat.postMessage"))
    )
    slack.channel("#releases").is_archived = False
    await slack.sees("#releases", "Recommends GO", timeout=20)


async def test_a_run_that_was_cancelled_takes_no_votes(bot: Running, slack: LocalSlack) -> None:
    card = await decided(slack)
    reply = await slack.user("mia").command("#releases", "/canary", "cancel #1 not mine")
    assert "@raj" in await reply.told("Only who asked for run #1")
    await slack.user("raj").command("#releases", "/canary", "cancel #1 wrong version")
    await slack.sees("#releases", "CANCELLED: run #1")
    await slack.wait_for(lambda: not card.elements)


async def test_a_missing_table_is_an_error_that_its_owner_can_act_on(
    bot: Running, slack: LocalSlack, world: World
) -> None:
    await world.rename("reading", "readings")
    await decided(slack, "Recommends NO-GO")
    table = await slack.sees("#releases", "Owner: platform")
    text = slack.render_text(table)
    assert "ERROR" in text
    assert "reading" in text
    assert "@platform" in text
