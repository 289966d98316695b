"""Impossible requests are answered privately: what is wrong, who can help, and an example that works. Nothing else
happens.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from commands.serve import Running
from sandbox.slack.elements import elements_of
from sandbox.slack.message import Message
from sandbox.slack.people import User
from sandbox.slack.refusal import Refusal
from sandbox.slack.server import LocalSlack
from tests.journeys.conftest import CONFIGURATION, StartBot, World, both_go, decided
from tests.journeys.pressing import is_refused, press
from tests.journeys.test_attacks import facts


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "/canary run"),
        ("rnu staging", "Did you mean “run”?"),
        ("run stagin", "Did you mean “staging”?"),
        ("run moon", "Available: staging"),
        ("run staging version", "name=value"),
        ("run staging verison=1", "Did you mean `version=`?"),
        ("run staging " + "x" * 10_000, "characters long"),
        ("run sta\u0007ging", "a control character (U+0007)"),
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
    await reply.told("Run #1 on staging is already under way")
    assert card.ts.replace(".", "") in str(slack.ephemerals_for("mia")[-1].blocks)


BUTTONS = ("Go", "Conditional go…", "No-go…", "Waive…")
PROMPT_BUTTONS = ("I'm on it", "I have rolled back", "False alarm…")
KINDS = {
    "gus": "this account is a guest",
    "one": "this account is a guest",
    "dee": "this account is deactivated",
    "sam": "this account is from another organization",
    "tim": "this account is from another organization",
    "robot": "this account is a bot",
    "nil": "Slack doesn't know the user",
}
STRANGER_TO_ALL_ROLES = "mia"


@pytest.fixture
async def well_staffed(start_bot: StartBot, slack: LocalSlack) -> AsyncIterator[None]:
    """A bot in which every group has a member besides the requester."""
    more = CONFIGURATION.replace("[U01ANA]", "[U01ANA, U04MIA]").replace(
        "[S0PLATFORM]", "[S0PLATFORM, U04MIA]"
    )
    async with start_bot(more):
        await slack.connected()
        yield


@pytest.mark.usefixtures("well_staffed")
async def test_the_requester_cannot_approve_their_own_run(slack: LocalSlack) -> None:
    slack.workspace.groups["S0PLATFORM"].members.append("U03RAJ")
    ana = slack.user("ana")
    await ana.command("#releases", "/canary", "run staging")
    card = await slack.sees("#releases", "*GO recommended*")
    refusal = await ana.click(card, "Go")
    assert "@ben" in await refusal.told("someone else has to approve it")


@pytest.mark.usefixtures("well_staffed")
async def test_the_requester_is_refused_at_every_button_of_their_run_and_that_is_recorded(
    slack: LocalSlack, world: World, bot_database: str
) -> None:
    await world.put("duplicates", 2)
    ben = slack.user("ben")  # who also owns the check
    await ben.command("#releases", "/canary", "run staging")
    card = await slack.sees("#releases", "*NO-GO recommended*")
    approving = [button for button in BUTTONS if button != "No-go…"]
    for button in approving:
        await is_refused(ben, card, button, "You started run #1, so someone else has to")
    assert await refused(bot_database) == [("U02BEN", len(approving))]
    assert await facts(bot_database, "SELECT count(*) FROM vote") == [(0,)]
    await press(ben, card, "No-go…")
    await slack.sees("#releases", "Decision on run #1")


class Invisible(User):
    """A user whom Slack does not show to the bot."""

    def shown(self, *, with_locale: bool = False) -> dict[str, Any]:  # noqa: ARG002
        raise Refusal("user_not_visible")


@pytest.fixture
async def all_kinds(start_bot: StartBot, slack: LocalSlack, configuration: str) -> AsyncIterator[None]:
    """Give every role accounts of each kind that may not decide, among them one that Slack does not show."""
    slack.add_user(User("U0ROBOT", "robot", "A Robot", is_bot=True))
    slack.add_user(Invisible("U0NIL", "nil", "Nobody"))
    slack.add_user(User("U0TIM", "tim", "Tim", team_id="T0OTHER"))  # in a shared channel, so not a stranger
    members = "U05GUS, U06ONE, U07DEE, U08SAM, U0TIM, U0ROBOT, U0NIL"
    slack.channel("#releases").members |= set(members.split(", "))  # otherwise they would not see the card
    for group in ("U01ANA", "S0PLATFORM", "S0ONCALL"):
        configuration = configuration.replace(f"[{group}]", f"[{group}, {members}]")
    async with start_bot(configuration):
        await slack.connected()
        yield


async def refused(dsn: str) -> list[tuple[str, int]]:
    """Returns (person, number of refusals) from the record."""
    counted = "SELECT actor, count(*) FROM event WHERE kind = 'refused' GROUP BY actor ORDER BY actor"
    return [(actor, count) for actor, count in await facts(dsn, counted)]


async def all_refused(slack: LocalSlack, dsn: str, times: int) -> None:
    """Wait until the record has so many refusals of each person. The last one may be written after its answer is shown."""
    known = sorted(slack.user(name).id for name in [*KINDS, STRANGER_TO_ALL_ROLES] if name != "nil")
    async with asyncio.timeout(60):
        while (found := await refused(dsn)) != [(person, times) for person in known]:
            assert len(found) <= len(known), found
            await asyncio.sleep(0.05)


async def click_everything(
    slack: LocalSlack, message: Message, buttons: Sequence[str], not_mine: str
) -> None:
    """Everyone who may not click tries every button. If it opens a form, the submission is refused."""
    for name, says in {**KINDS, STRANGER_TO_ALL_ROLES: not_mine}.items():
        for button in buttons:
            await is_refused(slack.user(name), message, button, says)


@pytest.mark.usefixtures("all_kinds")
async def test_accounts_that_may_not_decide_are_refused_at_every_button_and_that_is_recorded(
    slack: LocalSlack, world: World, bot_database: str
) -> None:
    await world.put("duplicates", 2)
    card = await decided(slack, "*NO-GO recommended*")
    await click_everything(slack, card, BUTTONS[:-1], "Only release-managers and platform can vote on run #1")
    await click_everything(slack, card, BUTTONS[-1:], "Only its owner, platform, can waive duplicates")
    assert await facts(bot_database, "SELECT count(*) FROM vote") == [(0,)]
    assert await facts(bot_database, "SELECT count(*) FROM waiver") == [(0,)]
    await all_refused(slack, bot_database, len(BUTTONS))
    assert "needs a vote from release-managers (" in slack.render_text(card)


@pytest.mark.usefixtures("all_kinds")
async def test_accounts_that_may_not_decide_are_refused_at_every_prompt_button_and_that_is_recorded(
    slack: LocalSlack, world: World, bot_database: str
) -> None:
    card = await decided(slack)
    await both_go(slack, card)
    await world.put("duplicates", 1)
    prompt = await slack.sees("#releases", "Roll back staging")
    await click_everything(slack, prompt, PROMPT_BUTTONS, "Only on-call and the people who vote on run #1")
    assert await facts(bot_database, "SELECT DISTINCT state FROM prompt") == [("open",)]
    await all_refused(slack, bot_database, len(PROMPT_BUTTONS))


async def test_the_author_of_a_change_can_neither_approve_it_nor_waive_its_checks(
    start_bot: StartBot, slack: LocalSlack, world: World, bot_database: str
) -> None:
    await world.put("queue_age", 300)  # which only platform can waive
    slack.workspace.groups["S0PLATFORM"].members.append("U03RAJ")
    async with start_bot(CONFIGURATION.replace("{version: {}}", "{version: {}, author: {author: true}}")):
        await slack.connected()
        mia = slack.user("mia")
        for text, says in {
            "run staging": "`author` is missing",
            "run staging author=ben": "a member id like U02BEN",
            "run staging author=U0NOBODY": "Slack doesn't know the user U0NOBODY",
            f"run staging author={slack.app.bot_user}": "is a bot",
        }.items():
            await (await mia.command("#general", "/canary", text)).told(says)
        await mia.command("#general", "/canary", "run staging author=@ben")
        card = await slack.sees("#releases", "*NO-GO recommended*")
        assert "@ben, as the requester stated" in slack.render_text(card)
        ben = slack.user("ben")
        await (await ben.click(card, "Go")).told("You made the change in run #1, so someone else")
        await ben.click(card, "Waive…")
        await ben.submit(
            await ben.sees_modal(), {"Which check?": "queue-age", "Why is it safe to continue?": "no"}
        )
        await ben.is_told("so someone else has to waive queue-age")
        await slack.user("ana").click(card, "Go")
        await slack.sees("#releases", "*Go*: @ana")
        assert await refused(bot_database) == [("U02BEN", 2)]
        await press(ben, card, "No-go…")  # naming owners as authors does not silence them
        await slack.sees("#releases", "Decision on run #1")


@dataclass
class Reticent(User):
    """An account for which Slack omits one field."""

    lacks: str = ""

    def shown(self, *, with_locale: bool = False) -> dict[str, Any]:
        return {
            name: value
            for name, value in super().shown(with_locale=with_locale).items()
            if name != self.lacks
        }


@pytest.mark.parametrize("lacks", ["is_bot", "is_restricted", "is_ultra_restricted", "team_id"])
async def test_a_field_that_slack_omits_counts_against_the_account(
    bot: Running, slack: LocalSlack, lacks: str, bot_database: str
) -> None:
    card = await decided(slack)
    slack.workspace.users["U01ANA"] = Reticent("U01ANA", "ana", "Ana", lacks=lacks)
    await (await slack.user("ana").click(card, "Go")).told("You can't vote on run #1")
    assert await facts(bot_database, "SELECT count(*) FROM vote") == [(0,)]


async def test_the_same_vote_counts_once(bot: Running, slack: LocalSlack) -> None:
    card = await decided(slack)
    await slack.user("ana").click(card, "Go")
    await slack.sees("#releases", "needs a vote from platform")
    await (await slack.user("ana").click(card, "Go")).told("already counts")
    assert slack.render_thread(card).count("*Go*: @ana") == 1


async def test_resubmitting_an_identical_form_answers_that_the_vote_already_counts(
    bot: Running, slack: LocalSlack
) -> None:
    card = await decided(slack)
    ana = slack.user("ana")
    due = int(time.time()) + 3600
    for _ in range(2):
        await ana.click(card, "Conditional go…")
        form = await ana.sees_modal("Conditional go")
        said = {"What must become true?": "quota", "Who owns it?": "U02BEN", "By when?": due}
        await ana.submit(form, said)
        await slack.sees("#releases", "*Conditional go*: @ana")
    await slack.wait_for(lambda: any("already counts" in ana.reads(private) for private in ana.ephemerals))
    assert slack.render_thread(card).count("*Conditional go*: @ana") == 1


async def test_a_click_after_the_decision_is_refused(bot: Running, slack: LocalSlack) -> None:
    card = await decided(slack)
    go = next(element for element in elements_of(card.blocks) if element.label == "Go")
    await both_go(slack, card)
    await slack.sees("#releases", "Decision on run #1")
    await slack.wait_for(lambda: not card.elements)
    late = await slack.user("ben").clicks_from_an_old_screen(card, go)
    await late.told("is already decided")


async def test_a_bot_not_in_the_channel_says_so_and_continues_when_invited(
    bot: Running, slack: LocalSlack
) -> None:
    slack.kick("#releases")
    await slack.user("raj").command("#general", "/canary", "run staging")
    await slack.wait_for(
        lambda: any(
            "I am not in the channel" in call.args["text"] for call in slack.calls("chat.postMessage")
        )
    )
    slack.invite("#releases")
    await slack.sees("#releases", "*GO recommended*")


async def test_an_archived_channel_is_reported_and_the_card_waits_for_it(
    bot: Running, slack: LocalSlack
) -> None:
    slack.channel("#releases").is_archived = True
    await slack.user("raj").command("#general", "/canary", "run staging")
    await slack.wait_for(
        lambda: any("is archived" in call.args["text"] for call in slack.calls("chat.postMessage"))
    )
    slack.channel("#releases").is_archived = False
    await slack.sees("#releases", "*GO recommended*")


async def test_a_cancelled_run_takes_no_votes(bot: Running, slack: LocalSlack) -> None:
    card = await decided(slack)
    reply = await slack.user("mia").command("#releases", "/canary", "cancel #1 not mine")
    assert "@raj" in await reply.told("Only whoever started run #1")
    await slack.user("raj").command("#releases", "/canary", "cancel #1 wrong version")
    await slack.sees("#releases", "Decision on run #1")
    await slack.wait_for(lambda: not card.elements)


async def test_a_decided_run_cannot_be_cancelled(bot: Running, slack: LocalSlack, bot_database: str) -> None:
    card = await decided(slack)
    await both_go(slack, card)
    await slack.sees("#releases", "Decision on run #1")
    reply = await slack.user("raj").command("#releases", "/canary", "cancel #1 too late")
    await reply.told("Run #1 has already ended")
    assert await facts(bot_database, "SELECT outcome FROM decision") == [("GO",)]


async def test_a_missing_table_is_an_error_that_the_owner_can_act_on(
    bot: Running, slack: LocalSlack, world: World
) -> None:
    await world.rename("reading", "readings")
    await decided(slack, "*NO-GO recommended*")
    table = await slack.sees("#releases", "Fix: platform")
    text = slack.render_text(table)
    assert "❔ *queue-age*: could not be measured: " in text
    assert "reading" in text
    assert "@platform" in text
