"""Everything breaks at once, over and over: nothing acknowledged is lost, nothing is said twice, nothing is decided twice."""

from __future__ import annotations

import os
import random

from tests.faults.campaign import Size, campaign
from tests.faults.weather import KILLS, POSTGRES, REDIS, SLACK


def seed() -> str:
    return os.environ.get("SEED") or str(random.randrange(10**9))


async def test_kills_only() -> None:
    outcome = await campaign(Size(votes=40, faults={KILLS: 10}, seconds=120, environments=8), seed())
    print(outcome)  # noqa: T201 — what was tried, and the seed, are the result
    assert not outcome.broken
    assert not outcome.stuck


async def test_everything() -> None:
    outcome = await campaign(
        Size(
            votes=100, faults=dict.fromkeys((KILLS, SLACK, POSTGRES, REDIS), 50), seconds=200, environments=12
        ),
        seed(),
    )
    print(outcome)  # noqa: T201 — what was tried, and the seed, are the result
    assert not outcome.broken
    assert not outcome.stuck
