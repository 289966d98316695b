"""Every example that the bot offers works as typed, and missing arguments are explained."""

from __future__ import annotations

import re

import pytest

from commands.serve import Running
from sandbox.slack.server import LocalSlack
from tests.journeys.conftest import CONFIGURATION, StartBot, World, both_go, decided
from tests.outbox import until

ARGUMENTS = (
    r"{version: {required: true, pattern: '[0-9]+(\.[0-9]+)*', description: What goes out}, "
    "commit: {required: true, pattern: '[0-9a-f]{40}'}, region: {required: true, choices: [eu west, us]}, "
    "ring: {default: inner}, ticket: {required: true, pattern: '[A-Z]{9}!', example: ABCDEFGHI!}}"
)
STRICT = CONFIGURATION.replace("{version: {}}", ARGUMENTS)
OFFERED = re.compile(r"`/canary ([^`]+)`")


@pytest.mark.parametrize(
    "text",
    ["run staging", "rnu staging", "run", "run moon", "status", "help", "help run", "show", "cancel", ""],
)
async def test_offered_examples_work_as_typed_when_arguments_are_required(
    start_bot: StartBot, slack: LocalSlack, text: str
) -> None:
    async with start_bot(STRICT):
        await slack.connected()
        raj = slack.user("raj")
        answer = await (await raj.command("#general", "/canary", text)).told("/canary")
        offered = [
            command for command in OFFERED.findall(answer) if "<" not in command and "[" not in command
        ]
        assert offered, answer
        for command in offered:
            reply = await raj.command("#general", "/canary", command)
            said = await reply.told("")
            assert not re.search(r"is missing|I know no|There is no|Usage:|expected", said), (command, said)


async def test_a_missing_argument_is_answered_with_all_arguments(
    start_bot: StartBot, slack: LocalSlack
) -> None:
    async with start_bot(STRICT):
        await slack.connected()
        for text, missing in (
            ("run staging", "`version` is missing"),
            ("help run", "version: required"),
            ("config staging", "version: required"),
        ):
            said = await (await slack.user("raj").command("#general", "/canary", text)).told(missing)
            assert "What goes out" in said
            if not text.startswith("run"):
                assert "one of eu west, us" in said
                assert "ring: optional, inner when left out" in said


async def test_checks_with_the_same_title_show_their_keys(start_bot: StartBot, slack: LocalSlack) -> None:
    both = CONFIGURATION.replace("kind: sql", "title: Jobs\n        kind: sql")
    async with start_bot(both):
        await slack.connected()
        await decided(slack)
        text = slack.render_text(await slack.sees("#releases", "Votes wanted"))
    assert "Jobs (queue-age)" in text
    assert "Jobs (duplicates)" in text


async def test_a_refused_click_on_a_prompt_is_answered_once_where_it_is_seen_from_thread_and_channel(
    start_bot: StartBot, slack: LocalSlack, world: World
) -> None:
    async with start_bot(CONFIGURATION):
        await slack.connected()
        card = await decided(slack)
        await both_go(slack, card)
        await world.put("duplicates", 1)
        prompt = await slack.sees("#releases", "Roll back staging")
        mia = slack.user("mia")
        await mia.click(prompt, "I'm on it")
        assert "Only on-call and the people who vote on" in str((await mia.sees_modal("canary")).blocks)
    assert mia.ephemerals == []


async def test_where_no_form_can_be_opened_a_refused_click_on_a_prompt_is_answered_in_both_places(
    start_bot: StartBot, slack: LocalSlack, world: World
) -> None:
    async with start_bot(CONFIGURATION):
        await slack.connected()
        await both_go(slack, await decided(slack))
        await world.put("duplicates", 1)
        prompt = await slack.sees("#releases", "Roll back staging")
        mia = slack.user("mia")
        slack.faults.refuse("views.open", "expired_trigger_id")
        await (await mia.click(prompt, "I'm on it")).told("Only on-call and the people who vote on")
        await slack.wait_for(lambda: len(mia.ephemerals) == 2)
    assert sorted(bool(private.thread_ts) for private in mia.ephemerals) == [False, True]


async def test_a_refused_click_in_the_thread_alone_is_answered_there_once(
    bot: Running, slack: LocalSlack, bot_database: str
) -> None:
    """The rollback instructions are in the thread, and not in the channel."""
    card = await decided(slack)
    await both_go(slack, card)
    await slack.sees("#releases", "Decision on run #1")
    instructions = await slack.wait_for(
        lambda: next((each for each in slack.thread(card) if "How to roll back" in each.text), None)
    )
    mia = slack.user("mia")
    await (await mia.click(instructions, "Check off")).told("Only")
    await until(bot_database, "SELECT count(*) = 0 FROM inbox WHERE done_at IS NULL")
    [told] = mia.ephemerals
    assert told.thread_ts == card.ts
