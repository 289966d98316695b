"""Frozen evidence."""

from __future__ import annotations

from bot.store.database import Connection, run
from bot.store.statements import Statements

SQL = Statements("evidence")


async def insert(conn: Connection, number: int, *, digest: str, document: str) -> None:
    await run(conn, SQL["insert"], digest=digest, run=number, document=document)
