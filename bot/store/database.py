"""Connections and transactions. Autocommit, with explicit transactions by `transaction()`."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Self, TypeAlias, TypeVar, cast

import psycopg
from psycopg.abc import PQGen
from psycopg.errors import FeatureNotSupported
from psycopg.pq import TransactionStatus
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import Jsonb
from psycopg_pool import AsyncConnectionPool
from pydantic import BaseModel

from bot.base.errors import Unavailable
from bot.base.failpoint import Place, Reach, nowhere
from bot.store.failure import database_failures

Connection: TypeAlias = psycopg.AsyncConnection[DictRow]
Model = TypeVar("Model", bound=BaseModel)

OPEN_WITHIN = 30.0  # seconds, at the start
POOL_WAIT = 1.5  # seconds; someone may be waiting for an ack
RECONNECT = 1.0  # seconds; then the next caller retries, instead of a growing backoff
STATEMENT_TIMEOUT = 5  # seconds; our own statements take milliseconds
WAIT_INTERVAL = 0.1  # seconds; psycopg's own
IDLE_TIMEOUT = 5  # seconds, after which a paused or disconnected client loses its locks
CONNECT_WITHIN = 5  # seconds
PROVE_EVERY = 10.0  # seconds between checks of a connection that only listens
RESPONSE_TIMEOUT = 7.0  # seconds; a server that does not even say that it timed out is gone
OPTIONS = f"-c timezone=UTC -c idle_in_transaction_session_timeout={IDLE_TIMEOUT}s"


class _Bounded(psycopg.AsyncConnection[DictRow]):
    """A connection with a client-side timeout, because the server's cannot reach us when the network hangs."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.after_commit: list[Callable[[], None]] = []
        self.under_way: psycopg.AsyncTransaction | None = None

    async def wait(
        self,
        gen: PQGen[Any],
        interval: float = WAIT_INTERVAL,
        timeout: float | None = None,  # noqa: ASYNC109 — psycopg's
    ) -> Any:
        try:
            return await super().wait(gen, interval, RESPONSE_TIMEOUT if timeout is None else timeout)
        except psycopg.OperationalError:
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                self.pgconn.finish()  # otherwise the rollback would wait just as long
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
                "connect_timeout": CONNECT_WITHIN,
                "options": f"{OPTIONS} -c statement_timeout={STATEMENT_TIMEOUT}s -c lock_timeout={STATEMENT_TIMEOUT}s",
            },
        )

    async def __aenter__(self) -> Self:
        """Raises Unavailable if the database cannot be reached."""
        with database_failures():
            await self._pool.open(wait=True, timeout=OPEN_WITHIN)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._pool.close()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """A connection in autocommit mode. Raises Unavailable if the database fails in the block.

        That includes statements of others on the connection, such as the job engine's.
        """
        with database_failures():
            async with self._pool.connection() as conn:
                try:
                    yield conn
                except FeatureNotSupported:
                    await conn.close()  # its prepared statements would fail for as long as it is used
                    raise

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """All or nothing: committed at the end, unless the block raises or calls `roll_back`."""
        async with self.connection() as conn:
            assert isinstance(conn, _Bounded)
            conn.after_commit = to_do = list[Callable[[], None]]()
            async with conn.transaction() as conn.under_way:
                yield conn
            if conn.under_way.force_rollback:
                return
        for do in to_do:
            do()
        self._reach(Place.AFTER_COMMIT)

    async def answers(self) -> bool:
        """For /readyz: whether a statement succeeds."""
        try:
            async with self.connection() as conn:
                await conn.execute("SELECT 1")
        except Unavailable:
            return False
        return True


def unproven_pool(*, check: Any, kwargs: dict[str, Any], **given: Any) -> AsyncConnectionPool[Any]:  # noqa: ARG001
    """The job engine's pool, without a round trip to check a connection before each use.

    On a broken connection, call `check()`, which removes all broken ones. All have a client-side timeout: without
    one, a worker could hang, and could not even be stopped.
    """
    return AsyncConnectionPool(connection_class=_Bounded, kwargs={"options": OPTIONS, **kwargs}, **given)


