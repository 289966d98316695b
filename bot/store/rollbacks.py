"""Rolled-back runs, and the version to roll back to."""

from __future__ import annotations

from datetime import datetime

from bot.rules.previous import VERSION, Previous, previous
from bot.rules.rollback import Rollback
from bot.rules.run import Run
from bot.store.database import Connection, maybe, row, run
from bot.store.statements import Statements
from checks.placeholders import PREVIOUS

SQL = Statements("rollback")


async def insert(conn: Connection, number: int, *, by: str, reason: str = "") -> None:
    """Once per run; the caller holds its lock."""
    await run(conn, SQL["insert"], run=number, by=by, reason=reason)


async def of_run(conn: Connection, number: int) -> Rollback | None:
    return await maybe(conn, Rollback, SQL["of_run"], run=number)


async def previous_of(conn: Connection, of: Run, *, at: datetime | None = None) -> Previous:
    """Returns the version that rolling back this run would return to, as known now or at an earlier time."""
    given = of.arguments.get(PREVIOUS)
    if given is not None:
        found = await row(conn, SQL["rolled_back_in"], environment=of.environment, version=given)
        return previous(of.arguments, rolled_back_in=found["run"] if found else None)
    own = of.arguments.get(VERSION)
    if own is None:  # no version is known to differ, so a search of all earlier runs would find none
        return previous(of.arguments, last_good="")
    found = await row(
        conn, SQL["last_good"], environment=of.environment, number=of.number, version=own, at=at
    )
    return previous(of.arguments, last_good=found["version"] if found else "")
