"""Brings a database to this version of the schema: plain .sql files, in order, under a lock."""

from __future__ import annotations

import re
from importlib import resources
from typing import Any

import psycopg

_LOCK = 4_220_731  # any number, the same for every replica
_NUMBERED = re.compile(r"(\d{4})_\w+\.sql")


def newest() -> str:
    """The number of the newest migration, like "0002"."""
    names = (entry.name for entry in (resources.files("bot.store") / "migrations" / "versions").iterdir())
    return max(match[1] for match in map(_NUMBERED.fullmatch, names) if match)


async def version(dsn: str) -> str | None:
    """The number of the newest migration that the database has; None for an empty one."""
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True, connect_timeout=5) as conn:
        known = await (await conn.execute("SELECT to_regclass('alembic_version') IS NOT NULL")).fetchone()
        if not known or not known[0]:
            return None
        found = await (await conn.execute("SELECT version_num FROM alembic_version")).fetchone()
    return str(found[0]) if found else None


def migrate(dsn: str) -> None:
    """Several at once wait for each other. Loads Alembic, which the running bot does without."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "bot.store:migrations")
    with psycopg.connect(dsn, autocommit=True) as conn:
        conn.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        config.attributes["dsn"] = dsn
        command.upgrade(config, "head")


def run_sql(revision: str, connection: Any) -> None:
    """For a revision's `upgrade`: the .sql file of its number."""
    folder = resources.files("bot.store") / "migrations" / "versions"
    script = next(
        entry
        for entry in folder.iterdir()
        if entry.name.startswith(f"{revision}_") and entry.name.endswith(".sql")
    )
    connection.connection.cursor().execute(script.read_text(encoding="utf-8"))