def after_commit(conn: Connection, do: Callable[[], None]) -> None:
    """Run it after `Database.transaction` commits; not if it rolls back."""
    if isinstance(conn, _Bounded):
        conn.after_commit.append(do)


def roll_back(conn: Connection) -> None:
    """Nothing of this `Database.transaction` is kept when its block ends."""
    assert isinstance(conn, _Bounded)
    assert conn.under_way
    conn.under_way.force_rollback = True


async def run(conn: Connection, sql: str, **parameters: Any) -> int:
    """Execute one statement. Returns the number of affected rows."""
    cursor = await conn.execute(sql, parameters)
    return cursor.rowcount


async def rows(conn: Connection, sql: str, **parameters: Any) -> list[DictRow]:
    cursor = await conn.execute(sql, parameters)
    return await cursor.fetchall()


async def row(conn: Connection, sql: str, **parameters: Any) -> DictRow | None:
    cursor = await conn.execute(sql, parameters)
    return await cursor.fetchone()


async def many(conn: Connection, model: type[Model], sql: str, **parameters: Any) -> list[Model]:
    """Ignores columns added by a later version, which may run at the same time."""
    return [model.model_validate(found, extra="ignore") for found in await rows(conn, sql, **parameters)]


async def maybe(conn: Connection, model: type[Model], sql: str, **parameters: Any) -> Model | None:
    found = await row(conn, sql, **parameters)
    return None if found is None else model.model_validate(found, extra="ignore")


async def one(conn: Connection, model: type[Model], sql: str, **parameters: Any) -> Model:
    """Returns the row, which must exist. Raises LookupError otherwise: a violated invariant, not a user
    error.
    """
    found = await maybe(conn, model, sql, **parameters)
    if found is None:
        raise LookupError(f"no {model.__name__} for {parameters}")
    return found


async def now(conn: Connection) -> datetime:
    """The database's clock, which determines deadlines and order."""
    found = await row(conn, "SELECT now() AS now")
    assert found
    return cast("datetime", found["now"])


def as_json(document: Any) -> Jsonb:
    """A pydantic model, or any JSON value, as a jsonb parameter."""
    return Jsonb(document.model_dump(mode="json") if isinstance(document, BaseModel) else document)


def violated(error: psycopg.Error) -> str | None:
    """The name of the violated constraint."""
    return error.diag.constraint_name


class Announcements:
    """Waits for NOTIFY on a channel, on its own connection, which is reopened if it breaks."""

    def __init__(self, dsn: str, channel: str) -> None:
        self._dsn = dsn
        self._channel = channel
        self._conn: _Bounded | None = None
        self._proven = 0.0  # when the connection last responded

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._drop()

    async def wait(self, seconds: float) -> None:
        """Return at the next notification, or after `timeout` seconds."""
        try:
            with database_failures():
                conn = await self._connected()
                async for _ in conn.notifies(timeout=seconds, stop_after=1):
                    return
                await self._prove(conn)
        except Unavailable:
            await self._drop()
            await asyncio.sleep(seconds)

    async def _connected(self) -> _Bounded:
        if self._conn is None:
            self._conn = await _Bounded.connect(self._dsn, autocommit=True, connect_timeout=CONNECT_WITHIN)
            await self._conn.execute(f"LISTEN {self._channel}")
            self._proven = time.monotonic()
        return self._conn

    async def _prove(self, conn: _Bounded) -> None:
        """Checks the connection: one dropped by a firewall is as silent as one without notifications."""
        if time.monotonic() - self._proven >= PROVE_EVERY:
            await conn.execute("SELECT 1")
            self._proven = time.monotonic()

    async def _drop(self) -> None:
        if self._conn is not None:
            await self._conn.close()
            self._conn = None
