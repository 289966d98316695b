"""Frozen evidence."""

from __future__ import annotations

from bot.evidence import Evidence
from bot.store.database import Connection, one, run
from bot.store.statements import Statements

SQL = Statements("evidence")


async def insert(conn: Connection, number: int, *, digest: str, document: str) -> None:
    await run(conn, SQL["insert"], digest=digest, run=number, document=document)


async def load(conn: Connection, digest: str) -> Evidence:
    return await one(conn, Evidence, SQL["by_digest"], digest=digest)
