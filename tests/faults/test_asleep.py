"""A process is suspended (SIGSTOP) until others take over: when it resumes, it writes and posts nothing outdated."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from sandbox.slack.faults import Fault
from sandbox.slack.message import Message
from sandbox.slack.person import PATIENCE, Person
from tests.faults.interactions import interactions
from tests.faults.invariants import ALWAYS, observe, violations
from tests.faults.processes import Arm, Replica, lives
from tests.faults.record import Record, read
from tests.faults.stage import Servers, Stage, staged
from tests.faults.team import Team
from tests.timing import DROWSY

LONG = DROWSY.people.stale + 1.0  # seconds; longer than Slack's answers about people stay valid
AFTERWARDS = 3.0  # seconds that a resumed process gets to do what it must not


@pytest.fixture
async def stage(servers: Servers) -> AsyncIterator[Stage]:
    async with staged(shared=servers) as stage:
        yield stage


def bot(stage: Stage, name: str, arm: Arm = str) -> Replica:
    replica = stage.replica(name, arm=arm)
    replica.module = "tests.faults.drowsy"
    return replica


def sleeper(stage: Stage, place: str) -> Replica:
    return bot(stage, "sleeper", arm=lambda: f"{place}:1:stop")


async def asleep(replica: Replica) -> None:
    async with asyncio.timeout(PATIENCE):
        await replica.stopped()


async def wakes(replica: Replica) -> None:
    replica.goes_on()
    await asyncio.sleep(AFTERWARDS)


async def no_violations(stage: Stage) -> Record:
    """Check the invariants. Returns the database's contents."""
    record = await read(stage.database)
    assert not violations(observe(interactions(stage.slack.deliveries), record, stage.slack), ALWAYS)
    return record


@pytest.mark.parametrize("place", ["before send", "in send"])
async def test_a_resumed_sender_does_not_repeat_what_another_has_posted(stage: Stage, place: str) -> None:
    team, old = Team(stage, 0, patience=PATIENCE), sleeper(stage, place)
    async with lives(old):
        await stage.slack.connected()
        await team.raj.command("env-0", "/canary", "run env-0")
        await asleep(old)
        async with lives(bot(stage, "other")):
            await team.sees(lambda: team.waiting_card(1), "the card of another sender")
            await wakes(old)
            await no_violations(stage)


async def test_an_outdated_check_result_is_not_recorded(stage: Stage) -> None:
    team, old = Team(stage, 0, patience=PATIENCE), sleeper(stage, "in measure")
    async with lives(old):
        await stage.slack.connected()
        await team.raj.command("env-0", "/canary", "run env-0")
        await asleep(old)
        await team.worsens()
        async with lives(bot(stage, "other")):
            card = await team.sees(lambda: team.waiting_card(1), "the card of another worker")
            assert "NO-GO recommended" in card.text
            await wakes(old)
            record = await no_violations(stage)
    finished = [e["detail"] for e in record.events if e["kind"] == "check finished"]
    assert sorted((each["check"], each["outcome"]) for each in finished) == [
        ("duplicates", "FAIL"),
        ("queue-age", "PASS"),
    ]


async def test_an_outdated_measurement_of_a_watch_prompts_nobody(stage: Stage) -> None:
    team, old = Team(stage, 0, patience=PATIENCE), sleeper(stage, "in look")
    async with lives(old):
        await stage.slack.connected()
        await team.raj.command("env-0", "/canary", "run env-0")
        card = await team.sees(lambda: team.waiting_card(1), "the card")
        await team.worsens()
        await team.all_go(card)
        await asleep(old)
        await team.recover()
        async with lives(bot(stage, "other")):
            await _looks_on(stage)
            await wakes(old)
            record = await no_violations(stage)
    assert not record.prompts


async def _looks_on(stage: Stage) -> None:
    async with asyncio.timeout(PATIENCE):
        while not any(watch["tick"] >= 2 for watch in (await read(stage.database)).watches):
            await asyncio.sleep(0.1)


async def test_a_process_suspended_while_holding_a_run_does_not_hold_it_for_long(stage: Stage) -> None:
    team, old = Team(stage, 0, patience=PATIENCE), bot(stage, "sleeper")
    async with lives(old):
        await stage.slack.connected()
        await team.raj.command("env-0", "/canary", "run env-0")
        card = await team.sees(lambda: team.waiting_card(1), "the card")
        stage.postgres.notices(b"inbox SET counted_at", b"FOR UPDATE", then=old.stops)
        # the bot may be suspended before it acknowledges
        ana = asyncio.create_task(team.click(team.ana, card, "Go"))
        await asleep(old)
        async with lives(bot(stage, "other")):
            await ana
            await team.click(team.ben, card, "Go")
            assert await team.decided(1, team.ana, team.ben, card=card) == "GO"
            await wakes(old)
            await no_violations(stage)


async def click_that_sleeps_until_its_right_is_gone(
    stage: Stage, sleeper: Replica, team: Team, person: Person, message: Message, button: str
) -> None:
    """Slack has confirmed the person, who leaves before the click is counted."""
    stage.slack.faults.inject(Fault.DELAY, "users.info", seconds=1)
    asked, told = len(stage.slack.calls("users.info")), len(person.ephemerals)
    await team.click(person, message, button)
    await stage.slack.wait_for(lambda: len(stage.slack.calls("users.info")) > asked)
    sleeper.stops()
    await stage.slack.wait_for(lambda: stage.slack.calls("users.info")[asked].ok)
    person.user.deleted = True
    await asyncio.sleep(LONG)
    sleeper.goes_on()
    await team.sees(lambda: person.ephemerals[told:] or None, "a refusal")


async def test_a_vote_does_not_rely_on_a_right_lost_while_suspended(stage: Stage) -> None:
    team, old = Team(stage, 0, patience=PATIENCE), bot(stage, "sleeper")
    async with lives(old):
        await stage.slack.connected()
        card = await team.start()
        await click_that_sleeps_until_its_right_is_gone(stage, old, team, team.ana, card, "Go")
        record = await no_violations(stage)
    assert [event["kind"] for event in record.events if event["actor"] == team.ana.id] == ["refused"]


async def test_an_answer_to_a_prompt_does_not_rely_on_a_right_lost_while_suspended(stage: Stage) -> None:
    team, old = Team(stage, 0, patience=PATIENCE), bot(stage, "sleeper")
    async with lives(old):
        await stage.slack.connected()
        card = await team.start()
        await team.all_go(card)
        assert await team.decided(1, team.ana, team.ben, card=card) == "GO"
        prompt = await team.breach(1)
        await click_that_sleeps_until_its_right_is_gone(
            stage, old, team, team.raj, prompt, "I have rolled back"
        )
        record = await no_violations(stage)
    answers = [event["kind"] for event in record.events if event["actor"] == team.raj.id]
    assert "prompt answered" not in answers
    assert answers[-1] == "refused"
