"""Runs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from psycopg.errors import UniqueViolation

from bot.errors import Busy
from bot.run import Run
from bot.store.database import Connection, as_json, many, maybe, one, row, violated
from bot.store.statements import Statements

SQL = Statements("run")


async def insert(
    conn: Connection,
    *,
    key: str,
    environment: str,
    channel: str,
    requested_by: str,
    requested_from: str,
    arguments: Mapping[str, str],
    configuration: str,
) -> Run:
    """Raises Busy when the environment has a run under way; the transaction is then over."""
    number = (await row(conn, SQL["take_number"]) or {})["last"]
    try:
        async with conn.transaction():
            return await one(
                conn,
                Run,
                SQL["insert"],
                number=number,
                key=key,
                environment=environment,
                channel=channel,
                requested_by=requested_by,
                requested_from=requested_from,
                arguments=as_json(dict(arguments)),
                configuration=configuration,
            )
    except UniqueViolation as error:
        if violated(error) != "run_one_active_per_environment":
            raise
        other = await one(conn, Run, SQL["active"], environment=environment)
        raise Busy(
            f"Run #{other.number} on {environment} is under way.",
            run=other.number,
            hint=f"/canary show #{other.number}, or /canary cancel #{other.number} <reason>",
        ) from error


async def find(conn: Connection, number: int) -> Run | None:
    return await maybe(conn, Run, SQL["by_number"], number=number)


async def by_key(conn: Connection, key: str) -> Run | None:
    return await maybe(conn, Run, SQL["by_key"], key=key)


async def lock(conn: Connection, number: int) -> Run:
    return await one(conn, Run, SQL["lock"], number=number)


async def active(conn: Connection) -> list[Run]:
    return await many(conn, Run, SQL["all_active"])


async def watched(conn: Connection) -> list[Run]:
    return await many(conn, Run, SQL["watched"])


async def watched_before(conn: Connection, run: Run) -> list[Run]:
    return await many(conn, Run, SQL["watched_before"], environment=run.environment, number=run.number)


async def latest(conn: Connection, environment: str, limit: int) -> list[Run]:
    return await many(conn, Run, SQL["latest"], environment=environment, limit=limit)


async def conclude(conn: Connection, number: int, *, evidence: str, expires: timedelta) -> Run:
    return await one(conn, Run, SQL["conclude"], number=number, evidence=evidence, expires=expires)


async def close(conn: Connection, number: int) -> Run:
    return await one(conn, Run, SQL["close"], number=number)


async def previous_version(conn: Connection, run: Run) -> str:
    """The version the last go put there; empty when no earlier go named one."""
    found = await row(conn, SQL["previous_version"], environment=run.environment, number=run.number)
    return found["version"] if found else ""
