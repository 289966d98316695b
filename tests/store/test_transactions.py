"""Transactions of the store."""

from __future__ import annotations

import asyncio

from psycopg.rows import DictRow

from bot.base.errors import Unavailable
from bot.plan.model import Pinned
from bot.store import runs
from bot.store.database import Database, after_commit, roll_back, rows, run
from tests.store.conftest import start

SIZE = 2  # connections
PREPARED_AFTER = 10  # executions; five by default


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


async def test_connections_with_statements_prepared_before_a_migration_are_replaced(
    bot_database: str,
) -> None:
    async with Database(bot_database, size=SIZE) as store, Database(bot_database) as newer_bot:
        together = asyncio.Barrier(SIZE)

        async def read() -> list[DictRow]:
            async with store.connection() as conn:
                await together.wait()
                for _ in range(PREPARED_AFTER):
                    found = await rows(conn, "SELECT * FROM message")
                return found

        async def read_on_all() -> list[list[DictRow] | BaseException]:
            return await asyncio.gather(*(read() for _ in range(SIZE)), return_exceptions=True)

        assert await read_on_all() == [[]] * SIZE
        async with newer_bot.connection() as conn:
            await run(conn, "ALTER TABLE message ADD COLUMN newer int")
        assert [type(found) for found in await read_on_all()] == [Unavailable] * SIZE
        assert await read_on_all() == [[]] * SIZE
