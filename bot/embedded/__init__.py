"""PostgreSQL and Valkey for a laptop: used where `DATABASE_URL` or `REDIS_URL` is not set.

    async with embedded.postgres(folder) as dsn, embedded.valkey(folder) as url: ...

Both listen on unix sockets only, keep to `folder`, survive a kill -9 of the bot (whoever comes next adopts
them) and are started again when they die. Several processes may share a folder; the last to leave stops
the server.
"""

from bot.embedded.error import EmbeddedError
from bot.embedded.postgres import postgres
from bot.embedded.valkey import valkey

__all__ = ["EmbeddedError", "postgres", "valkey"]
