"""The inbox: interactions, stored before they are acknowledged."""

from __future__ import annotations

from bot.interaction import Interaction
from bot.store.database import Connection, as_json, maybe, run
from bot.store.statements import Statements

SQL = Statements("inbox")


async def insert(conn: Connection, interaction: Interaction) -> bool:
    """False when it is there already: Slack, or a replay, delivered it twice."""
    touched = await run(
        conn,
        SQL["insert"],
        key=interaction.key,
        kind=interaction.kind,
        payload=as_json(interaction.payload),
    )
    return touched == 1


async def to_do(conn: Connection, key: str) -> Interaction | None:
    """None when it is done already."""
    return await maybe(conn, Interaction, SQL["by_key"], key=key)


async def done(conn: Connection, key: str, error: str | None = None) -> None:
    await run(conn, SQL["done"], key=key, error=error)
