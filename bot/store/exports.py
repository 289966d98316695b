"""Reads runs for export: as text built by PostgreSQL, a page at a time, so that memory stays flat."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import NamedTuple

from bot.record.proof.export import Period
from bot.rules.reconciliation import Decided, Deployment
from bot.store.database import Connection, many, row, rows
from bot.store.statements import Statements

SQL = Statements("export")

PAGE = 100  # runs
_NUMBERS = 10_000


class Exported(NamedTuple):
    run: int
    configuration: str  # digest
    document: str  # JSON on one line


async def period(conn: Connection, since: datetime | None, until: datetime | None) -> Period | None:
    """Returns None if no run was requested in the period."""
    found = await row(conn, SQL["period"], since=since, until=until)
    assert found
    return Period.model_validate(found) if found["first"] is not None else None


async def numbers(conn: Connection, of: Period) -> AsyncIterator[int]:
    first = of.first
    while page := await rows(conn, SQL["numbers_between"], first=first, last=of.last, limit=_NUMBERS):
        for found in page:
            yield found["number"]
        first = page[-1]["number"] + 1


async def runs(conn: Connection, wanted: Sequence[int]) -> AsyncIterator[Exported]:
    """Ordered by number."""
    for at in range(0, len(wanted), PAGE):
        for found in await rows(conn, SQL["runs"], numbers=list(wanted[at : at + PAGE])):
            yield Exported(found["number"], found["configuration"], found["document"])


async def configuration(conn: Connection, digest: str) -> str:
    found = await row(conn, SQL["configuration"], digest=digest)
    assert found
    return str(found["document"])


async def decided(
    conn: Connection, deployments: Sequence[Deployment], since: datetime, until: datetime
) -> list[Decided]:
    """Returns the decisions of a period, and earlier or later ones about what was deployed."""
    return await many(
        conn,
        Decided,
        SQL["decided"],
        since=since,
        until=until,
        environments=sorted({each.environment for each in deployments}),
        versions=sorted({each.version for each in deployments if each.version}),
        commits=sorted({each.commit[:7] for each in deployments if each.commit}),
    )
