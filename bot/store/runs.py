"""Runs."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta

from psycopg.errors import UniqueViolation

from bot.base.errors import Busy, Misused, Unavailable
from bot.base.next_step import Next
from bot.rules.previous_run import PreviousRun
from bot.rules.run import Overview, Run
from bot.store.database import Connection, as_json, many, maybe, one, row, rows, violated
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
    baseline: int | None = None,
) -> Run:
    """Raises Busy if the environment has an active run; the transaction is then aborted."""
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
                baseline=baseline,
            )
    except UniqueViolation as error:
        if violated(error) != "run_one_active_per_environment":
            raise
        await must_be_free(conn, environment)
        raise Unavailable(f"Another run on {environment} has just ended.", hint="Try again.") from error


async def must_be_free(conn: Connection, environment: str) -> None:
    """Raises Busy if the environment has an active run."""
    if other := await maybe(conn, Run, SQL["active"], environment=environment):
        raise Busy(
            f"Run #{other.number} on {environment} is already under way.",
            run=other.number,
            then=[Next.show(other.number), Next.cancel(other.number)],
        )


async def find(conn: Connection, number: int) -> Run | None:
    return await maybe(conn, Run, SQL["by_number"], number=number)


async def existing(conn: Connection, number: int) -> Run:
    """Returns the run with this number. Raises Misused if there is none."""
    if run := await find(conn, number):
        return run
    raise Misused(f"There is no run #{number}.", then=[Next.list_runs()])


async def by_key(conn: Connection, key: str) -> Run | None:
    return await maybe(conn, Run, SQL["by_key"], key=key)


async def lock(conn: Connection, number: int) -> Run:
    return await one(conn, Run, SQL["lock"], number=number)


async def lock_active(conn: Connection, environment: str) -> Run | None:
    """Lock the environment's active run. Lock it before an older run of the environment, as the decision does."""
    return await maybe(conn, Run, SQL["lock_active"], environment=environment)


async def active(conn: Connection) -> list[Run]:
    return await many(conn, Run, SQL["all_active"])


async def watched(conn: Connection) -> list[Run]:
    return await many(conn, Run, SQL["watched"])


async def watched_before(conn: Connection, run: Run) -> list[Run]:
    return await many(conn, Run, SQL["watched_before"], environment=run.environment, number=run.number)


async def previous(conn: Connection, run: Run, checks: Collection[str]) -> PreviousRun | None:
    """The environment's last run before this one that has evidence and was not removed, with its results of
    these checks. Raises pydantic's ValidationError if this version cannot parse them.
    """
    return await maybe(
        conn,
        PreviousRun,
        SQL["previous"],
        environment=run.environment,
        number=run.number,
        checks=list(checks),
    )


async def overview(conn: Connection, environment: str | None, limit: int) -> list[Overview]:
    """Newest first; without `environment`, of all environments."""
    return await many(conn, Overview, SQL["overview"], environment=environment, limit=limit)


async def not_checking(conn: Connection, numbers: Sequence[int]) -> set[int]:
    """Returns the runs among these that are no longer checking."""
    return {each["number"] for each in await rows(conn, SQL["not_checking"], numbers=list(numbers))}


async def asked_lately(conn: Connection, person: str, *, most: int) -> tuple[int, float]:
    """Returns how many of the newest `most` runs this person started within the last hour, and seconds until
    the oldest is an hour old.
    """
    found = await row(conn, SQL["asked_lately"], person=person, most=most)
    assert found
    return int(found["runs"]), float(found["again_in"])


async def conclude(conn: Connection, number: int, *, evidence: str, expires: timedelta) -> Run:
    return await one(conn, Run, SQL["conclude"], number=number, evidence=evidence, expires=expires)


async def close(conn: Connection, number: int) -> Run:
    return await one(conn, Run, SQL["close"], number=number)
