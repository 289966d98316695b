"""The inbox: interactions, stored before they are acknowledged."""

from __future__ import annotations

from bot.interaction import Interaction, Received
from bot.store.database import Connection, as_json, maybe, run
from bot.store.statements import Statements

SQL = Statements("inbox")


async def insert(conn: Connection, interaction: Interaction) -> None:
    """What is there already stays as it is: Slack, or a replay, delivered it twice."""
    await run(
        conn,
        SQL["insert"],
        key=interaction.key,
        kind=interaction.kind,
        payload=as_json(interaction.payload),
    )


async def to_do(conn: Connection, key: str) -> Received | None:
    """None when it is done already."""
    return await maybe(conn, Received, SQL["by_key"], key=key)


async def count(conn: Connection, key: str) -> bool:
    """Call it first in the transaction of its effect. False when it had that effect already."""
    return await run(conn, SQL["count"], key=key) == 1


async def done(conn: Connection, key: str, error: str | None = None) -> None:
    await run(conn, SQL["done"], key=key, error=error)
