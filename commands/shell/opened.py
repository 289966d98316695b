"""The bot's database for a command: open, at this version, with the rights of the bot and no more."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from bot.base.environment import pasted
from commands.shell.console import run
from commands.shell.options import data_folder, start_log

if TYPE_CHECKING:
    from bot.store.database import Database

T = TypeVar("T")


def with_database(url: str | None, do: Callable[[Database], Awaitable[T]]) -> T:
    """What `do` returns. Raises CanaryError where the database is not there, or not at this version."""
    start_log()
    return run(_with_database(pasted(url), do))


async def _with_database(url: str | None, do: Callable[[Database], Awaitable[T]]) -> T:
    from bot.store.database import Database
    from bot.store.migrate import behind, is_behind, standing
    from bot.store.roles import BOT, as_role
    from commands.database_location import located

    async with located(url, data_folder()) as dsn:
        found = standing(dsn)  # asked first: a pool takes long to say that there is none
        if is_behind(found):
            raise behind(found)
        async with Database(dsn if url else as_role(dsn, BOT), size=2) as database:
            return await do(database)
