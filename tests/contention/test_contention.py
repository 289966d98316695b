"""Concurrent votes, waivers, cancellations, deadlines and team changes on two replicas make one decision, which some
order explains.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from bot.base.timing import Timing
from tests.contention.machine import Contention, Counter
from tests.contention.stage import Stage, staged

STEPS = 5
SHARDS = 8


@pytest.fixture(scope="module")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """An event loop of our own: each history runs in it from a synchronous function."""
    with asyncio.Runner() as runner:
        yield runner.get_loop()


@pytest.fixture
def stage(loop: asyncio.AbstractEventLoop, bot_database: str, tmp_path: Path) -> Iterator[Stage]:
    stack = staged(bot_database, tmp_path, Timing())
    stage = loop.run_until_complete(stack.__aenter__())
    try:
        yield stage
    finally:
        loop.run_until_complete(stack.__aexit__(None, None, None))


def contend(stage: Stage, loop: asyncio.AbstractEventLoop, histories: int, started_from: int) -> Counter:
    """Run histories without shrinking: concurrent failures may not recur, so a history is reported as it happened."""
    counter = Counter()
    given = {"stage": stage, "loop": loop, "counter": counter}
    machine = seed(started_from)(type("Contending", (Contention,), given))
    try:
        run_state_machine_as_test(machine, settings=_settings(histories))
    except Exception as error:
        if not counter.failure:
            raise
        raise AssertionError(f"{counter.failure}\nCONTENTION_SEED={started_from} plays it again") from error
    return counter


def _settings(histories: int) -> settings:
    return settings(
        max_examples=histories,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )


@pytest.fixture
def some_seed() -> int:
    """CONTENTION_SEED=… repeats the same histories, as far as concurrency can be repeated."""
    return int(os.environ.get("CONTENTION_SEED") or random.randrange(2**32))


Tell: TypeAlias = Callable[[str, object], None]


def test_some_order_explains_every_concurrent_history(
    stage: Stage, loop: asyncio.AbstractEventLoop, some_seed: int, record_property: Tell
) -> None:
    counter = contend(stage, loop, 40, some_seed)
    assert counter.steps >= 120
    record_property("told", f"{counter} (seed {some_seed})")


@pytest.mark.long
@pytest.mark.parametrize("shard", range(SHARDS))
def test_some_order_explains_ten_thousand_histories(
    stage: Stage, loop: asyncio.AbstractEventLoop, some_seed: int, record_property: Tell, shard: int
) -> None:
    counter = contend(stage, loop, 400, some_seed + shard)
    assert counter.steps * SHARDS >= 10_000
    record_property("told", f"{counter} (seed {some_seed + shard})")
