"""The source of kind `postgres`, and the database that its checks are handed."""

from __future__ import annotations

import asyncio
import importlib.resources
import json
import re
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal, TypeVar

import psycopg
from psycopg import sql
from psycopg.pq import TransactionStatus
from pydantic import Field, field_validator

from checks.base import Source
from checks.jobs.layout import Layout, qualified
from checks.outcome import Cause, CheckError
from checks.secrets import Secrets, spelt_out
from checks.sources.postgres import guard
from checks.sources.postgres.errors import in_words, nearest_name, unreachable
from checks.units import Duration, say_duration

T = TypeVar("T")

_AT_ONCE = 4  # connections of one source; a check waits its turn, for the database has other users
_CANCEL_S = 0.5  # a server gets so long to answer a cancellation, then the connection is dropped
_LATE = timedelta(seconds=1)  # after the server's own time limit, ours


_PASSWORD = re.compile(r"://[^/@:]*:(?P<url>[^@]+)@|\bpassword\s*=\s*(?P<keyword>[^\s&]+)", re.IGNORECASE)


class PostgresSource(Source):
    """`{kind: postgres, dsn: "${STAGING_DATABASE_URL}", tables: [BackgroundJob, "audit.Event"]}`."""

    kind: Literal["postgres"]
    dsn: str = Field(description="URL or keywords of libpq; the secret part as ${NAME}")
    tables: tuple[str, ...] = Field(
        min_length=1, max_length=200, description="All that may be read: Table or schema.Table"
    )
    statement_timeout: Duration = timedelta(seconds=15)
    connect_timeout: Duration = timedelta(seconds=5)
    max_rows: int = Field(default=1000, ge=1, le=100_000)
    max_bytes: int = Field(default=1 << 20, ge=1 << 10, le=1 << 26, description="Of one answer, as JSON")
    layout: Layout = Layout()

    @field_validator("dsn")
    @classmethod
    def _names_its_secret(cls, dsn: str) -> str:
        found = _PASSWORD.search(dsn)
        if found and spelt_out(found["url"] or found["keyword"]):
            raise ValueError("expected the password as ${NAME}: packets show this file as it is")
        return dsn

    @asynccontextmanager
    async def open(self, secrets: Secrets) -> AsyncIterator[Database]:
        database = Database(self, secrets.fill(self.dsn))
        try:
            yield database
        finally:
            await database.close()


