"""What is wrong with a `dsn`, as far as known without connecting, in words that reveal none of its secrets.
Pure.
"""

from __future__ import annotations

import re

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

_EXPECTED = "expected a URL like postgresql://user@host/database, or keywords like host=… dbname=…"
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9]*)(\+[A-Za-z0-9]+)?(?::[A-Za-z]+)?://")
_PARAMETER = re.compile(r'invalid (?:URI query parameter|connection option)[: ]*"([A-Za-z_]{1,40})"')
_OTHERS = {  # parameters of other libraries, which people copy; no other is named, for it may be part of a password
    **dict.fromkeys(
        (
            "schema",
            "connection_limit",
            "pool_timeout",
            "pgbouncer",
            "sslaccept",
            "socket_timeout",
            "sslidentity",
        ),
        "Prisma",
    ),
    "currentSchema": "JDBC",
    "charset": "Doctrine",
    "serverVersion": "Doctrine",
}


def problem_with(dsn: str) -> tuple[str, str]:
    """(what is wrong, the next step), both "" if libpq can parse it."""
    if dsn[:1] in {'"', "'"}:
        return "the dsn is in quotes", "Leave the quotes out of the variable's value."
    if (found := _SCHEME.match(dsn)) and (problem := _scheme(found)) != ("", ""):
        return problem
    try:
        conninfo_to_dict(dsn)
    except ProgrammingError as error:
        return _unreadable(str(error))
    return "", ""


def same_account(one: str, other: str) -> bool:
    """Whether both mean the same role in the same database, as far as stated; False if libpq cannot parse
    one.
    """
    try:
        parts, others = conninfo_to_dict(one), conninfo_to_dict(other)
    except ProgrammingError:
        return False
    return all(parts.get(key) == others.get(key) for key in ("host", "hostaddr", "port", "dbname", "user"))


def _scheme(found: re.Match[str]) -> tuple[str, str]:
    if found[0].lower() in {"postgresql://", "postgres://"}:
        return "", ""
    if found[1].lower() in {"postgresql", "postgres"} and found[2]:
        return (
            f"the dsn begins with {found[0]}, which only SQLAlchemy knows",
            f"Leave out {found[2]}: postgresql://…",
        )
    return f"the dsn begins with {found[0]}", f"{_EXPECTED[0].upper()}{_EXPECTED[1:]}."


def _unreadable(said: str) -> tuple[str, str]:
    name = found[1] if (found := _PARAMETER.search(said)) else ""
    if name not in _OTHERS:
        what = "has a parameter that PostgreSQL does not know" if name else "cannot be read"
        return f"the dsn {what}: {_EXPECTED}", "Percent-encode special characters of the password."
    hint = f"Leave {name}=… out"
    if "schema" in name.lower():
        hint += "; list tables as schema.Table, or set options=-csearch_path%3Dschema"
    return f"the dsn has the parameter {name!r}, which is {_OTHERS[name]}'s", f"{hint}."
