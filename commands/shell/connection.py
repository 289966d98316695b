"""A command's connection to the bot's database: at this version, with the bot's privileges and no more."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from bot.base.environment import pasted
from commands.shell.console import run
from commands.shell.options import data_folder, start_log

if TYPE_CHECKING:
    from bot.store.database import Database
    from checks.secrets import Secrets

T = TypeVar("T")


def with_database(
    url: str | None, do: Callable[[Database], Awaitable[T]], secrets: Secrets | None = None
) -> T:
    """Returns what `do` returns. `secrets` are redacted from the log. Raises CanaryError if the database cannot be reached, or is not at this
    version.
    """
    start_log(secrets)
    return run(_with_database(pasted(url), do))


async def _with_database(url: str | None, do: Callable[[Database], Awaitable[T]]) -> T:
    from bot.store.database import Database
    from bot.store.migrate import behind, is_behind, standing
    from bot.store.roles import BOT, as_role
    from commands.database_location import located

    async with located(url, data_folder()) as dsn:
        found = standing(dsn)  # first, because a pool takes long to report a missing database
        if is_behind(found):
            raise behind(found)
        async with Database(dsn if url else as_role(dsn, BOT), size=2) as database:
            return await do(database)
