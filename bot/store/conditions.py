"""The conditions of conditional goes, until each is met or lifted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.rules.condition import ConditionState, Held, Said, TrackedCondition
from bot.rules.rollback import Found
from bot.rules.run import Run
from bot.store.database import Connection, as_json, many, maybe, one, rows, run
from bot.store.statements import Statements
from checks.outcome import Outcome

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
    """Returns one condition of a run. To change it, the caller holds the run's lock."""
    return await maybe(conn, TrackedCondition, SQL["find"], run=number, number=condition)


async def plan_reminder(conn: Connection, condition: TrackedCondition, at: datetime | None) -> None:
    await run(conn, SQL["plan_reminder"], run=condition.run, number=condition.number, remind_at=at)


async def overdue(conn: Connection, condition: TrackedCondition) -> bool:
    """Returns False if it is closed, is overdue already, or is not due yet."""
    return await run(conn, SQL["overdue"], run=condition.run, number=condition.number) == 1


async def close(
    conn: Connection, condition: TrackedCondition, state: ConditionState, *, by: str, statement: str = ""
) -> TrackedCondition:
    """Raises LookupError if it is closed already."""
    closed = {"state": state, "by": by, "statement": statement}
    return await one(
        conn, TrackedCondition, SQL["close"], run=condition.run, number=condition.number, **closed
    )


async def look(conn: Connection, number: int, condition: int, tick: int) -> TrackedCondition | None:
    """Returns the condition with the number of this attempt, or None if that tick is done or it is closed."""
    return await maybe(conn, TrackedCondition, SQL["look"], run=number, number=condition, tick=tick)


async def bring_forward(conn: Connection, condition: TrackedCondition) -> bool:
    """Have its check measured now instead of later. Returns False if no measurement is scheduled or under way.

    There must be one job for it at most: another, due later, would hide that this one got lost.
    """
    return bool(await rows(conn, SQL["bring_forward"], run=condition.run, number=condition.number))


async def measured(
    conn: Connection, condition: TrackedCondition, tick: int, outcome: Outcome, found: Found
) -> TrackedCondition:
    """The caller holds the run's lock, and has verified that the attempt is the newest."""
    named = {"run": condition.run, "number": condition.number, "tick": tick}
    return await one(conn, TrackedCondition, SQL["measured"], **named, outcome=outcome, found=as_json(found))


async def all_closed(conn: Connection, numbers: Sequence[int]) -> set[int]:
    """Returns the runs among these whose conditions are all closed."""
    return {each["number"] for each in await rows(conn, SQL["all_closed"], runs=list(numbers))}


async def issue(conn: Connection, number: int, *, digest: str, document: str) -> None:
    """The addendum to a run's packet, once all its conditions are closed."""
    await run(conn, SQL["issue"], run=number, digest=digest, document=document)


async def holding(conn: Connection, environment: str, action: str | None = None) -> list[Held]:
    """Returns the open conditions that hold an action of an environment, or any of its actions, of any run."""
    found = await many(conn, TrackedCondition, SQL["holding"], environment=environment, action=action)
    return [Held(condition=condition, environment=environment) for condition in found]


async def followed(conn: Connection) -> list[Run]:
    """Returns the runs with open conditions."""
    return await many(conn, Run, SQL["runs_followed"])
