"""The meaning of a database error: whether a retry may work.

Decided in one place, whichever library raised it: the job engine wraps the driver's errors in its own, and the driver
has several classes for transient failures.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import errors

from bot.base.errors import CanaryError, Unavailable

# The statement or its values are invalid, so a retry fails, too.
_DEFECTS = (
    psycopg.DataError,
    psycopg.IntegrityError,
    psycopg.NotSupportedError,
    psycopg.ProgrammingError,
)
# Some of these that are about the database instead: it is being restored, migrated or granted.
_NOT_READY = (
    errors.FeatureNotSupported,  # a prepared statement whose result changed when a newer bot migrated a table
    errors.InsufficientPrivilege,
    errors.InvalidCatalogName,
    errors.InvalidSchemaName,
    errors.InvalidSqlStatementName,  # a prepared statement lost by a connection pooler
    errors.UndefinedColumn,
    errors.UndefinedFunction,
    errors.UndefinedTable,
)
# A job cannot be assigned to a worker whose registration is gone: while it was silent, another bot removed it.
_UNREGISTERED = "procrastinate_jobs_worker_id_fkey"


@contextmanager
def database_failures() -> Iterator[None]:
    """Raises Unavailable for transient failures. Bugs, and every CanaryError, pass through."""
    try:
        yield
    except CanaryError:
        raise
    except Exception as error:
        if (cause := driver_error(error)) and may_pass(cause):
            raise Unavailable(_said(cause), hint="Try again in a moment.") from error
        raise


def may_pass(error: psycopg.Error) -> bool:
    """Whether the same statement may succeed later."""
    if error.diag.constraint_name == _UNREGISTERED:
        return True
    return isinstance(error, _NOT_READY) or not isinstance(error, _DEFECTS)


def driver_error(error: BaseException | None) -> psycopg.Error | None:
    """The driver's error: this one, or its cause."""
    while error is not None and not isinstance(error, psycopg.Error):
        error = error.__cause__
    return error


def _said(error: psycopg.Error) -> str:
    """A message without details, which name hosts and files and belong in the log."""
    return "The database cannot do that at the moment." if error.sqlstate else "The database does not answer."
