"""Reads the whole record for verification: from one snapshot, run by run, read-only."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import psycopg
from psycopg import IsolationLevel
from psycopg.rows import dict_row

from bot.base.errors import Unavailable
from bot.record.chain import Link
from bot.record.consistency import Beside
from bot.record.proof.checkpoint import Checkpoint, Head
from bot.record.removal import Remains
from bot.rules.run import Run
from bot.store import rollbacks
from bot.store.database import Connection, many, now, row, rows
from bot.store.migrate import CONNECT_WITHIN, said_plainly
from bot.store.statements import Statements

SQL = Statements("audit")

_PAGE = 1000  # run numbers
# a concurrent rollback and decision are ordered by when their transactions began
_OVERLAP = timedelta(minutes=1)


@asynccontextmanager
async def snapshot(dsn: str) -> AsyncIterator[Connection]:
    """A read-only snapshot of the database. Raises Unavailable."""
    with said_plainly():
        connection = await psycopg.AsyncConnection.connect(
            dsn,
            autocommit=True,
            row_factory=dict_row,
            connect_timeout=CONNECT_WITHIN,
            options="-c timezone=UTC",
        )
    try:
        async with connection as conn:
            await conn.set_isolation_level(IsolationLevel.REPEATABLE_READ)
            await conn.set_read_only(True)
            async with conn.transaction():
                yield conn
    except psycopg.Error as error:
        why = str(error).partition("\n")[0]
        raise Unavailable(f"The database cannot be read: {why}.") from error


async def numbers(conn: Connection) -> AsyncIterator[int]:
    """Yields the numbers of all runs, in order."""
    after = 0
    while page := await rows(conn, SQL["numbers"], after=after, limit=_PAGE):
        for found in page:
            yield found["number"]
        after = page[-1]["number"]


async def last_number(conn: Connection) -> int:
    found = await row(conn, SQL["last_number"])
    return int(found["last"]) if found else 0


async def links(conn: Connection, number: int) -> list[Link]:
    return await many(conn, Link, SQL["links"], run=number)


async def beside(conn: Connection, run: Run) -> Beside:
    found = await row(conn, SQL["beside"], run=run.number)
    assert found
    document = Beside.model_validate(found["document"], extra="ignore")
    if document.decision is None:
        return document
    at = document.decision.decided_at
    known = [
        (await rollbacks.previous_of(conn, run, at=when)).version
        for when in (at, at + _OVERLAP, at - _OVERLAP)
    ]
    return document.model_copy(update={"previous_versions": tuple(known)})


async def remains(conn: Connection, number: int) -> Remains:
    found = await row(conn, SQL["remains"], run=number)
    assert found
    return Remains.model_validate(found["document"])


async def checkpoint(conn: Connection) -> Checkpoint:
    heads = await rows(conn, SQL["heads"])
    return Checkpoint(
        at=await now(conn),
        last_run=await last_number(conn),
        heads=tuple(Head(run=head["number"], seq=head["seq"], hash=head["hash"]) for head in heads),
    )
