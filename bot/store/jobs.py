"""The job engine's tables, as far as we look after its workers: who lives, whose work is taken over, what was lost."""

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
    """These workers live."""
    await run(conn, SQL["beat"], workers=list(workers))


async def take_over(conn: Connection, *, stalled: timedelta) -> list[tuple[int, str]]:
    """Hand out again what dead workers had, in one transaction; -> (job, task) of each."""
    found = await rows(conn, SQL["orphaned"], stalled=stalled)
    if found:
        await hand_back(conn, [each["id"] for each in found])
    return [(each["id"], each["task_name"]) for each in found]


async def held(conn: Connection, workers: Sequence[int]) -> set[int]:
    """The jobs that these workers have in hand, by the engine's books."""
    return {each["id"] for each in await rows(conn, SQL["held"], workers=list(workers))}


async def hand_back(conn: Connection, dropped: Iterable[int]) -> None:
    """Somebody is to do these again."""
    await run(conn, SQL["hand_back"], jobs=list(dropped))


async def lost(conn: Connection, kind: type[AnyWork], *, grace: timedelta) -> list[AnyWork]:
    """What the state says is to be done, and no job will do.

    A worker that slept and was overtaken ends the job of who overtook it; when that one dies, the job is gone.
    """
    return await many(conn, kind, kind.lost, grace=grace)
