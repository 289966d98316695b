"""Configurations that runs were started with, by digest."""

from __future__ import annotations

from functools import lru_cache

from bot.plan.model import Pinned
from bot.store.database import Connection, row, run
from bot.store.statements import Statements

SQL = Statements("configuration")


async def keep(conn: Connection, pinned: Pinned) -> None:
    await run(conn, SQL["keep"], digest=pinned.digest, document=pinned.model_dump_json())


async def load(conn: Connection, digest: str) -> Pinned:
    found = await row(conn, SQL["by_digest"], digest=digest)
    if found is None:
        raise LookupError(f"no configuration {digest}")
    return _read(found["document"])


@lru_cache(maxsize=256)
def _read(document: str) -> Pinned:
    """The same text is the same configuration; reading a large one takes milliseconds, for every job of a run."""
    return Pinned.model_validate_json(document)
