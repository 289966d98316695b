"""SIGKILL at every failpoint: what was acknowledged takes effect once, and is posted once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import psycopg
import pytest

from bot.base.failpoint import Place
from sandbox.slack.message import Message
from sandbox.slack.person import PATIENCE
from tests.faults.interactions import interactions
from tests.faults.invariants import IN_THE_END, observe, violations
from tests.faults.processes import Replica, kept_running, lives
from tests.faults.record import Record, read
from tests.faults.stage import Servers, Stage, staged
from tests.faults.team import Team, number_of
from tests.faults.trials import PLACES

SOON = 20.0  # seconds; at most seven on an idle machine


@pytest.fixture
async def stage(servers: Servers) -> AsyncIterator[Stage]:
    async with staged(shared=servers) as stage:
        yield stage


async def settled(stage: Stage) -> Record:
    """Wait until no work is left. Returns the database's contents."""
    async with asyncio.timeout(PATIENCE):
        while (record := await read(stage.database)).unrest:
            await asyncio.sleep(0.2)
    return record


async def all_invariants_hold(stage: Stage) -> Record:
    record = await settled(stage)
    assert not violations(observe(interactions(stage.slack.deliveries), record, stage.slack), IN_THE_END)
    return record


async def roll_back(team: Team, card: Message) -> None:
    """The whole journey, from the votes to the end of the watch."""
    await team.all_go(card)
    assert await team.decided(number_of(card), team.ana, team.ben, card=card) == "GO"
    prompt = await team.breach(number_of(card))
    await team.click(team.raj, prompt, "I'm on it")
    await team.click(team.raj, prompt, "I have rolled back")
    await team.watch_ends(number_of(card))


async def lapse(team: Team, card: Message) -> None:
    """One person votes, and the deadline passes."""
    await team.click(team.ana, card, "Go")
    await team.time_passes(number_of(card))
    assert await team.decided(number_of(card), card=card) == "EXPIRED"


async def follow_up(team: Team, card: Message) -> None:
    """A conditional go, whose condition a check shows, and the end of the watch."""
    assert await team.go_conditionally(card) == "CONDITIONAL GO"
    await team.condition_is_met(number_of(card))
    await team.time_passes(number_of(card))
    await team.watch_ends(number_of(card))


JOURNEYS = {Place.IN_EXPIRE: lapse, Place.IN_RECHECK: follow_up}  # to other failpoints, `roll_back`
ONCE = {Place.IN_EXPIRE, Place.IN_RECHECK}  # places that a journey reaches once


def killed_once(stage: Stage, place: Place, time: int) -> Replica:
    """A bot that is killed there in its first life; later lives are spared."""
    arms = iter([f"{place}:{time}"])
    return stage.replica("bot", arm=lambda: next(arms, ""))


@pytest.mark.parametrize(
    "place", [place for place in Place if place not in PLACES]
)  # those are in test_actions
@pytest.mark.parametrize("time", [1, pytest.param(2, marks=pytest.mark.long)])
async def test_a_journey_ends_the_same_after_a_kill_at_any_failpoint(
    stage: Stage, place: Place, time: int
) -> None:
    if place in ONCE and time == 2:
        pytest.skip("a journey gets there once")
    bot, team = killed_once(stage, place, time), Team(stage, 0, patience=PATIENCE)
    async with kept_running(bot):
        await stage.slack.connected()
        await team.play(JOURNEYS.get(place, roll_back))
        await all_invariants_hold(stage)
    assert bot.lives[0].place == place, "it was not killed there"


@pytest.mark.parametrize("place", [Place.BEFORE_SEND, Place.IN_SEND, Place.AFTER_SEND])
async def test_a_dead_senders_message_is_posted_soon_unless_its_request_may_still_be_in_flight(
    stage: Stage, place: Place
) -> None:
    team = Team(stage, 0, patience=PATIENCE)
    async with kept_running(killed_once(stage, place, 1)):
        await stage.slack.connected()
        await team.start()
        await settled(stage)
    async with await psycopg.AsyncConnection.connect(stage.database) as conn:
        sql = "SELECT free_at IS NULL, posted_at > free_at FROM message WHERE kind = 'card'"
        assert (
            await (await conn.execute(sql)).fetchone()
            in {
                Place.BEFORE_SEND: [(True, None)],  # nothing was in flight
                Place.IN_SEND: [(False, True)],  # waited for
                Place.AFTER_SEND: [(True, None)],  # found
            }[place]
        )


async def test_a_killed_workers_job_is_taken_over_soon(stage: Stage) -> None:
    """By a bot that is started afterward."""
    bot, team = killed_once(stage, Place.IN_MEASURE, 1), Team(stage, 0, patience=PATIENCE)
    async with lives(bot):
        await stage.slack.connected()
        await team.raj.command("env-0", "/canary", "run env-0")
        while bot.lives_now:
            await asyncio.sleep(0.1)
        async with lives(stage.replica("other")), asyncio.timeout(SOON):
            await team.sees(lambda: team.waiting_card(1), "the card of another worker")
    assert bot.lives[0].place == Place.IN_MEASURE
