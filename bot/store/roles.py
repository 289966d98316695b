"""The bot's own database role: it can add to the record, but neither change nor delete it."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TypeAlias

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo
from psycopg.errors import DuplicateObject, UniqueViolation
from psycopg.rows import DictRow

from bot.base.errors import CanaryError
from bot.store.statements import Statements, every_file
from checks.reading import Record

SQL = Statements("role")

BOT = "canary_bot"  # its name on the embedded server
_GRANT = re.compile(r"GRANT ([^;]+?)\s+ON (?!SEQUENCE)([\w\s,]+) TO \{role\}")

GRANTS = tuple(statements["grant"] for statements in every_file() if "grant" in statements)
# table -> what the bot may do with it, according to its .sql file
_MAY = {
    table: privileges
    for grant in GRANTS
    for privileges, tables in _GRANT.findall(grant)
    for table in re.findall(r"\w+", tables)
}
TABLES = tuple(_MAY)
RECORD = tuple(table for table, may in _MAY.items() if may == "SELECT, INSERT")  # append-only

Connection: TypeAlias = psycopg.Connection[DictRow]


class RoleError(CanaryError):
    """A role does not exist, lacks privileges that the bot needs, or has more than it should."""


class Standing(Record):
    """The connected role, and its privileges."""

    role: str
    version: str | None  # the newest migration; None for an empty database
    may_migrate: bool
    lacking: tuple[str, ...]  # tables that it cannot read
    rewritable: tuple[str, ...]  # tables of the record that it could change


def standing(conn: Connection) -> Standing:
    """Raises RoleError if this role cannot even read the version."""
    found = conn.execute(SQL["standing"]).fetchone()
    assert found
    if not found["may_look"]:
        raise not_granted(found["role"], ["alembic_version"])
    known = conn.execute(SQL["version"]).fetchone() if found["migrated"] else None
    return Standing(
        role=found["role"],
        version=known["version_num"] if known else None,
        may_migrate=found["may_migrate"],
        lacking=_names(conn, "lacking", tables=list(TABLES)),
        rewritable=rewritable(conn, found["role"]),
    )


def is_granted(conn: Connection, role: str) -> bool:
    return bool(conn.execute(SQL["granted"], {"role": role}).rowcount)


def rewritable(conn: Connection, role: str) -> tuple[str, ...]:
    """Returns tables of the record that the role could change."""
    return _names(conn, "rewritable", role=role, tables=list(RECORD))


def not_granted(role: str, tables: list[str] | tuple[str, ...]) -> RoleError:
    return RoleError(
        f"The database role {role} may not read {', '.join(tables)}.",
        hint=f"Run `canary migrate --grant-to {role}` as the owner of the tables.",
    )


def create(conn: Connection, role: str) -> None:
    """Create it on the embedded server, unless it exists."""
    with suppress(DuplicateObject, UniqueViolation):
        _execute(conn, "create", role=sql.Identifier(role))


def grant(conn: Connection, role: str) -> None:
    """Grant exactly what the bot needs, and revoke the rest. Raises RoleError without granting anything."""
    if not conn.execute(SQL["known"], {"role": role}).rowcount:
        raise RoleError(f"There is no database role {role}.", hint=f"CREATE ROLE {role} LOGIN PASSWORD '…'")
    with conn.transaction():
        to = sql.Identifier(role)
        tables = sql.SQL(", ").join(map(sql.Identifier, TABLES))
        _execute(conn, "revoke", role=to, tables=tables)
        for each in GRANTS:
            conn.execute(sql.SQL(each).format(role=to))
        _execute(conn, "schema", role=to, schema=sql.Identifier(*_names(conn, "current_schema")))
        for function in _names(conn, "functions"):
            _execute(conn, "grant_function", role=to, function=sql.SQL(function))
        if not is_granted(conn, role):  # PostgreSQL only warns that nothing was granted
            raise RoleError(
                f"The current database role may not grant {role} what the bot needs.",
                hint="Run `canary migrate` as the owner of the tables.",
            )
        if tables_left := rewritable(conn, role):
            raise RoleError(
                f"The role {role} could still change {', '.join(tables_left)}: it is a superuser or owns them.",
                hint="Grant to a role of the bot's own.",
            )


def as_role(dsn: str, role: str) -> str:
    return make_conninfo(dsn, user=role)


def _execute(conn: Connection, name: str, **parts: sql.Composable) -> None:
    conn.execute(sql.SQL(SQL[name]).format(**parts))


def _names(conn: Connection, name: str, **parameters: object) -> tuple[str, ...]:
    return tuple(found["name"] for found in conn.execute(SQL[name], parameters or None).fetchall())
