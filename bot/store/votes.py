"""Votes and waivers, each bound to one evidence digest."""

from __future__ import annotations

from datetime import datetime

from bot.rules.approval import Choice, Condition, Vote, Waiver
from bot.rules.run import Run
from bot.store.database import Connection, as_json, row, rows, run
from bot.store.statements import Statements

SQL = Statements("vote")


async def cast(
    conn: Connection,
    number: int,
    *,
    evidence: str,
    person: str,
    roles: tuple[str, ...],
    choice: Choice,
    reason: str = "",
    condition: Condition | None = None,
    said_at: datetime | None = None,
) -> bool:
    """`said_at`: when it was clicked, default now. Returns False if the same vote, or a newer one, already
    counts.

    Repeating the same vote only makes it the newest.
    """
    found = await row(
        conn,
        SQL["cast"],
        run=number,
        evidence=evidence,
        person=person,
        roles=list(roles),
        choice=choice,
        reason=reason,
        condition=as_json(condition) if condition else None,
        said_at=said_at,
    )
    return found is not None and bool(found["counts"])


async def voters(conn: Connection, of: Run) -> tuple[str, ...]:
    """Returns voters on the run's current evidence, in order."""
    found = await rows(conn, SQL["voters"], run=of.number, evidence=of.evidence)
    return tuple(vote["person"] for vote in found)


async def waived(conn: Connection, of: Run) -> tuple[str, ...]:
    """Returns checks that are waived on the run's current evidence."""
    found = await rows(conn, SQL["waived"], run=of.number, evidence=of.evidence)
    return tuple(each["check"] for each in found)


async def withdraw(conn: Connection, number: int, vote: Vote) -> None:
    await run(conn, SQL["withdraw"], run=number, evidence=vote.evidence, person=vote.person)


async def waive(
    conn: Connection, number: int, *, evidence: str, check: str, person: str, reason: str
) -> bool:
    """Returns False if it was already waived."""
    touched = await run(
        conn, SQL["waive"], run=number, evidence=evidence, check=check, person=person, reason=reason
    )
    return touched == 1


async def withdraw_waiver(conn: Connection, number: int, waiver: Waiver) -> None:
    await run(conn, SQL["withdraw_waiver"], run=number, evidence=waiver.evidence, check=waiver.check)
