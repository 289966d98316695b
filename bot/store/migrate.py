"""Brings a database to this version of the schema: plain .sql files, in order, under a lock."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from typing import Any

import psycopg

from bot.errors import Unavailable

CONNECT_WITHIN = 5  # seconds
_LOCK = 4_220_731  # any number, the same for every replica
_NUMBERED = re.compile(r"(\d{4})_\w+\.sql")


def newest() -> str:
    """The number of the newest migration, like "0002"."""
    names = (entry.name for entry in (resources.files("bot.store") / "migrations" / "versions").iterdir())
    return max(match[1] for match in map(_NUMBERED.fullmatch, names) if match)


async def version(dsn: str) -> str | None:
    """The number of the newest migration that the database has; None for an empty one. Raises Unavailable."""
    with _said_plainly():
        connection = await psycopg.AsyncConnection.connect(
            dsn, autocommit=True, connect_timeout=CONNECT_WITHIN
        )
    async with connection as conn:
        known = await (await conn.execute("SELECT to_regclass('alembic_version') IS NOT NULL")).fetchone()
        if not known or not known[0]:
            return None
        found = await (await conn.execute("SELECT version_num FROM alembic_version")).fetchone()
    return str(found[0]) if found else None


def migrate(dsn: str) -> None:
    """Several at once wait for each other. Loads Alembic, which the running bot does without. Raises Unavailable."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "bot.store:migrations")
    with _said_plainly():
        connection = psycopg.connect(dsn, autocommit=True, connect_timeout=CONNECT_WITHIN)
    with connection as conn:
        conn.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        config.attributes["dsn"] = dsn
        command.upgrade(config, "head")


@contextmanager
def _said_plainly() -> Iterator[None]:
    """A malformed URL is not repeated: it may hold a password."""
    try:
        yield
    except psycopg.OperationalError as error:
        why = str(error).strip().partition("\n")[0]
        raise Unavailable(f"The database cannot be reached: {why}.", hint="Check DATABASE_URL.") from error
    except psycopg.ProgrammingError:
        raise Unavailable("DATABASE_URL is no URL of a PostgreSQL database.") from None


def run_sql(revision: str, connection: Any) -> None:
    """For a revision's `upgrade`: the .sql file of its number."""
    folder = resources.files("bot.store") / "migrations" / "versions"
    script = next(
        entry
        for entry in folder.iterdir()
        if entry.name.startswith(f"{revision}_") and entry.name.endswith(".sql")
    )
    connection.connection.cursor().execute(script.read_text(encoding="utf-8"))
