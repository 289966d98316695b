"""Queries on the job engine's tables: heartbeats, taking over jobs, finding lost work."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any, TypeVar

from bot.base.work import Work
from bot.store.database import Connection, many, rows, run
from bot.store.statements import Statements

SQL = Statements("job")

AnyWork = TypeVar("AnyWork", bound=Work[Any])


async def beat(conn: Connection, workers: Sequence[int]) -> None:
    """Record heartbeats of these workers."""
    await run(conn, SQL["beat"], workers=list(workers))


async def take_over(conn: Connection, *, stalled: timedelta) -> list[tuple[int, str]]:
    """Requeue the jobs of dead workers, in one transaction. Returns (job, task) of each."""
    found = await rows(conn, SQL["orphaned"], stalled=stalled)
    if found:
        await hand_back(conn, [each["id"] for each in found])
    return [(each["id"], each["task_name"]) for each in found]


async def held(conn: Connection, workers: Sequence[int]) -> set[int]:
    """Returns the jobs assigned to these workers in the engine's tables."""
    return {each["id"] for each in await rows(conn, SQL["held"], workers=list(workers))}


async def hand_back(conn: Connection, dropped: Iterable[int]) -> None:
    """Requeue these jobs."""
    await run(conn, SQL["hand_back"], jobs=list(dropped))


async def lost(conn: Connection, kind: type[AnyWork], *, grace: timedelta) -> list[AnyWork]:
    """Returns work that the state requires, but that has no job.

    A worker that was paused and overtaken can end its successor's job; if the successor then dies, the job is lost.
    """
    return await many(conn, kind, kind.lost, grace=grace)
