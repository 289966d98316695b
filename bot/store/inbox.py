"""The inbox: interactions, stored before they are acknowledged."""

from __future__ import annotations

from bot.base.errors import CanaryError, Counted, Refused
from bot.base.next_step import Next
from bot.rules.interaction import Interaction, Received
from bot.store.database import Connection, as_json, maybe, row, run
from bot.store.statements import Statements

SQL = Statements("inbox")


async def insert(conn: Connection, interaction: Interaction) -> None:
    """What is there already stays as it is: Slack, or a replay, delivered it twice."""
    await run(
        conn,
        SQL["insert"],
        key=interaction.key,
        kind=interaction.kind,
        is_vote=interaction.is_vote,
        payload=as_json(interaction.payload),
    )


async def to_do(conn: Connection, key: str) -> Received | None:
    """None when it is done already."""
    return await maybe(conn, Received, SQL["by_key"], key=key)


async def count(conn: Connection, key: str) -> bool:
    """Call it first in the transaction of its effect. False when it had that effect already."""
    return await run(conn, SQL["count"], key=key) == 1


async def refuse(conn: Connection, key: str, refusal: CanaryError) -> None:
    """What it came to, for whoever works it off again; call it in the transaction that counts it."""
    people = list(refusal.people) if isinstance(refusal, Refused) else []
    then = [step.as_json() for step in refusal.then]
    said = {"message": str(refusal), "hint": refusal.hint, "then": then, "people": people}
    await run(conn, SQL["refuse"], key=key, refusal=as_json(said))


async def outcome(conn: Connection, key: str) -> Counted | Refused:
    """What one that is counted came to."""
    found = await row(conn, SQL["refusal"], key=key)
    if found is None or found["refusal"] is None:
        return Counted("That has already been carried out.")
    said = found["refusal"]
    then = [Next.read(step) for step in said.get("then", ())]  # none before it was stored
    return Refused(said["message"], hint=said["hint"], then=then, people=said["people"])


async def done(conn: Connection, key: str, error: str | None = None) -> None:
    await run(conn, SQL["done"], key=key, error=error)


async def forget_where_to_answer(conn: Connection) -> None:
    """Of interactions that are worked off for so long that Slack takes no answer there any more."""
    await run(conn, SQL["forget"])
