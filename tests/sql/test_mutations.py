"""Every random mutation of the corpus is refused, or reaches nothing unlisted."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable

import pytest

from checks.outcome import CheckError
from checks.sources.postgres.guard import guarded
from tests.sql.conftest import Planted
from tests.sql.mutations import mutations
from tests.sql.oracle import Oracle

pytestmark = pytest.mark.asyncio(loop_scope="session")

SEED = int(os.environ.get("SEED", "20261129"))


async def mutated(planted: Planted, count: int, seed: int) -> str:
    """Try that many mutations. Returns a sentence about the outcomes."""
    oracle = await Oracle.of(planted.owner)
    became: Counter[str] = Counter()
    began = time.perf_counter()
    for number, statement in enumerate(mutations(count, seed)):
        try:
            written = guarded(statement, planted.catalog)
        except CheckError:
            became["refused"] += 1
            continue
        reached = await oracle.reached(written)
        assert not reached, (seed, number, statement, written, reached)
        became["refused by the server" if reached is None else "permitted"] += 1
    took = (time.perf_counter() - began) / count * 1000
    return f"seed {seed}: {count:,} mutations, {dict(became)}, {took:.1f} ms each with the oracle, 0 reached anything unlisted"


async def test_no_mutation_reaches_anything_unlisted(
    planted: Planted, record_property: Callable[[str, object], None]
) -> None:
    record_property("told", await mutated(planted, 500, SEED))


@pytest.mark.long
async def test_no_mutation_of_a_large_number_reaches_anything_unlisted(
    planted: Planted, record_property: Callable[[str, object], None]
) -> None:
    record_property("told", await mutated(planted, int(os.environ.get("MUTATIONS", "100000")), SEED + 1))
