"""Questions that change nothing."""

from __future__ import annotations

from dataclasses import dataclass

from bot.base.errors import Misused, Unreadable
from bot.rules.dossier import Dossier
from bot.rules.run import Run
from bot.store import dossiers, runs
from bot.store.database import Connection
from bot.workflow.services import Services


async def dossier(services: Services, number: int) -> Dossier:
    """Raises Misused when there is no such run."""
    async with services.database.transaction() as conn:
        run = await runs.existing(conn, number)
        return await dossiers.read(conn, run)


async def dossier_by_key(services: Services, key: str) -> Dossier:
    """The dossier of the run that a button belongs to."""
    async with services.database.transaction() as conn:
        run = await runs.by_key(conn, key)
        if run is None:
            raise Misused("I do not know the run that this button belongs to.", hint="/canary status")
        return await dossiers.read(conn, run)


@dataclass(frozen=True)
class Illegible:
    """A run of which no dossier can be read."""

    run: Run
    why: Unreadable


async def under_way(services: Services) -> list[Dossier | Illegible]:
    """What is checking, waits for votes, or is being watched."""
    async with services.database.transaction() as conn:
        found = {run.number: run for run in await runs.active(conn)}
        found |= {run.number: run for run in await runs.watched(conn)}
        return [await _readable(conn, found[number]) for number in sorted(found)]


async def _readable(conn: Connection, run: Run) -> Dossier | Illegible:
    try:
        return await dossiers.read(conn, run)
    except Unreadable as why:
        return Illegible(run, why)


async def latest(services: Services, environment: str, limit: int = 5) -> list[Run]:
    async with services.database.connection() as conn:
        return await runs.latest(conn, environment, limit)
