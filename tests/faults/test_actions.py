"""An action is done at most once, and the thread and the record say what came of it, whatever dies or is lost."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Callable
from typing import TypeAlias

import psycopg
import pytest

from bot.base.failpoint import Place
from sandbox.slack.person import PATIENCE
from tests.faults.processes import kept_running
from tests.faults.stage import Servers, Stage
from tests.faults.trials import (
    EACH,
    PLACES,
    acting,
    all_go,
    campaign,
    confirm,
    confirming,
    killed_once,
)

Tell: TypeAlias = Callable[[str, object], None]  # "told" is shown at the end of the test run
SAMPLE = 25
WHOLE = int(os.environ.get("CAMPAIGN_ACTIONS") or 300)


async def ended(stage: Stage) -> tuple[str, str, int]:
    """-> how the one attempt ended, what is said of it, and how often it was done."""
    said = "SELECT state, said FROM action WHERE state IN ('done', 'failed', 'unclear')"
    async with (
        asyncio.timeout(PATIENCE),
        await psycopg.AsyncConnection.connect(stage.database, autocommit=True) as conn,
    ):
        while (row := await (await conn.execute(said)).fetchone()) is None:
            await asyncio.sleep(0.1)
    async with await psycopg.AsyncConnection.connect(stage.world.dsn) as conn:
        count = await (await conn.execute("SELECT count(*) FROM effect")).fetchone()
    assert count
    return row[0], row[1], count[0]


@pytest.mark.parametrize(
    ("place", "end"),
    [
        (Place.BEFORE_ACT, ("failed", "the process that was to do it stopped before it began", 0)),
        (Place.BEFORE_MARK, ("failed", "the process that was to do it stopped before it began", 0)),
        (Place.IN_ACT, ("failed", "undone", 0)),
        (Place.AFTER_ACT, ("done", "1 row inserted", 1)),
    ],
)
async def test_what_a_killed_worker_had_begun_is_looked_up_and_never_done_again(
    servers: Servers, place: Place, end: tuple[str, str, int]
) -> None:
    async with acting(1, servers, random.Random(0)) as (stage, _):
        listener, worker = stage.replica("listener", role="slack"), killed_once(stage, place)
        async with kept_running(listener, worker), confirming(stage) as (store, engine):
            await stage.slack.connected()
            [run] = await all_go(stage)
            await confirm(store, engine, run, 0, 0)
            state, said, count = await ended(stage)
            await stage.slack.sees("#env-0", "Trial 0 · env-0")
        assert worker.lives[0].place == place, "it was not killed there"
    assert (state, count) == (end[0], end[2])
    assert end[1] in said


@pytest.mark.parametrize("answered", [True, False])
async def test_a_commit_whose_answer_is_lost_is_looked_up(servers: Servers, answered: bool) -> None:
    async with acting(1, servers, random.Random(0)) as (stage, line):
        async with kept_running(stage.replica("bot")), confirming(stage) as (store, engine):
            await stage.slack.connected()
            [run] = await all_go(stage)
            trip = line.breaks_at(b"pg_current_xact_id", b"COMMIT", answered=answered)
            await confirm(store, engine, run, 0, 0)
            state, _, count = await ended(stage)
        assert trip.happened.is_set()
    assert (state, count) == (("done", 1) if answered else ("failed", 0))


@pytest.fixture
def seed() -> str:
    return os.environ.get("SEED") or str(random.randrange(10**9))


@pytest.mark.campaign
@pytest.mark.timeout(1800)
async def test_some_trials_are_done_at_most_once_each(
    servers: Servers, seed: str, record_property: Tell
) -> None:
    trials = await campaign(SAMPLE, seed, servers, environments=2)
    record_property("told", f"{trials}; SEED={seed}")
    assert trials.wrong == []
    assert trials.count == SAMPLE


@pytest.mark.campaign
@pytest.mark.long
@pytest.mark.timeout(7200)
async def test_hundreds_of_trials_are_done_at_most_once_each(
    servers: Servers, seed: str, record_property: Tell
) -> None:
    trials = await campaign(WHOLE, seed, servers, environments=-(-WHOLE // EACH))
    record_property("told", f"{trials}; SEED={seed}")
    assert trials.wrong == []
    assert trials.count == WHOLE
    assert set(PLACES) <= trials.faults.keys(), "too few were killed"
