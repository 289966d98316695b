"""Embedded PostgreSQL and Valkey: used if `DATABASE_URL` or `REDIS_URL` is not set.

    async with embedded.postgres(folder) as dsn, embedded.valkey(folder) as url: ...

Both listen on unix sockets only, keep their data in `folder`, survive a kill -9 of the bot (the next process
adopts them) and are restarted when they die. Several processes may share a folder; the last one to leave stops
the server.
"""

from bot.embedded.error import EmbeddedError
from bot.embedded.postgres import postgres
from bot.embedded.valkey import valkey

__all__ = ["EmbeddedError", "postgres", "valkey"]
