"""What a database error means, by its SQLSTATE, whichever library wrapped it."""

from __future__ import annotations

import psycopg
import pytest
from procrastinate.exceptions import ConnectorException
from psycopg import errors
from psycopg_pool import PoolClosed, PoolTimeout

from bot.base.errors import Busy, Refused, Unavailable
from bot.store.failure import database_failures, may_pass

# classes of errors in a statement
NEVER = (
    "0A",
    "10",
    "20",
    "21",
    "22",
    "23",
    "34",
    "42",
    "44",
    "P0",
)
# fixed by a grant, a migration or a restore
BUT_FOR = {
    "0A000",  # a prepared statement from before a migration
    "42501",
    "42P01",
    "42703",
    "42883",
}


def states() -> list[str]:
    """Every SQLSTATE that the driver knows."""
    found = (getattr(each, "sqlstate", None) for each in vars(errors).values() if isinstance(each, type))
    return sorted({state for state in found if isinstance(state, str)})


@pytest.mark.parametrize("state", states())
def test_a_server_error_is_temporary_unless_the_statement_is_wrong(state: str) -> None:
    assert may_pass(errors.lookup(state)()) is (not state.startswith(NEVER) or state in BUT_FOR)


@pytest.mark.parametrize(
    "error",
    [
        psycopg.OperationalError("the connection is lost"),
        psycopg.InterfaceError("the connection is closed"),
        psycopg.DatabaseError("something that has no state"),
        PoolTimeout(),
        PoolClosed(),
        errors.IdleInTransactionSessionTimeout(),
        errors.ReadOnlySqlTransaction(),
    ],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.parametrize("wrapped", [0, 1, 2])
def test_an_outage_is_recognized_however_it_is_wrapped(error: Exception, wrapped: int) -> None:
    for _ in range(wrapped):
        wrapper = ConnectorException()
        wrapper.__cause__ = error
        error = wrapper
    with pytest.raises(Unavailable) as caught, database_failures():
        raise error
    assert caught.value.__cause__ is error


@pytest.mark.parametrize(
    "error",
    [errors.UniqueViolation(), errors.SyntaxError(), KeyError("x"), TimeoutError(), ConnectorException()],
)
def test_a_bug_is_passed_on_unchanged(error: Exception) -> None:
    with pytest.raises(type(error)), database_failures():
        raise error


def test_an_error_meant_for_people_is_passed_on_unchanged() -> None:
    for said in (Refused("no"), Busy("one is under way", run=1)):
        said.__cause__ = psycopg.OperationalError()
        with pytest.raises(type(said)), database_failures():
            raise said
