"""The conditions of conditional goes, until each is met or lifted."""

from __future__ import annotations

from datetime import datetime

from bot.rules.condition import ConditionState, Held, Said, TrackedCondition
from bot.rules.run import Run
from bot.store.database import Connection, many, maybe, one, run
from bot.store.statements import Statements

SQL = Statements("condition")


async def insert(
    conn: Connection, number: int, said: Said, *, remind_at: datetime | None
) -> TrackedCondition:
    """Open a condition of a run."""
    given = {**dict(said), "holds": list(said.holds)}
    return await one(conn, TrackedCondition, SQL["open"], run=number, remind_at=remind_at, **given)


async def of_run(conn: Connection, number: int) -> list[TrackedCondition]:
    return await many(conn, TrackedCondition, SQL["of_run"], run=number)


async def find(conn: Connection, number: int, condition: int) -> TrackedCondition | None:
    """-> one condition of a run. The caller holds the run's lock, if it is to change it."""
    return await maybe(conn, TrackedCondition, SQL["find"], run=number, number=condition)


async def plan_reminder(conn: Connection, condition: TrackedCondition, at: datetime | None) -> None:
    await run(conn, SQL["plan_reminder"], run=condition.run, number=condition.number, remind_at=at)


async def overdue(conn: Connection, condition: TrackedCondition) -> bool:
    """-> False if it is closed, is overdue already, or is not due yet."""
    return await run(conn, SQL["overdue"], run=condition.run, number=condition.number) == 1


async def close(
    conn: Connection, condition: TrackedCondition, state: ConditionState, *, by: str, statement: str = ""
) -> TrackedCondition:
    """Raises LookupError if it is closed already."""
    closed = {"state": state, "by": by, "statement": statement}
    return await one(
        conn, TrackedCondition, SQL["close"], run=condition.run, number=condition.number, **closed
    )


async def holding(conn: Connection, environment: str, action: str) -> list[Held]:
    """-> the open conditions that hold an action of an environment, of whichever run."""
    found = await many(conn, TrackedCondition, SQL["holding"], environment=environment, action=action)
    return [Held(condition=condition, environment=environment) for condition in found]


async def followed(conn: Connection) -> list[Run]:
    """-> the runs with conditions that are not closed."""
    return await many(conn, Run, SQL["runs_followed"])
