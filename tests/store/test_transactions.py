"""Transactions of the store."""

from __future__ import annotations

from bot.plan.model import Pinned
from bot.store import runs
from bot.store.database import Database, after_commit, roll_back
from tests.store.conftest import start


async def test_a_rollback_leaves_nothing_and_the_connection_stays_usable(
    store: Database, pinned: Pinned
) -> None:
    done: list[str] = []
    async with store.transaction() as conn:
        await start(conn, pinned)
        after_commit(conn, lambda: done.append("rolled back"))
        roll_back(conn)
    async with store.transaction() as conn:
        assert await runs.find(conn, 1) is None
        after_commit(conn, lambda: done.append("committed"))
        assert (await start(conn, pinned)).number == 1
    async with store.connection() as conn:
        assert await runs.find(conn, 1)
    assert done == ["committed"]
