"""The inbox: interactions, stored before they are acknowledged."""

from __future__ import annotations

from datetime import datetime

from bot.base.errors import CanaryError, Counted, Refused
from bot.base.next_step import Next
from bot.rules.interaction import Interaction, Received
from bot.store.database import Connection, as_json, maybe, row, run
from bot.store.statements import Statements

SQL = Statements("inbox")


async def insert(conn: Connection, interaction: Interaction) -> None:
    """An existing row stays unchanged: Slack or a replay delivered it twice."""
    await run(
        conn,
        SQL["insert"],
        key=interaction.key,
        kind=interaction.kind,
        is_vote=interaction.is_vote,
        payload=as_json(interaction.payload),
    )


async def to_do(conn: Connection, key: str) -> Received | None:
    """Returns None if it is already done."""
    return await maybe(conn, Received, SQL["by_key"], key=key)


async def count(conn: Connection, key: str) -> bool:
    """Mark it as applied. Call this first in the transaction of its effect. Returns False if it was already
    applied.
    """
    return await run(conn, SQL["count"], key=key) == 1


async def refuse(conn: Connection, key: str, refusal: CanaryError) -> None:
    """Record the refusal, for a worker that handles it again. Call it in the transaction that marks it as applied."""
    people = list(refusal.people) if isinstance(refusal, Refused) else []
    then = [step.as_json() for step in refusal.then]
    said = {"message": str(refusal), "hint": refusal.hint, "then": then, "people": people}
    await run(conn, SQL["refuse"], key=key, refusal=as_json(said))


async def outcome(conn: Connection, key: str) -> Counted | Refused:
    """Returns the result of an interaction that is marked as applied."""
    found = await row(conn, SQL["refusal"], key=key)
    if found is None or found["refusal"] is None:
        return Counted("That has already been carried out.")
    said = found["refusal"]
    then = [Next.read(step) for step in said.get("then", ())]  # none before it was stored
    return Refused(said["message"], hint=said["hint"], then=then, people=said["people"])


async def votes_before(
    conn: Connection, person: str, run_key: str, *, before: datetime, besides: str
) -> bool:
    """Whether this person's earlier vote on a run is still unhandled."""
    found = await row(
        conn, SQL["votes_before"], person=person, run_key=run_key, before=before, besides=besides
    )
    return found is not None


async def done(conn: Connection, key: str, error: str | None = None) -> None:
    await run(conn, SQL["done"], key=key, error=error)


async def forget_where_to_answer(conn: Connection) -> None:
    """Remove the response URLs of interactions handled so long ago that Slack no longer accepts responses."""
    await run(conn, SQL["forget"])
