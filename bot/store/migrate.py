"""Migrates a database to this version: plain .sql files, in order, under a lock.

Migrations of one thousand (0001, 0002, …) only add. A bot therefore works on a database that a newer bot
brought further within its own thousand, as during a rollout or after a downgrade. A change that an older bot
could not work with begins the next thousand.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from typing import Any

import psycopg
from psycopg.rows import dict_row

from bot.base.errors import CanaryError, Unavailable
from bot.store import roles
from bot.store.failure import database_failures
from bot.store.roles import Connection, Standing

CONNECT_WITHIN = 5  # seconds
_LOCK = 4_220_731  # any number, the same for every replica
_MALFORMED = re.compile(r"invalid (?:\w+ )*value|could not match \d+ port|Servname not supported")
_UNKNOWN_PARAMETER = re.compile(r'invalid URI query parameter: "(\w{1,40})"', re.ASCII)
_NUMBERED = re.compile(r"(\d{4})_\w+\.sql")


class SchemaError(CanaryError):
    """The database is not at this bot's version, and this bot may not migrate it."""


def newest() -> str:
    """The number of the newest migration, like "0002"."""
    names = (entry.name for entry in (resources.files("bot.store") / "migrations" / "versions").iterdir())
    return max(match[1] for match in map(_NUMBERED.fullmatch, names) if match)


def is_behind(found: Standing) -> bool:
    """Whether migrations are missing."""
    return found.version is None or found.version < newest()


def standing(dsn: str) -> Standing:
    """Raises Unavailable, RoleError, and SchemaError for a database that this bot is too old for."""
    with _connected(dsn) as conn:
        return _known(conn)


def own_database(owner: str) -> str:
    """For the embedded server: migrate as the owner. Returns the DSN of the bot's role, which is not the
    owner.
    """
    dsn = roles.as_role(owner, roles.BOT)
    with _connected(owner) as conn:
        found = _known(conn)
        is_ready = not is_behind(found) and roles.is_granted(conn, roles.BOT)
    if not is_ready:
        migrate(owner, grant_to=roles.BOT, create_role=True)
    return dsn


def migrate(dsn: str, *, grant_to: str | None = None, create_role: bool = False) -> None:
    """Concurrent migrations wait for each other. Loads Alembic only if there is something to do.

    `grant_to`: the role to grant what the bot needs. Raises Unavailable, RoleError, SchemaError.
    """
    with _connected(dsn) as conn:
        conn.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        found = _known(conn)
        if is_behind(found):
            if not found.may_migrate:
                raise behind(found)
            _upgrade(dsn)
        if grant_to and create_role:
            roles.create(conn, grant_to)
        if grant_to:
            roles.grant(conn, grant_to)


def behind(found: Standing) -> SchemaError:
    return SchemaError(
        f"The database is at version {found.version or 'none'}, this bot needs {newest()}, and its role "
        f"{found.role} may not change tables.",
        hint=f"Run `canary migrate --grant-to {found.role}` as the owner of the tables.",
    )


def _known(conn: Connection) -> Standing:
    found = roles.standing(conn)
    if found.version and _thousand(found.version) > _thousand(newest()):
        raise SchemaError(
            f"The database is at version {found.version}, and this bot knows versions up to {newest()}.",
            hint="Start the newer bot that brought it there, or go back to a backup from before.",
        )
    return found


def _thousand(version: str) -> float:
    """A version that is not numbered like ours is somebody else's, and counts as newer than all that we know."""
    return int(version) // 1000 if re.fullmatch(r"\d{4}", version, re.ASCII) else math.inf


def _upgrade(dsn: str) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "bot.store:migrations")
    config.attributes["dsn"] = dsn
    command.upgrade(config, "head")


@contextmanager
def _connected(dsn: str) -> Iterator[Connection]:
    with said_plainly():
        connection = psycopg.connect(
            dsn, autocommit=True, connect_timeout=CONNECT_WITHIN, row_factory=dict_row
        )
    with database_failures(), connection as conn:
        yield conn


@contextmanager
def said_plainly() -> Iterator[None]:
    """Does not quote a malformed URL, which may contain a password."""
    try:
        yield
    except psycopg.OperationalError as error:
        why = str(error).strip().partition("\n")[0]
        if _MALFORMED.search(why):  # libpq quotes what it could not parse
            raise _malformed(why) from None
        raise Unavailable(f"The database cannot be reached: {why}.", hint="Check DATABASE_URL.") from error
    except psycopg.ProgrammingError as error:
        raise _malformed(str(error)) from None


def _malformed(why: str) -> Unavailable:
    if unknown := _UNKNOWN_PARAMETER.search(why):
        return Unavailable(
            f"DATABASE_URL has the parameter {unknown[1]!r}, which PostgreSQL does not know.",
            hint=f"Remove ?{unknown[1]}=… from it; other libraries' settings do not belong there.",
        )
    return Unavailable(
        "DATABASE_URL is not a URL of a PostgreSQL database: it looks like "
        "postgresql://USER:PASSWORD@HOST:5432/DATABASE.",
        hint="Special characters of the password are written as %40, %2F and the like.",
    )


def run_sql(revision: str, connection: Any) -> None:
    """For a revision's `upgrade`: runs its .sql file."""
    folder = resources.files("bot.store") / "migrations" / "versions"
    script = next(
        entry
        for entry in folder.iterdir()
        if entry.name.startswith(f"{revision}_") and entry.name.endswith(".sql")
    )
    connection.connection.cursor().execute(script.read_text(encoding="utf-8"))
