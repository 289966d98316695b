"""The checks of a run, and their results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.store.database import Connection, as_json, row, rows, run
from bot.store.statements import Statements
from checks.result import Result

SQL = Statements("check_run")


async def insert(conn: Connection, number: int, names: Iterable[str]) -> None:
    async with conn.pipeline():
        for position, name in enumerate(names):
            await run(conn, SQL["insert"], run=number, name=name, position=position)


async def unfinished(conn: Connection, number: int) -> int:
    found = await row(conn, SQL["unfinished"], run=number)
    assert found
    return int(found["checks"])


async def took(conn: Connection, environment: str) -> Mapping[str, float]:
    """Check -> the seconds that it took in the environment's last run."""
    found = await rows(conn, SQL["took"], environment=environment)
    return {each["name"]: each["seconds"] for each in found}


async def results(conn: Connection, number: int, names: Iterable[str]) -> dict[str, Result]:
    """Of those that are done among these."""
    found = await rows(conn, SQL["results"], run=number, names=list(names))
    return {one["name"]: Result.model_validate(one["result"], extra="ignore") for one in found}


async def start(conn: Connection, number: int, name: str) -> int | None:
    """Returns the number of this attempt, for `finish`; None if another worker has already finished it."""
    found = await row(conn, SQL["start"], run=number, name=name)
    return found["attempt"] if found else None


async def finish(conn: Connection, number: int, name: str, result: Result, *, attempt: int) -> bool:
    """Returns False if it already has a result, or a later attempt has started while this worker was paused."""
    given = as_json(result)
    return await run(conn, SQL["finish"], run=number, name=name, result=given, attempt=attempt) == 1
