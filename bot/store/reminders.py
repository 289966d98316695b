"""When people whose votes are missing are reminded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.base.work import Remind
from bot.store.database import Connection, many, run
from bot.store.statements import Statements

SQL = Statements("reminder")


async def insert(conn: Connection, number: int, waits: Sequence[timedelta]) -> list[Remind]:
    """-> the timers to set, as long from now."""
    return await many(conn, Remind, SQL["insert"], run=number, waits=list(waits))


async def done(conn: Connection, number: int, reminder: int) -> bool:
    """False where it was done already, or is not due yet."""
    return await run(conn, SQL["done"], run=number, number=reminder) == 1
