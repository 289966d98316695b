"""Connections and transactions. Explicit ones only: autocommit, and `transaction()` where facts belong together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Self, TypeAlias, TypeVar, cast

import psycopg
from psycopg.abc import PQGen
from psycopg.pq import TransactionStatus
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import Jsonb
from psycopg_pool import AsyncConnectionPool, PoolTimeout
from pydantic import BaseModel

from bot.errors import Unavailable
from bot.failpoint import Place, Reach, nowhere

Connection: TypeAlias = psycopg.AsyncConnection[DictRow]
Model = TypeVar("Model", bound=BaseModel)

POOL_WAIT = 1.5  # seconds; somebody is waiting for an ack behind it
RECONNECT = 1.0  # seconds; whoever asks next tries anew, instead of waiting ever longer between attempts
STATEMENT_TIMEOUT = 5  # seconds; our own statements take milliseconds
WAIT_INTERVAL = 0.1  # seconds; psycopg's own
IDLE_TIMEOUT = (
    5  # seconds; whoever sleeps in a transaction, or whose network is gone, holds its rows no longer
)
ANSWER_WITHIN = 7.0  # seconds; a server that does not even say that it timed out is gone
OPTIONS = f"-c timezone=UTC -c idle_in_transaction_session_timeout={IDLE_TIMEOUT}s"


class _Bounded(psycopg.AsyncConnection[DictRow]):
    """A connection that waits for no answer for ever: the server's own time-out cannot reach us when the network hangs."""

    async def wait(
        self,
        gen: PQGen[Any],
        interval: float = WAIT_INTERVAL,
        timeout: float | None = None,  # noqa: ASYNC109 — psycopg's
    ) -> Any:
        try:
            return await super().wait(gen, interval, timeout or ANSWER_WITHIN)
        except psycopg.OperationalError:
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                self.pgconn.finish()  # or the rollback would wait as long again
            raise


class Database:
    """A pool that fails fast. Use `async with Database(dsn) as database`."""

    def __init__(self, dsn: str, *, size: int = 10, reach: Reach = nowhere) -> None:
        self.dsn = dsn
        self._reach = reach
        self._pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
            dsn,
            min_size=2,
            max_size=size,
            timeout=POOL_WAIT,
            reconnect_timeout=RECONNECT,
            open=False,
            name="canary",
            connection_class=_Bounded,
            kwargs={
                "autocommit": True,
                "row_factory": dict_row,
                "application_name": "canary",
                "connect_timeout": 5,
                "options": f"{OPTIONS} -c statement_timeout={STATEMENT_TIMEOUT}s -c lock_timeout={STATEMENT_TIMEOUT}s",
            },
        )

    async def __aenter__(self) -> Self:
        await self._pool.open(wait=True, timeout=30)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._pool.close()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """One connection, each statement by itself. Raises Unavailable when the database cannot be had."""
        try:
            async with self._pool.connection() as conn:
                yield conn
        except (PoolTimeout, psycopg.OperationalError, psycopg.InterfaceError) as error:
            raise Unavailable("The database does not answer.", hint="Try again in a moment.") from error

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """All or nothing."""
        async with self.connection() as conn, conn.transaction():
            yield conn
        self._reach(Place.AFTER_COMMIT)

    async def answers(self) -> bool:
        """For /readyz: a statement went there and back."""
        try:
            async with self.connection() as conn:
                await conn.execute("SELECT 1")
        except Unavailable:
            return False
        return True


def unproven_pool(*, check: Any, kwargs: dict[str, Any], **given: Any) -> AsyncConnectionPool[Any]:  # noqa: ARG001
    """The job engine's, without the round trip that proves a connection before each use.

    Who meets a broken one calls `check()`, which sorts out all of them. None waits for ever for an answer: a worker
    would, and could not even be stopped.
    """
    return AsyncConnectionPool(connection_class=_Bounded, kwargs={"options": OPTIONS, **kwargs}, **given)


async def run(conn: Connection, sql: str, **parameters: Any) -> int:
    """Execute one statement; -> how many rows it touched."""
    cursor = await conn.execute(sql, parameters)
    return cursor.rowcount


async def rows(conn: Connection, sql: str, **parameters: Any) -> list[DictRow]:
    cursor = await conn.execute(sql, parameters)
    return await cursor.fetchall()


async def row(conn: Connection, sql: str, **parameters: Any) -> DictRow | None:
    cursor = await conn.execute(sql, parameters)
    return await cursor.fetchone()


async def many(conn: Connection, model: type[Model], sql: str, **parameters: Any) -> list[Model]:
    return [model.model_validate(found) for found in await rows(conn, sql, **parameters)]


async def maybe(conn: Connection, model: type[Model], sql: str, **parameters: Any) -> Model | None:
    found = await row(conn, sql, **parameters)
    return None if found is None else model.model_validate(found)


async def one(conn: Connection, model: type[Model], sql: str, **parameters: Any) -> Model:
    """The row that must be there. LookupError when it is not: a broken invariant, not somebody's mistake."""
    found = await maybe(conn, model, sql, **parameters)
    if found is None:
        raise LookupError(f"no {model.__name__} for {parameters}")
    return found


async def now(conn: Connection) -> datetime:
    """The database's clock, which deadlines and order come from."""
    found = await row(conn, "SELECT now() AS now")
    assert found
    return cast("datetime", found["now"])


def as_json(document: Any) -> Jsonb:
    """A pydantic model, or anything that JSON can hold, for a jsonb parameter."""
    return Jsonb(document.model_dump(mode="json") if isinstance(document, BaseModel) else document)


def violated(error: psycopg.Error) -> str | None:
    """The name of the constraint that refused, so that one place can say what it means."""
    return error.diag.constraint_name


class Announcements:
    """Waits for NOTIFY on one channel, on a connection of its own; a broken one is opened again."""

    def __init__(self, dsn: str, channel: str) -> None:
        self._dsn = dsn
        self._channel = channel
        self._conn: psycopg.AsyncConnection[Any] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._drop()

    async def wait(self, seconds: float) -> None:
        """Return at the next announcement, or after so many seconds without one."""
        try:
            conn = await self._connected()
            async for _ in conn.notifies(timeout=seconds, stop_after=1):
                return
        except psycopg.OperationalError:
            await self._drop()
            await asyncio.sleep(seconds)

    async def _connected(self) -> psycopg.AsyncConnection[Any]:
        if self._conn is None:
            self._conn = await psycopg.AsyncConnection.connect(self._dsn, autocommit=True, connect_timeout=5)
            await self._conn.execute(f"LISTEN {self._channel}")
        return self._conn

    async def _drop(self) -> None:
        if self._conn is not None:
            await self._conn.close()
            self._conn = None
