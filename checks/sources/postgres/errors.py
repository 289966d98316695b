"""Messages of PostgreSQL and its driver, in words that the check's owner can act on. Pure.

Nothing here repeats a DSN: libpq's own messages name host, port, user and database, never a password, but a
message about an invalid DSN may quote any part of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from psycopg import Error, OperationalError, ProgrammingError, errors

from checks import spelling
from checks.outcome import Cause, CheckError
from checks.output import plain
from checks.sources.postgres.dsn import problem_with
from checks.units import say_duration

_ENVIRONMENT_CLASSES = ("08", "40", "53", "55", "57", "58", "XX")  # SQLSTATE classes that no query causes
_QUOTED = re.compile(r'"([^"]+)"|column (\S+) does not exist')
_LINE = 300
_READ = 1000  # characters of a message that are looked at

# Before a session exists there is no SQLSTATE, only libpq's sentence.
_UNREACHABLE: tuple[tuple[str, Cause, str, str], ...] = (
    (
        r"password authentication failed|no password supplied",
        Cause.CONFIGURATION,
        "the database refused the user or the password",
        "Check the secret that the source's `dsn` names.",
    ),
    (
        r'role "[^"]*" does not exist|no pg_hba.conf entry|authentication failed|not permitted to log in',
        Cause.CONFIGURATION,
        "the database does not let this user in",
        "Check the user in the source's `dsn`, and the server's pg_hba.conf.",
    ),
    (
        r'database "[^"]*" does not exist',
        Cause.CONFIGURATION,
        "the server has no such database",
        "Check the database's name in the source's `dsn`.",
    ),
    (
        r"resolve host|translate host name|Name or service not known",
        Cause.ENVIRONMENT,
        "the database's host name cannot be resolved",
        "Check the host in the source's `dsn`, and DNS where the bot runs.",
    ),
    (
        r"Connection refused|No such file or directory|No route to host|Network is unreachable",
        Cause.ENVIRONMENT,
        "the database refused the connection",
        "Is the server up, and may the bot's host reach its port?",
    ),
    (
        r"too many (clients|connections)|remaining connection slots",
        Cause.ENVIRONMENT,
        "the database has no connection left",
        "Raise its limit, or close other connections.",
    ),
    (
        r"starting up|shutting down|recovery mode|closed the connection|not yet accepting",
        Cause.ENVIRONMENT,
        "the database is starting or shutting down",
        "Try again in a moment.",
    ),
    (
        r"SSL|certificate",
        Cause.CONFIGURATION,
        "the database and the bot do not agree on TLS",
        "Check `sslmode` and `sslrootcert` in the source's `dsn`.",
    ),
)


def unreachable(error: Error, dsn: str = "") -> CheckError:
    """Why no session could be opened."""
    said = str(error)
    message, hint = problem_with(dsn)
    if message:
        return CheckError(message, cause=Cause.CONFIGURATION, hint=hint)
    if isinstance(error, ProgrammingError) or "for connection option" in said:
        return CheckError(
            "the source's `dsn` is neither a URL nor a list of key=value",
            cause=Cause.CONFIGURATION,
            hint="Write it like postgresql://USER:PASSWORD@HOST:5432/DATABASE.",
        )
    for pattern, cause, message, hint in _UNREACHABLE:
        if re.search(pattern, said):
            return CheckError(message, cause=cause, hint=hint, blocked=True)
    return CheckError("the database could not be reached", cause=Cause.ENVIRONMENT, detail=_server_says(said))


def in_words(error: Error, near: str, limit: timedelta) -> CheckError:
    """Why the statement failed. `near` is the nearest existing name, `limit` the statement's time limit."""
    said = primary(error)
    match error:
        case errors.InsufficientPrivilege():
            return _denied(said)
        case OperationalError() if not error.sqlstate:
            return CheckError("the connection to the database was lost", cause=Cause.ENVIRONMENT)
        case errors.QueryCanceled() | errors.LockNotAvailable():
            cause, words = (
                Cause.TIMEOUT,
                f"the query took longer than its {say_duration(limit)} and was cancelled",
            )
        case _:
            cause, words = _cause(error), f"{_opening(error)}: {said}"
    return CheckError(words, cause=cause, hint=f'Did you mean "{near}"?' if near else _hint(error))


def _cause(error: Error) -> Cause:
    beyond = (error.sqlstate or "").startswith(_ENVIRONMENT_CLASSES)
    return Cause.ENVIRONMENT if beyond else Cause.CONFIGURATION


def _opening(error: Error) -> str:
    match error:
        case errors.ReadOnlySqlTransaction():
            return "the query does more than read"
        case errors.SyntaxError():
            return "PostgreSQL cannot parse the query as a SELECT"
        case ProgrammingError() if not error.sqlstate:
            return "the query's parameters cannot be bound"
    return "the database says"


def _hint(error: Error) -> str:
    match error:
        case errors.QueryCanceled():
            return "Look at the query's plan, or raise `statement_timeout`."
        case errors.ReadOnlySqlTransaction() | errors.SyntaxError():
            return "Ask one SELECT, without a semicolon in it."
    return ""


def nearest_name(error: Error, known: Sequence[str]) -> str:
    """The known name most similar to the one in the error, or ""."""
    found = _QUOTED.search(primary(error))
    asked = (found[1] or found[2]).split(".")[-1] if found else ""
    folded = {name.lower(): name for name in known}
    return folded.get(spelling.closest(asked.strip('"').lower(), folded), "")


def _denied(said: str) -> CheckError:
    if "row-level security" in said:
        return CheckError(
            f"row security hides rows from the bot's role: {said}",
            cause=Cause.CONFIGURATION,
            hint="Let the bot's role see all rows: alter role … bypassrls.",
        )
    table = _QUOTED.search(said) or re.search(r"(?:table|view|relation) (\S+)", said)
    name = f'"{table[1]}"' if table else "the table"
    return CheckError(
        f"the database says: {said}",
        cause=Cause.CONFIGURATION,
        hint=f"Let the bot's role read it: grant select on {name} to …",
        blocked=True,
    )


def primary(error: Error) -> str:
    """The server's message on one line. Functions of the system under test may have written it."""
    return plain(next(iter((error.diag.message_primary or str(error))[:_READ].splitlines()), ""))[:_LINE]


def _server_says(said: str) -> tuple[str, ...]:
    """The server's own sentence, without libpq's text about the DSN before it."""
    return tuple(sentence.strip()[:_LINE] for sentence in re.findall(r"FATAL:(.*)", said)[:1])
