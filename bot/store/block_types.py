"""Which types of blocks a workspace knows, according to its responses."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from bot.store.database import Connection, many, run
from bot.store.statements import Statements
from checks.reading import Record

SQL = Statements("block_type")


class BlockType(Record):
    type: str
    known: bool
    due: bool  # it was refused so long ago that it may be tried again


async def of_team(conn: Connection, team: str, again: timedelta) -> list[BlockType]:
    return await many(conn, BlockType, SQL["of_team"], team=team, again=again)


async def remember(conn: Connection, team: str, types: Iterable[str], *, known: bool) -> None:
    await run(conn, SQL["remember"], team=team, types=sorted(types), known=known)


async def ask_again(conn: Connection, team: str, kind: str, again: timedelta) -> bool:
    """Returns whether it is due and the caller may try it: only one message per interval does."""
    return await run(conn, SQL["ask_again"], team=team, type=kind, again=again) == 1
