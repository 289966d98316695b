"""The store on a migrated database of its own."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.plan.load import load
from bot.plan.model import Pinned
from bot.rules.run import Run
from bot.store import configurations, runs
from bot.store.database import Connection, Database
from tests.journeys.conftest import CONFIGURATION


@pytest.fixture
async def store(bot_database: str) -> AsyncIterator[Database]:
    async with Database(bot_database) as database:
        yield database


@pytest.fixture
def pinned(tmp_path: Path) -> Pinned:
    path = tmp_path / "canary.yaml"
    path.write_text(CONFIGURATION)
    return load(path, {"WORLD_DSN": "postgresql://nowhere"}).plan.pinned("staging")


async def start(conn: Connection, pinned: Pinned, environment: str = "staging") -> Run:
    """Insert a new run as the workflow does."""
    await configurations.keep(conn, pinned)
    return await runs.insert(
        conn,
        key=uuid.uuid4().hex,
        environment=environment,
        channel="C1",
        requested_by="U1",
        requested_from="C1",
        arguments={"version": "1"},
        configuration=pinned.digest,
    )
