"""Locates the bot's database: the one that DATABASE_URL names, otherwise the embedded one, whether a bot runs
or not.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.base.errors import CanaryError


@asynccontextmanager
async def located(database_url: str | None, data: Path) -> AsyncIterator[str]:
    """Returns a DSN; the server runs while the block lasts. Creates no server. Raises CanaryError."""
    if database_url is not None:
        yield database_url
        return
    from bot import embedded

    if not (data / "postgres").exists():
        raise CanaryError(
            f"There is no database in {data}, and DATABASE_URL is not set.",
            hint="Set DATABASE_URL, or CANARY_DATA to the bot's data folder.",
        )
    async with embedded.postgres(data) as dsn:
        yield dsn