@dataclass(frozen=True)
class Rows:
    """An answer, its values as JSON has them: times are ISO 8601 text."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


class Database:
    """Answers SELECTs, a few side by side, each in a read-only transaction on a connection of its own."""

    def __init__(self, source: PostgresSource, dsn: str) -> None:
        self.layout = source.layout
        self._source = source
        self._dsn = dsn
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._idle: list[psycopg.AsyncConnection[Any]] = []

    async def one(
        self, text: str, params: Mapping[str, Any], names: Mapping[str, Sequence[str]] | None = None
    ) -> dict[str, Any]:
        """The one row of the answer, by column."""
        answer = await self.query(text, params, names)
        if len(answer.rows) != 1:
            raise CheckError(
                f"the query returned {len(answer.rows):,} rows, expected one", cause=Cause.CONFIGURATION
            )
        return dict(zip(answer.columns, answer.rows[0], strict=True))

    async def query(
        self, text: str, params: Mapping[str, Any], names: Mapping[str, Sequence[str]] | None = None
    ) -> Rows:
        """What the statement returns. `%(name)s` binds a value of `params`, `{name}` an identifier of `names`.

        Without `names` the text is taken as it is. Raises CheckError, never one that holds the DSN.
        """
        statement = _statement(text, names)
        async with self._turns, self._connected() as connection:
            limit = self._source.statement_timeout + _LATE
            try:
                return await _bounded(self._answer(connection, statement, params), limit)
            except TimeoutError:
                raise CheckError(
                    f"the database did not answer within {say_duration(self._source.statement_timeout)}",
                    cause=Cause.TIMEOUT,
                ) from None
            except psycopg.Error as error:
                near = await self._nearest(connection, error)
                raise in_words(error, near, self._source.statement_timeout) from None

    async def close(self) -> None:
        while self._idle:
            await self._idle.pop().close()

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
        """A connection, kept for the next question if nothing went wrong with this one."""
        connection = await self._resumed() or await self._connect()
        try:
            yield connection
            await _bounded(connection.rollback(), _LATE)
            self._idle.append(connection)
        except BaseException:
            await connection.close()
            raise

    async def _resumed(self) -> psycopg.AsyncConnection[Any] | None:
        """One that was used before and still answers; its transaction has begun, which showed that it does."""
        while self._idle:
            connection = self._idle.pop()
            with suppress(psycopg.Error, TimeoutError):
                await _bounded(self._begin(connection), _LATE)
                return connection
            await connection.close()
        return None

    async def _connect(self) -> psycopg.AsyncConnection[Any]:
        limit = self._source.connect_timeout
        try:
            async with asyncio.timeout(limit.total_seconds()):
                return await psycopg.AsyncConnection.connect(
                    self._dsn, autocommit=True, application_name="canary-bot"
                )
        except TimeoutError:
            raise CheckError(
                f"the database could not be reached within {say_duration(limit)}", cause=Cause.TIMEOUT
            ) from None
        except psycopg.Error as error:
            raise unreachable(error) from None

    async def _answer(
        self, connection: psycopg.AsyncConnection[Any], statement: sql.Composed, params: Mapping[str, Any]
    ) -> Rows:
        if connection.info.transaction_status is TransactionStatus.IDLE:
            await self._begin(connection)
        text = statement.as_string(connection)
        if guard.hides_names(text):
            raise CheckError('the query writes names as U&"…"; write them plainly', cause=Cause.CONFIGURATION)
        called = guard.called_in(text)
        await self._refuse_calls(connection, called)
        explain = sql.SQL("EXPLAIN (VERBOSE, FORMAT JSON)\n") + statement
        plan = [row[0] async for row in _stream(connection, explain, params)]
        if guard.changes_rows(plan):
            raise CheckError("the query changes rows; only a SELECT may be asked", cause=Cause.CONFIGURATION)
        if guard.size_of(plan) > self._source.max_bytes:
            raise CheckError("the query is too large to look through", cause=Cause.CONFIGURATION)
        await self._refuse_relations(connection, guard.relations_in(plan))
        await self._refuse_calls(connection, guard.called_in_plan(plan) - called)
        return await self._read(connection, statement, params)

    async def _begin(self, connection: psycopg.AsyncConnection[Any]) -> None:
        limit = sql.Literal(round(self._source.statement_timeout.total_seconds() * 1000))
        await connection.execute(sql.SQL(_own("session.sql")).format(limit=limit))

    async def _read(
        self, connection: psycopg.AsyncConnection[Any], statement: sql.Composed, params: Mapping[str, Any]
    ) -> Rows:
        """Rows come as JSON text, so that the database itself withholds one too large to take in."""
        most, room = self._source.max_rows, self._source.max_bytes
        wrapped = sql.SQL(_own("rows.sql")).format(
            statement=statement, most=sql.Literal(most + 1), room=sql.Literal(room)
        )
        rows: list[dict[str, Any]] = []
        async with aclosing(_stream(connection, wrapped, params)) as lines:
            async for (line,) in lines:
                room -= len(line.encode()) if line is not None else room + 1
                if room < 0 or len(rows) == most:
                    raise self._too_much(len(rows) == most)
                rows.append(json.loads(line, object_pairs_hook=_row))
        return Rows(tuple(rows[0]) if rows else (), tuple(tuple(row.values()) for row in rows))

    def _too_much(self, rows: bool) -> CheckError:
        most = f"{self._source.max_rows:,} rows" if rows else f"{self._source.max_bytes:,} bytes"
        return CheckError(
            f"the query returned more than {most}",
            cause=Cause.CONFIGURATION,
            hint="Aggregate in the query: the database is better at it, and the answer stays small.",
        )

    async def _refuse_calls(
        self, connection: psycopg.AsyncConnection[Any], called: set[tuple[str, str]]
    ) -> None:
        if not called:
            return
        params = {"schemas": [schema for schema, _ in called], "names": [name for _, name in called]}
        for name, why in await (await connection.execute(_own("calls.sql"), params)).fetchall():
            raise CheckError(
                f"the query calls {name}(), which {why}",
                cause=Cause.CONFIGURATION,
                hint="A check reads its tables with the functions that PostgreSQL brings for values.",
            )

    async def _refuse_relations(
        self, connection: psycopg.AsyncConnection[Any], used: set[tuple[str, str]]
    ) -> None:
        listed = [sql.Identifier(*qualified(table)).as_string(connection) for table in self._source.tables]
        params = {
            "schemas": [schema for schema, _ in used],
            "names": [name for _, name in used],
            "listed": listed,
        }
        for (name,) in await (await connection.execute(_own("relations.sql"), params)).fetchall():
            raise CheckError(
                f"the query reads {name}, which `tables` of the source does not list",
                cause=Cause.CONFIGURATION,
                hint=f"Add {name} to `tables` if the check may read it.",
            )

    async def _nearest(self, connection: psycopg.AsyncConnection[Any], error: psycopg.Error) -> str:
        """The name in the database most like the one that it does not know; "" where none is."""
        if not isinstance(error, (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn)):
            return ""
        kind = "tables" if isinstance(error, psycopg.errors.UndefinedTable) else "columns"
        with suppress(psycopg.Error, TimeoutError):
            return await _bounded(self._nearest_of(connection, kind, error), _LATE)
        return ""

    async def _nearest_of(
        self, connection: psycopg.AsyncConnection[Any], kind: str, error: psycopg.Error
    ) -> str:
        await connection.rollback()
        await self._begin(connection)
        listed = [qualified(table)[-1] for table in self._source.tables]
        rows = await connection.execute(_own(f"{kind}.sql"), {"listed": listed})
        return nearest_name(error, [name async for (name,) in rows])


async def _stream(
    connection: psycopg.AsyncConnection[Any], statement: sql.Composed, params: Mapping[str, Any]
) -> AsyncGenerator[tuple[Any, ...], None]:
    """Streaming uses the extended protocol even without parameters, which takes one statement only."""
    async with connection.cursor() as cursor:
        async for row in cursor.stream(statement, params):
            yield row


async def _bounded(work: Coroutine[Any, Any, T], limit: timedelta) -> T:
    """The work's result; TimeoutError past the limit. Given up, it has `_CANCEL_S` to end decently.

    psycopg answers a cancellation by cancelling the statement on the server and waiting for that, seconds
    long where the server hangs; a second one makes it drop the connection.
    """
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait({task}, timeout=limit.total_seconds())
        if task.done():
            return task.result()
        raise TimeoutError
    finally:
        while not task.done():
            task.cancel()
            await asyncio.wait({task}, timeout=_CANCEL_S)
        task.cancelled() or task.exception()  # seen, whatever became of it


def _statement(text: str, names: Mapping[str, Sequence[str]] | None) -> sql.Composed:
    template = sql.SQL(text.strip().rstrip(";"))  # configuration is code
    if names is None:
        return sql.Composed([template])
    return template.format(**{name: sql.Identifier(*parts) for name, parts in names.items()})


def _row(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    row = dict(pairs)
    if len(row) < len(pairs):
        raise CheckError("the query returns two columns of one name", cause=Cause.CONFIGURATION)
    return row


def _own(name: str) -> str:
    return importlib.resources.files("checks.sources.postgres").joinpath(name).read_text("utf-8")
