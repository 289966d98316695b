"""The database object that checks receive: runs what the guard permits, read-only, with limits on time and size."""

from __future__ import annotations

import asyncio
import importlib.resources
import json
import time
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import psycopg
from psycopg import sql
from psycopg.pq import TransactionStatus

from checks.numbers import number_in_json
from checks.outcome import Cause, CheckError
from checks.reading import Moment
from checks.sources.postgres.catalog import Catalog, catalog, split
from checks.sources.postgres.clock import ClockReading
from checks.sources.postgres.errors import in_words, nearest_name, unreachable
from checks.sources.postgres.guard import guarded
from checks.sources.postgres.template import filled_in
from checks.units import say_duration

if TYPE_CHECKING:
    from checks.sources.postgres.source import PostgresSource

T = TypeVar("T")

_AT_ONCE = 4  # connections per source; others wait, because the database has other users
_CANCEL_S = 0.5  # the time for a server to respond to a cancellation, before the connection is dropped
_LATE = timedelta(seconds=1)  # our own time limit, this long after the server's


@dataclass(frozen=True)
class Rows:
    """A result, with values as in JSON: times are ISO 8601 text."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


@dataclass
class _Session:
    """A connection with its original search path, by which names without a schema are resolved."""

    connection: psycopg.AsyncConnection[Any]
    path: tuple[str, ...] = ()


class Database:
    """Runs SELECTs, a few in parallel, each in a read-only transaction on its own connection."""

    def __init__(self, source: PostgresSource) -> None:
        self._source = source
        self._dsn = source.dsn
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._idle: list[_Session] = []
        self._catalogs: dict[tuple[str, ...], Catalog] = {}  # by search path
        self._looking_up = asyncio.Lock()  # others wait for the catalog, instead of asking for it as well
        # by search path and text: samples repeat the same query
        self._guarded: dict[tuple[tuple[str, ...], str], str] = {}
        self._clock: ClockReading | None = None

    async def one(
        self,
        text: str,
        params: Mapping[str, Any],
        names: Mapping[str, Sequence[str]] | None = None,
        *,
        time_zone: str = "UTC",
    ) -> dict[str, Any]:
        """The single row of the result, by column."""
        answer = await self.query(text, params, names, time_zone=time_zone)
        if len(answer.rows) != 1:
            raise CheckError(
                f"the query returned {len(answer.rows):,} rows, expected one",
                cause=Cause.CONFIGURATION,
                hint="Aggregate to one row, as in SELECT count(*) AS failed FROM …",
            )
        return dict(zip(answer.columns, answer.rows[0], strict=True))

    async def query(
        self,
        text: str,
        params: Mapping[str, Any],
        names: Mapping[str, Sequence[str]] | None = None,
        *,
        time_zone: str = "UTC",
    ) -> Rows:
        """The statement's result. `%(name)s` binds a value of `params`, `{name}` an identifier of `names`.

        Without `names` the text is used as is. `time_zone` applies to times without one. Raises CheckError,
        never one that contains the DSN.
        """
        statement, values = filled_in(text, params, names)
        async with self._turns, self._opened(time_zone) as session:
            limit = self._source.statement_timeout + _LATE
            try:
                return await bounded(self._answer(session, statement, values, time_zone), limit)
            except TimeoutError:
                raise CheckError(
                    f"the database did not answer within {say_duration(self._source.statement_timeout)}",
                    cause=Cause.TIMEOUT,
                    hint="Look at the query's plan, or raise `statement_timeout`.",
                ) from None
            except psycopg.Error as error:
                raise in_words(error, self._nearest(error), self._source.statement_timeout) from None

    def compare_clocks(self, moment: Moment) -> None:
        """After a query: raises CheckError if its windows follow a clock that differs from the database's."""
        if self._clock:
            self._clock.compare(moment, self._source.skew)

    async def beyond(self) -> list[tuple[str, int, list[str] | None]]:
        """Privileges beyond reading the listed relations: what, how many, some of their names."""
        async with self._turns, self._opened("UTC") as session:
            try:
                return await bounded(self._beyond(session), self._source.statement_timeout)
            except TimeoutError:
                raise CheckError(
                    "the role's privileges could not be read in time", cause=Cause.TIMEOUT
                ) from None
            except psycopg.Error as error:
                raise in_words(error, "", self._source.statement_timeout) from None

    async def _beyond(self, session: _Session) -> list[tuple[str, int, list[str] | None]]:
        if session.connection.info.transaction_status is TransactionStatus.IDLE:
            await self._begin(session, "UTC")
        relations = (await self._listed(session)).relations
        params = [[each.schema for each in relations], [each.name for each in relations]]
        async with psycopg.AsyncRawCursor(session.connection) as cursor:
            await cursor.execute(sql.SQL(own("role.sql")), params)
            return await cursor.fetchall()

    async def close(self) -> None:
        while self._idle:
            await self._idle.pop().connection.close()

    @asynccontextmanager
    async def _opened(self, time_zone: str) -> AsyncIterator[_Session]:
        """A session, kept for the next query if nothing went wrong with this one. The answer is there by then: it
        counts even if the connection breaks before the session can be kept.
        """
        session = await self._resumed(time_zone) or _Session(await self._connect())
        kept = False
        try:
            yield session
            with suppress(psycopg.Error, TimeoutError):
                await bounded(session.connection.rollback(), _LATE)
                self._idle.append(session)
                kept = True
        finally:
            if not kept:
                await session.connection.close()

    async def _resumed(self, time_zone: str) -> _Session | None:
        """A used session that still responds; its transaction has begun, which proved that."""
        while self._idle:
            session = self._idle.pop()
            with suppress(psycopg.Error, TimeoutError):
                await bounded(self._begin(session, time_zone), _LATE)
                return session
            await session.connection.close()
        return None

    async def _connect(self) -> psycopg.AsyncConnection[Any]:
        limit = self._source.connect_timeout
        try:
            async with asyncio.timeout(limit.total_seconds()):
                return await psycopg.AsyncConnection.connect(
                    self._dsn, autocommit=True, application_name="canary-bot", client_encoding="UTF8"
                )
        except TimeoutError:
            raise CheckError(
                f"the database could not be reached within {say_duration(limit)}", cause=Cause.TIMEOUT
            ) from None
        except psycopg.Error as error:
            raise unreachable(error, self._dsn) from None

    async def _answer(self, session: _Session, text: str, values: Sequence[Any], time_zone: str) -> Rows:
        if session.connection.info.transaction_status is TransactionStatus.IDLE:
            await self._begin(session, time_zone)
        asked = (session.path, text)
        if asked not in self._guarded:
            must_be_read_alike(text, session.connection)
            self._guarded[asked] = guarded(text, await self._listed(session))
        return await self._read(session.connection, self._guarded[asked], values)

    async def _begin(self, session: _Session, time_zone: str) -> None:
        limit = sql.Literal(round(self._source.statement_timeout.total_seconds() * 1000))
        begin = sql.SQL(own("session.sql")).format(limit=limit, zone=sql.Literal(time_zone))
        asked = time.monotonic()
        cursor = await session.connection.execute(begin)
        while cursor.description is None:
            cursor.nextset()
        row = await cursor.fetchone()
        assert row
        session.path = tuple(row[0])
        self._clock = ClockReading(asked, time.monotonic(), row[1])

    async def _listed(self, session: _Session) -> Catalog:
        """What `tables` refers to, looked up once per search path."""
        path, tables = session.path, self._source.tables
        async with self._looking_up:
            if path not in self._catalogs:
                names = [split(name) for name in tables]
                params = [[schema for schema, _ in names], [name for _, name in names], list(path)]
                async with psycopg.AsyncRawCursor(session.connection) as cursor:
                    await cursor.execute(sql.SQL(own("catalog.sql")), params)
                    self._catalogs[path] = catalog(tables, await cursor.fetchall())
        return self._catalogs[path]

    async def _read(
        self, connection: psycopg.AsyncConnection[Any], statement: str, values: Sequence[Any]
    ) -> Rows:
        """Rows come as JSON text, so that the database itself withholds one that is too large."""
        most, room = self._source.max_rows, self._source.max_bytes
        wrapped = sql.SQL(own("rows.sql")).format(
            statement=sql.SQL(statement),  # the guard's text, not the configuration's
            most=sql.Literal(most + 1),
            room=sql.Literal(room),
        )
        rows: list[dict[str, Any]] = []
        async with aclosing(_stream(connection, wrapped, values)) as lines:
            async for (line,) in lines:
                room -= len(line.encode()) if line is not None else room + 1
                if room < 0 or len(rows) == most:
                    raise self._too_much(len(rows) == most)
                rows.append(_read(line))
        return Rows(tuple(rows[0]) if rows else (), tuple(tuple(row.values()) for row in rows))

    def _too_much(self, rows: bool) -> CheckError:
        most = f"{self._source.max_rows:,} rows" if rows else f"{self._source.max_bytes:,} bytes"
        return CheckError(
            f"the query returned more than {most}",
            cause=Cause.CONFIGURATION,
            hint="Aggregate in the query: the database is better at it, and the answer stays small.",
        )

    def _nearest(self, error: psycopg.Error) -> str:
        """The column of a listed table most similar to the missing one, or ""."""
        if not isinstance(error, psycopg.errors.UndefinedColumn):
            return ""
        relations = [one for each in self._catalogs.values() for one in each.relations]
        return nearest_name(error, [name for relation in relations for name in relation.columns])


