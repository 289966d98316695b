"""The checks of a run, and their results."""

from __future__ import annotations

from collections.abc import Iterable

from bot.run import CheckRun
from bot.store.database import Connection, as_json, many, row, run
from bot.store.statements import Statements
from checks.result import Result

SQL = Statements("check_run")


async def insert(conn: Connection, number: int, names: Iterable[str]) -> None:
    async with conn.pipeline():
        for position, name in enumerate(names):
            await run(conn, SQL["insert"], run=number, name=name, position=position)


async def of_run(conn: Connection, number: int) -> list[CheckRun]:
    return await many(conn, CheckRun, SQL["of_run"], run=number)


async def unfinished(conn: Connection, number: int) -> int:
    found = await row(conn, SQL["unfinished"], run=number)
    assert found
    return int(found["checks"])


async def start(conn: Connection, number: int, name: str) -> bool:
    """False when it is done already: somebody else was faster."""
    return await run(conn, SQL["start"], run=number, name=name) == 1


async def finish(conn: Connection, number: int, name: str, result: Result) -> bool:
    """False when it had an answer already."""
    return await run(conn, SQL["finish"], run=number, name=name, result=as_json(result)) == 1
