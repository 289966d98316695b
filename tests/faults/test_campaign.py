"""Everything fails, over and over, in any order: nothing acknowledged is lost, nothing is posted or decided twice.

`SEED=… make test-long ARGS="-k campaign"` repeats the same faults at the same times, and the same intentions of
people. Their effect depends on real processes, so a failure recurs often, but not always.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from typing import TypeAlias

import pytest

from tests.faults.campaign import Outcome, Size, campaign
from tests.faults.fault_streams import KILLS

SAMPLE = Size.of(votes=30, faults=20, seconds=150, environments=8, owners=3, everywhere=False)
WHOLE = Size.of(votes=1000, faults=300, seconds=5400, environments=16)
KILLS_ALONE = Size(votes=100, faults={KILLS: 300}, seconds=2400, environments=8)
END = 300  # seconds to settle and to check the invariants
LATE = 10.0  # seconds on an idle machine, where it takes at most five
SLOWEST = 8.0  # how many times slower the machine may be; a longer test ends without a result

Tell: TypeAlias = Callable[[str, object], None]  # "told" is shown at the end of the test run

pytestmark = pytest.mark.campaign


@pytest.fixture
def seed() -> str:
    return os.environ.get("SEED") or str(random.randrange(10**9))


def holds(outcome: Outcome, size: Size) -> None:
    assert not outcome.losses
    assert not outcome.too_few(size), f"in {outcome.seconds:.0f} s"


@pytest.mark.timeout(SLOWEST * (SAMPLE.seconds + END))
async def test_a_campaign_of_some_twenty_faults_of_each_kind(seed: str, record_property: Tell) -> None:
    outcome = await campaign(SAMPLE, seed)
    record_property("told", str(outcome))
    holds(outcome, SAMPLE)


@pytest.mark.long
@pytest.mark.timeout(SLOWEST * (KILLS_ALONE.seconds + END))
async def test_without_other_faults_work_resumes_soon_after_a_kill(seed: str, record_property: Tell) -> None:
    outcome = await campaign(KILLS_ALONE, seed)
    record_property("told", str(outcome))
    holds(outcome, KILLS_ALONE)
    late = [seconds for seconds in outcome.went_on if seconds > LATE * outcome.slowness]
    assert outcome.went_on and not late


@pytest.mark.long
@pytest.mark.timeout(SLOWEST * (WHOLE.seconds + END))
async def test_a_campaign_of_hundreds_of_faults_and_a_thousand_votes(
    seed: str, record_property: Tell
) -> None:
    outcome = await campaign(WHOLE, seed)
    record_property("told", str(outcome))
    holds(outcome, WHOLE)