def must_be_read_alike(text: str, connection: psycopg.AsyncConnection[Any]) -> None:
    """Unless a server uses UTF-8, it folds and truncates names beyond ASCII differently than the parser.
    Raises CheckError.
    """
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8" and (not text.isascii() or "u&" in text.lower()):
        raise CheckError(
            f"the query is not ASCII, but the database's encoding is {encoding}",
            cause=Cause.CONFIGURATION,
            hint="Names and texts beyond ASCII can be asked for only where it is UTF8; list a view with other names.",
        )


async def _stream(
    connection: psycopg.AsyncConnection[Any], statement: sql.Composed, values: Sequence[Any]
) -> AsyncGenerator[tuple[Any, ...], None]:
    """Streaming uses the extended protocol even without values, which accepts one statement only."""
    async with psycopg.AsyncRawCursor(connection) as cursor:
        async for row in cursor.stream(statement, values):
            yield row


async def bounded(work: Coroutine[Any, Any, T], limit: timedelta) -> T:
    """The work's result. Raises TimeoutError after the limit; then the work has `_CANCEL_S` to end properly.

    psycopg handles a cancellation by cancelling the statement on the server and waiting for that, for seconds
    if the server hangs; a second one makes it drop the connection.
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
        task.cancelled() or task.exception()  # retrieved, whatever the result


def _read(line: str) -> dict[str, Any]:
    try:
        row: dict[str, Any] = json.loads(
            line, object_pairs_hook=_row, parse_int=number_in_json, parse_float=number_in_json
        )
    except (ValueError, RecursionError) as error:  # JSON of the system under test, in a column
        said = "JSON that is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise CheckError(
            f"the query returned {said}",
            cause=Cause.CONFIGURATION,
            hint="Select only the values that the check needs.",
        ) from None
    return row


def _row(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    row = dict(pairs)
    if len(row) < len(pairs):
        raise CheckError(
            "the query returns two columns with the same name",
            cause=Cause.CONFIGURATION,
            hint="Name each of them, as in SELECT max(lag) AS longest, avg(lag) AS average",
        )
    return row


def own(name: str) -> str:
    return importlib.resources.files("checks.sources.postgres").joinpath(name).read_text("utf-8")
