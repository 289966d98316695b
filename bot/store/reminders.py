"""The times at which people whose votes are missing are reminded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.store.database import Connection, rows, run
from bot.store.statements import Statements

SQL = Statements("reminder")


async def insert(conn: Connection, number: int, waits: Sequence[timedelta]) -> list[tuple[int, datetime]]:
    """Returns the number of each, and its time from now."""
    found = await rows(conn, SQL["insert"], run=number, waits=list(waits))
    return [(each["number"], each["due_at"]) for each in found]


async def done(conn: Connection, number: int, reminder: int) -> bool:
    """Returns False if it was already done, or is not due yet."""
    return await run(conn, SQL["done"], run=number, number=reminder) == 1
