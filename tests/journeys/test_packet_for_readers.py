"""The packet, read by people who were not there: who decided, and what had changed since the previous run."""

from __future__ import annotations

import json

from bot.record.verification import problems
from sandbox.slack.message import Message
from sandbox.slack.server import LocalSlack
from tests.journeys.conftest import StartBot, World, both_go
from tests.journeys.test_baselines import run_on, slack_files
from tests.journeys.test_configuration_changes import SETTINGS, put
from tests.unit.bot.test_page import Page

KINDS = ("md", "json", "html")


async def packet_of(slack: LocalSlack, card: Message) -> dict[str, str]:
    """The forms of the packet in the card's thread, by their endings."""

    def complete() -> dict[str, str]:
        files = {file.name.rpartition(".")[2]: file for file in slack_files(slack, card)}
        return {kind: files[kind].content.decode() for kind in KINDS} if files.keys() >= set(KINDS) else {}

    return await slack.wait_for(complete)


async def test_people_have_names_in_the_packet_and_in_the_record(
    start_bot: StartBot, slack: LocalSlack
) -> None:
    async with start_bot():
        card = await run_on(slack)
        await both_go(slack, card)
        packet = await packet_of(slack, card)
    page = Page(packet["html"]).text
    for form in (packet["md"], page):
        assert "approved by Ana Ruiz (U01ANA) and Ben " in form
        assert "(U03RAJ)" in form.partition("Requested")[2].partition("Change made by")[0]
    named = [
        event["detail"] for event in json.loads(packet["json"])["events"] if event["kind"] == "people named"
    ]
    assert named[0]["names"]["U01ANA"] == "Ana Ruiz"
    assert named[0]["names"].keys() == {"U01ANA", "U02BEN", "U03RAJ"}  # once each: a vote adds no name twice
    assert len(named) == 1
    assert problems(packet["json"]) == []


async def test_the_owner_of_a_condition_has_a_name_although_nobody_asked_them(
    start_bot: StartBot, slack: LocalSlack
) -> None:
    async with start_bot():
        card, ana = await run_on(slack), slack.user("ana")
        await ana.click(card, "Conditional go…")
        form = await ana.sees_modal("Conditional go")
        await ana.submit(form, {"What must become true?": "The copy is approved", "Who owns it?": "U04MIA"})
        await slack.user("ben").click(card, "Go")
        packet = await packet_of(slack, card)
    assert "Owner: Mia Lind (U04MIA)" in packet["md"]


async def test_the_packet_says_what_changed_since_the_previous_run(
    start_bot: StartBot, slack: LocalSlack, world: World
) -> None:
    await put(world, FLOOR="1024", STEP="64", CRON_SECRET="hunter2")
    async with start_bot(SETTINGS):
        card = await run_on(slack)
        await both_go(slack, card)
        first = await packet_of(slack, card)
    assert "There is no earlier run on this environment to compare it with." in first["md"]

    await put(world, FLOOR="2048", CRON_SECRET="hunter3")
    looser = SETTINGS.replace('warn: {p95: "< 240s"}', 'warn: {p95: "< 600s"}')
    async with start_bot(looser):
        await slack.user("raj").command("#releases", "/canary", "run staging version=7")
        card = await slack.sees("#releases", "run #2")
        await slack.wait_for(lambda: card.elements)
        await both_go(slack, card)
        second = await packet_of(slack, card)
    page = Page(second["html"]).text
    for said in (
        "FLOOR: 1024 → 2048",
        "CRON_SECRET: changed (secret)",
        "checks.queue-age.warn.p95: < 240s → < 600s",
    ):
        assert said in page
    assert "STEP" not in second["md"].partition("Changed since the previous run")[2].partition("##")[0]
    assert "hunter" not in "".join(second.values())
    [compared] = [
        event["detail"]
        for event in json.loads(second["json"])["events"]
        if event["kind"] == "previous compared"
    ]
    told = json.loads(first["json"])
    assert compared["run"] == 1
    assert compared["evidence"] == told["evidence_digest"]
    assert compared["configuration"] == told["configuration"]["digest"]
    assert problems(second["json"]) == []


async def test_a_packet_that_is_posted_again_names_those_who_acted_after_the_decision(
    start_bot: StartBot, slack: LocalSlack
) -> None:
    async with start_bot():
        card, raj = await run_on(slack), slack.user("raj")
        await both_go(slack, card)
        await packet_of(slack, card)
        await raj.command("#releases", "/canary", "rolled-back #1 errors in checkout")
        await slack.sees("#releases", "rolled back staging")
        before = len(slack_files(slack, card))
        mia = slack.user("mia")
        await (await mia.command("#releases", "/canary", "packet #1")).told("again, in its thread")
        files = await slack.wait_for(lambda: slack_files(slack, card)[before:])
        await slack.wait_for(lambda: len(slack_files(slack, card)) >= before + len(KINDS))
        files = slack_files(slack, card)[before:]
    text = next(file.content.decode() for file in files if file.name.endswith(".md"))
    assert "Rolled back by Raj" in text
    assert "Mia Lind (U04MIA) | Had the packet posted again." in text
