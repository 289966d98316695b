"""Runs whose content was removed at the end of their retention, and the removal."""

from __future__ import annotations

from datetime import datetime

from bot.record.removal import Tombstone
from bot.store.database import Connection, maybe, row, rows, run
from bot.store.statements import Statements

SQL = Statements("tombstone")


async def of_run(conn: Connection, number: int) -> Tombstone | None:
    return await maybe(conn, Tombstone, SQL["of_run"], run=number)


async def expired(conn: Connection, *, days: int, limit: int) -> list[int]:
    return [found["number"] for found in await rows(conn, SQL["expired"], days=days, limit=limit)]


async def remove(conn: Connection, number: int, *, days: int) -> bool:
    """Returns whether its content was removed now; another process may have done so before."""
    found = await row(conn, SQL["remove"], run=number, days=days)
    assert found
    return bool(found["removed"])


async def forget_interactions(conn: Connection, *, days: int, limit: int) -> int:
    """Returns how many were deleted."""
    return await run(conn, SQL["forget_interactions"], days=days, limit=limit)


async def noted(conn: Connection) -> datetime:
    """A search for expired content is done. Returns when."""
    found = await row(conn, SQL["noted"])
    assert found
    at: datetime = found["done_at"]
    return at


async def waits(conn: Connection) -> bool:
    """Whether the next search is already scheduled."""
    found = await row(conn, SQL["waits"])
    assert found
    return bool(found["jobs"])
