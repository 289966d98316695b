from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.base.timing import Timing
from tests.contention.stage import Stage, staged


@pytest.fixture
def timing() -> Timing:
    return Timing()


@pytest.fixture
async def team(bot_database: str, tmp_path: Path, timing: Timing) -> AsyncIterator[Stage]:
    """A stage at the beginning of a history."""
    async with staged(bot_database, tmp_path, timing) as stage:
        await stage.begin()
        yield stage
