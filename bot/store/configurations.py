"""Configurations of runs, by digest: stored as text, and never rewritten."""

from __future__ import annotations

from functools import lru_cache

from bot.base.formats import missing
from bot.plan.model import Pinned
from bot.plan.stored import read_pinned
from bot.store.database import Connection, row, run
from bot.store.statements import Statements

SQL = Statements("configuration")


async def keep(conn: Connection, pinned: Pinned) -> None:
    await run(conn, SQL["keep"], digest=pinned.digest, document=pinned.model_dump_json())


async def load(conn: Connection, digest: str) -> Pinned:
    return read(await document(conn, digest), digest)


async def document(conn: Connection, digest: str) -> str:
    """The stored text. Raises Unreadable if it is missing."""
    found = await row(conn, SQL["by_digest"], digest=digest)
    if found is None:
        raise missing(f"The configuration {digest}")
    return str(found["document"])


@lru_cache(maxsize=256)
def read(document: str, digest: str) -> Pinned:
    """Cached by text, because parsing a large one takes milliseconds, for every job of a run. Raises Unreadable."""
    return read_pinned(document, f"The configuration {digest}")
