"""Watches and their triggers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from bot.rules.watch import Trigger, Watch, WatchEnd
from bot.store.database import Connection, many, maybe, one, rows, run
from bot.store.statements import Statements

SQL = Statements("watch")


async def insert(conn: Connection, number: int, *, length: timedelta, triggers: Iterable[str]) -> Watch:
    watch = await one(conn, Watch, SQL["insert"], run=number, length=length)
    for name in triggers:
        await run(conn, SQL["add_trigger"], run=number, name=name)
    return watch


async def find(conn: Connection, number: int) -> Watch | None:
    return await maybe(conn, Watch, SQL["of_run"], run=number)


async def look(conn: Connection, number: int, tick: int) -> Watch | None:
    """Returns the watch with the number of this attempt, or None if that tick is done or the watch has ended."""
    return await maybe(conn, Watch, SQL["look"], run=number, tick=tick)


async def ticked(conn: Connection, number: int, tick: int) -> None:
    await run(conn, SQL["tick"], run=number, tick=tick)


async def finish(conn: Connection, number: int, end: WatchEnd) -> bool:
    """Returns False if it had already ended."""
    return await run(conn, SQL["finish"], run=number, end=end) == 1


async def not_watching(conn: Connection, numbers: Sequence[int]) -> set[int]:
    """Which of these runs are no longer watched."""
    return {each["run"] for each in await rows(conn, SQL["not_watching"], runs=list(numbers))}


async def triggers(conn: Connection, number: int) -> list[Trigger]:
    return await many(conn, Trigger, SQL["triggers"], run=number)


async def put_trigger(conn: Connection, trigger: Trigger) -> None:
    await run(conn, SQL["put_trigger"], **dict(trigger))
