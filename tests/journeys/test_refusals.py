"""What is not possible is said privately: what is wrong, who can, an example that works. Nothing else happens."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from bot.serve import Running
from sandbox.slack.elements import elements_of
from sandbox.slack.message import Message
from sandbox.slack.people import User
from sandbox.slack.server import LocalSlack
from tests.journeys.conftest import CONFIGURATION, StartBot, World, both_go, decided
from tests.journeys.test_attacks import facts


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


BUTTONS = ("Go", "Conditional go…", "No-go…", "Waive…")
PROMPT_BUTTONS = ("I'm on it", "Rolled back", "False alarm…")
KINDS = {
    "gus": "guests cannot decide",
    "one": "guests cannot decide",
    "dee": "this account is deactivated",
    "sam": "people of another organisation cannot decide",
    "tim": "people of another organisation cannot decide",
    "robot": "a bot cannot decide",
    "nil": "Slack knows no user",
}
STRANGER_TO_ALL_ROLES = "mia"


async def test_whoever_asked_for_the_run_cannot_approve_it(bot: Running, slack: LocalSlack) -> None:
    ana = slack.user("ana")
    await ana.command("#releases", "/canary", "run staging")
    card = await slack.sees("#releases", "Recommends GO")
    refusal = await ana.click(card, "Go")
    assert "@ben" in await refusal.told("somebody else has to approve it")


async def test_whoever_asked_for_the_run_is_refused_at_every_button_of_it_and_that_is_recorded(
    bot: Running, slack: LocalSlack, world: World, bot_database: str
) -> None:
    await world.put("duplicates", 2)
    ben = slack.user("ben")  # an owner of the check, too
    await ben.command("#releases", "/canary", "run staging")
    card = await slack.sees("#releases", "Recommends NO-GO")
    for button in BUTTONS:
        await (await ben.click(card, button)).told("You asked for run #1, so somebody else has to")
    assert await refused(bot_database) == [("U02BEN", len(BUTTONS))]
    assert await facts(bot_database, "SELECT count(*) FROM vote") == [(0,)]


@pytest.fixture
async def all_kinds(start_bot: StartBot, slack: LocalSlack, configuration: str) -> AsyncIterator[None]:
    """Accounts of all kinds hold all roles. Of one, Slack knows nothing any more."""
    slack.add_user(User("U0ROBOT", "robot", "A Robot", is_bot=True))
    slack.add_user(User("U0NIL", "nil", "Nobody"))
    slack.add_user(
        User("U0TIM", "tim", "Tim", team_id="T0OTHER")
    )  # they share a channel with us: no stranger
    members = "U05GUS, U06ONE, U07DEE, U08SAM, U0TIM, U0ROBOT, U0NIL"
    for group in ("U01ANA", "S0PLATFORM", "S0ONCALL"):
        configuration = configuration.replace(f"[{group}]", f"[{group}, {members}]")
    async with start_bot(configuration):
        await slack.connected()
        yield


async def refused(dsn: str) -> list[tuple[str, int]]:
    """Who, how often, by the record."""
    counted = "SELECT actor, count(*) FROM event WHERE kind = 'refused' GROUP BY actor ORDER BY actor"
    return [(actor, count) for actor, count in await facts(dsn, counted)]


async def click_everything(
    slack: LocalSlack, message: Message, buttons: Sequence[str], not_mine: str
) -> None:
    """Everybody who may not, on every one."""
    for name, says in {**KINDS, STRANGER_TO_ALL_ROLES: not_mine}.items():
        person = slack.user(name)
        known = slack.workspace.users.pop(person.id) if name == "nil" else None
        for button in buttons:
            await (await person.click(message, button)).told(says)
        if known:
            slack.workspace.users[known.id] = known


@pytest.mark.usefixtures("all_kinds")
async def test_accounts_that_may_not_decide_are_refused_at_every_button_and_that_is_recorded(
    slack: LocalSlack, world: World, bot_database: str
) -> None:
    await world.put("duplicates", 2)
    card = await decided(slack, "Recommends NO-GO")
    await click_everything(slack, card, BUTTONS[:-1], "none of its roles")
    await click_everything(slack, card, BUTTONS[-1:], "Only its owner, platform, can waive duplicates")
    assert await facts(bot_database, "SELECT count(*) FROM vote") == [(0,)]
    assert await facts(bot_database, "SELECT count(*) FROM waiver") == [(0,)]
    known = sorted(slack.user(name).id for name in [*KINDS, STRANGER_TO_ALL_ROLES] if name != "nil")
    assert await refused(bot_database) == [(person, len(BUTTONS)) for person in known]
    assert "Still needed: 1 of release-managers, 1 of platform" in slack.render_text(card)


@pytest.mark.usefixtures("all_kinds")
async def test_accounts_that_may_not_decide_are_refused_at_every_button_of_a_prompt_and_that_is_recorded(
    slack: LocalSlack, world: World, bot_database: str
) -> None:
    card = await decided(slack)
    await both_go(slack, card)
    await world.put("duplicates", 1)
    prompt = await slack.sees("#releases", "Roll back staging?")
    await click_everything(slack, prompt, PROMPT_BUTTONS, "Only on-call or who decides run #1")
    assert await facts(bot_database, "SELECT DISTINCT state FROM prompt") == [("open",)]
    known = sorted(slack.user(name).id for name in [*KINDS, STRANGER_TO_ALL_ROLES] if name != "nil")
    assert await refused(bot_database) == [(person, len(PROMPT_BUTTONS)) for person in known]


async def test_who_made_the_change_neither_approves_it_nor_waives_a_check_and_that_is_recorded(
    start_bot: StartBot, slack: LocalSlack, world: World, bot_database: str
) -> None:
    await world.put("queue_age", 300)  # which only platform can waive
    async with start_bot(
        CONFIGURATION.replace("{version: {}}", "{version: {}, author: {author: true, required: true}}")
    ):
        await slack.connected()
        mia = slack.user("mia")
        await (await mia.command("#general", "/canary", "run staging author=@ben")).told(
            "a member id as U02BEN"
        )
        await mia.command("#general", "/canary", "run staging author=U02BEN")
        card = await slack.sees("#releases", "Recommends NO-GO")
        assert "Change by" in slack.render_text(card)
        ben = slack.user("ben")
        await (await ben.click(card, "Go")).told("You made the change of run #1, so somebody else")
        await (await ben.click(card, "Waive…")).told("so somebody else has to waive queue-age")
        await slack.user("ana").click(card, "Go")
        await slack.sees("#releases", "*Go*: @ana")
    assert await refused(bot_database) == [("U02BEN", 2)]


@dataclass
class Reticent(User):
    """Slack says everything about this account but one thing."""

    lacks: str = ""

    def shown(self, *, with_locale: bool = False) -> dict[str, Any]:
        return {
            name: value
            for name, value in super().shown(with_locale=with_locale).items()
            if name != self.lacks
        }


@pytest.mark.parametrize("lacks", ["is_bot", "deleted", "is_restricted", "is_ultra_restricted", "team_id"])
async def test_what_slack_does_not_say_of_an_account_counts_against_it(
    bot: Running, slack: LocalSlack, lacks: str, bot_database: str
) -> None:
    card = await decided(slack)
    slack.workspace.users["U01ANA"] = Reticent("U01ANA", "ana", "Ana", lacks=lacks)
    await (await slack.user("ana").click(card, "Go")).told("You cannot vote on run #1")
    assert await facts(bot_database, "SELECT count(*) FROM vote") == [(0,)]


async def test_the_same_vote_counts_once(bot: Running, slack: LocalSlack) -> None:
    card = await decided(slack)
    await slack.user("ana").click(card, "Go")
    await slack.sees("#releases", "Still needed: 1 of platform")
    await (await slack.user("ana").click(card, "Go")).told("counted already")
    assert slack.render_thread(card).count("*Go*: @ana") == 1


async def test_a_form_that_says_the_same_again_is_told_that_it_counts_already(
    bot: Running, slack: LocalSlack
) -> None:
    card = await decided(slack)
    ana = slack.user("ana")
    due = int(time.time()) + 3600
    for _ in range(2):
        await ana.click(card, "Conditional go…")
        form = await ana.sees_modal("Conditional go")
        said = {"What must become true?": "quota", "Who sees to it?": "U02BEN", "By when?": due}
        await ana.submit(form, said)
        await slack.sees("#releases", "*Conditional go*: @ana")
    await slack.wait_for(
        lambda: "is counted already" in str([m.text for m in slack.workspace.direct(ana.id).log.values()])
    )
    assert slack.render_thread(card).count("*Conditional go*: @ana") == 1


async def test_a_click_after_the_decision_is_refused(bot: Running, slack: LocalSlack) -> None:
    card = await decided(slack)
    go = next(element for element in elements_of(card.blocks) if element.label == "Go")
    await both_go(slack, card)
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


async def test_what_is_decided_cannot_be_cancelled(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    card = await decided(slack)
    await both_go(slack, card)
    await slack.sees("#releases", "GO: run #1 on staging")
    reply = await slack.user("raj").command("#releases", "/canary", "cancel #1 too late")
    await reply.told("Run #1 is closed already")
    assert await facts(bot_database, "SELECT outcome FROM decision") == [("GO",)]


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
