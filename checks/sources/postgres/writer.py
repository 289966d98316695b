"""The source of kind `postgres.writer`: a database, with a role that may change some of its tables. For
actions only.

Each change is one transaction with limits on time and rows. Directly before the commit, the transaction's id
is passed to the caller, who stores it: by that id the server tells afterward whether the commit happened,
even if the connection was lost.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Literal

import psycopg
from psycopg import sql
from pydantic import Field, field_validator

from checks.actions.base import Begin, NotDoneError, UnclearError, Verdict
from checks.base import Source
from checks.context import Context
from checks.outcome import Cause, CheckError
from checks.output import plain
from checks.sources.postgres.catalog import Catalog, catalog, split
from checks.sources.postgres.database import bounded, must_be_read_alike, own
from checks.sources.postgres.dsn import problem_with
from checks.sources.postgres.errors import in_words, primary, unreachable
from checks.sources.postgres.source import names_its_secret
from checks.sources.postgres.template import filled_in
from checks.sources.postgres.writing import Change, guarded_change
from checks.units import Duration, say_count, say_duration

_LOCK = timedelta(seconds=3)  # for rows locked by somebody else: others may be waiting behind us
_LONGEST_KEY = 200  # characters of a row's key in the preview
_MOST_NAMED = 20  # tables or triggers
_LATE = timedelta(seconds=1)  # our own time limit, this long after the server's
# The server undoes an uncommitted change after this time; meanwhile the bot stores its id, which takes
# milliseconds.
IDLE = timedelta(seconds=15)
_STATUS: Mapping[str | None, Verdict] = {
    "committed": Verdict.DONE,
    "aborted": Verdict.NOT_DONE,
    "in progress": Verdict.UNDER_WAY,
}


class PostgresWriter(Source):
    """`{kind: postgres.writer, dsn: "${STAGING_ADMIN_DATABASE_URL}", tables: [WorkspaceSettings]}`."""

    kind: Literal["postgres.writer"]
    dsn: str = Field(
        description="URL or keywords of libpq, for a role of its own that may change these tables and nothing else; the secret part as ${NAME}"
    )
    tables: tuple[str, ...] = Field(
        min_length=1, max_length=200, description="What actions may name: Table or schema.Table"
    )
    connect_timeout: Duration = Field(default=timedelta(seconds=5), description="To reach the database")

    @field_validator("dsn")
    @classmethod
    def _names_its_secret(cls, dsn: str) -> str:
        return names_its_secret(dsn)

    def missing_here(self) -> Iterator[tuple[str, str]]:
        message, hint = problem_with(self.dsn)
        if message:
            yield "dsn", f"{message}; {hint[0].lower()}{hint[1:].removesuffix('.')}"

    @asynccontextmanager
    async def open(self, context: Context) -> AsyncIterator[Writer]:
        yield Writer(self.filled(context.secrets))

    async def reach(self, opened: Writer) -> str:
        return f"reachable, as the role {await opened.role()}, which may write"


@dataclass(frozen=True)
class Touched:
    """What a statement would change, or has changed."""

    verb: str
    rows: int
    sample: tuple[str, ...]  # keys of some of the rows
    # what the database does as well, which `rows` does not count; a sentence each
    besides: tuple[str, ...] = ()


class Writer:
    """Runs what the guard of changes permits, each time on a new connection."""

    def __init__(self, source: PostgresWriter) -> None:
        self._source = source

    async def role(self) -> str:
        limit = self._source.connect_timeout
        async with self._said(limit), self._session(limit) as (connection, _):
            return await bounded(_current_user(connection), limit)

    async def explain(self, text: str, names: Sequence[str], *, limit: timedelta) -> None:
        """Has the server plan the statement, which also checks the role's privileges. Raises CheckError."""
        statement, values = filled_in(text, dict.fromkeys(names), None)
        async with self._said(limit), self._session(limit) as (connection, path):
            await bounded(self._planned(connection, path, statement, values), limit + _LATE)

    async def _planned(
        self,
        connection: psycopg.AsyncConnection[Any],
        path: Sequence[str],
        statement: str,
        values: Sequence[Any],
    ) -> None:
        must_be_read_alike(statement, connection)
        change = guarded_change(statement, await self._listed(connection, path))
        async with psycopg.AsyncRawCursor(connection) as cursor:
            await cursor.execute(sql.SQL("EXPLAIN {}").format(sql.SQL(change.text)), values)

    async def rehearse(
        self, text: str, params: Mapping[str, Any], *, sample: int, limit: timedelta
    ) -> Touched:
        """Runs the statement and rolls back, so that the result is exact. Raises CheckError."""
        async with self._said(limit), self._session(limit) as (connection, path):
            return await bounded(self._rehearsed(connection, path, text, params, sample), limit + _LATE)

    async def _rehearsed(
        self,
        connection: psycopg.AsyncConnection[Any],
        path: Sequence[str],
        text: str,
        params: Mapping[str, Any],
        sample: int,
    ) -> Touched:
        change, touched = await self._run(connection, path, text, params, sample)
        return replace(touched, besides=await _besides(connection, change))

    async def change(
        self, text: str, params: Mapping[str, Any], *, rows: int, limit: timedelta, begin: Begin
    ) -> None:
        """Runs the statement and commits, if it touches exactly that many rows.

        `begin` is given the transaction's id directly before the commit. Raises NotDoneError, or UnclearError
        if the response to the commit was lost.
        """
        try:
            async with self._said(limit), self._session(limit) as (connection, path):
                _, touched = await bounded(self._run(connection, path, text, params, 0), limit + _LATE)
                if touched.rows != rows:
                    raise NotDoneError(
                        f"it would have touched {say_count(touched.rows, 'row')} now, and {say_count(rows, 'row')} "
                        "when it was confirmed; it was undone",
                        hint="Look at the preview again.",
                    )
                row = await (await connection.execute("SELECT pg_current_xact_id()::text")).fetchone()
                assert row
                await begin(str(row[0]))
                await _commit(connection)
        except CheckError as error:  # before the commit, so the server has undone it, or will
            raise NotDoneError(str(error), hint=error.hint) from error

    async def status(self, xact: str) -> Verdict:
        """The status of the transaction with this id. Raises CheckError."""
        limit = self._source.connect_timeout
        async with self._said(limit):
            connection = await self._connect()
            try:
                async with psycopg.AsyncRawCursor(connection) as cursor:
                    await bounded(cursor.execute("SELECT pg_xact_status($1::xid8)", [xact]), limit)
                    row = await cursor.fetchone()
            except (
                psycopg.DataError
            ):  # an id that this server has not reached: another server, or a restored one
                return Verdict.UNKNOWN
            finally:
                await connection.close()
        return _STATUS.get(row[0] if row else None, Verdict.UNKNOWN)

    async def _run(
        self,
        connection: psycopg.AsyncConnection[Any],
        path: Sequence[str],
        text: str,
        params: Mapping[str, Any],
        sample: int,
    ) -> tuple[Change, Touched]:
        statement, values = filled_in(text, params, None)
        must_be_read_alike(statement, connection)
        change = guarded_change(statement, await self._listed(connection, path))
        wrapped = sql.SQL(own("change.sql")).format(
            statement=sql.SQL(change.text),  # the guard's text, not the configuration's
            key=await self._key(connection, change),
            sample=sql.Literal(sample),
            longest=sql.Literal(_LONGEST_KEY),
        )
        async with psycopg.AsyncRawCursor(connection) as cursor:
            await cursor.execute(wrapped, values)
            row = await cursor.fetchone()
        assert row
        keys = tuple(_shown(key) for key in row[1] if key is not None)
        return change, Touched(change.verb, int(row[0]), keys)

    async def _key(self, connection: psycopg.AsyncConnection[Any], change: Change) -> sql.Composable:
        """A row's identity for people: its primary key, as text."""
        async with psycopg.AsyncRawCursor(connection) as cursor:
            await cursor.execute(sql.SQL(own("key.sql")), [change.target.schema, change.target.name])
            names = [sql.Identifier(change.alias, name) for (name,) in await cursor.fetchall()]
        if not names:
            return sql.SQL("NULL::pg_catalog.text")
        return sql.SQL("pg_catalog.concat_ws(', ', {})").format(sql.SQL(", ").join(names))

    async def _listed(self, connection: psycopg.AsyncConnection[Any], path: Sequence[str]) -> Catalog:
        names = [split(name) for name in self._source.tables]
        params = [[schema for schema, _ in names], [name for _, name in names], list(path)]
        async with psycopg.AsyncRawCursor(connection) as cursor:
            await cursor.execute(sql.SQL(own("catalog.sql")), params)
            return catalog(self._source.tables, await cursor.fetchall())

    @asynccontextmanager
    async def _session(
        self, limit: timedelta
    ) -> AsyncIterator[tuple[psycopg.AsyncConnection[Any], tuple[str, ...]]]:
        """A transaction that is undone unless the block commits it, and the role's original search path."""
        connection = await self._connect()
        try:
            begin = sql.SQL(own("change_session.sql")).format(
                limit=sql.Literal(_milliseconds(limit)),
                lock=sql.Literal(_milliseconds(min(limit, _LOCK))),
                idle=sql.Literal(_milliseconds(IDLE)),
            )
            cursor = await bounded(connection.execute(begin), limit)
            while cursor.description is None:
                cursor.nextset()
            row = await cursor.fetchone()
            assert row
            yield connection, tuple(row[0])
        finally:
            await connection.close()

    async def _connect(self) -> psycopg.AsyncConnection[Any]:
        limit = self._source.connect_timeout
        try:
            async with asyncio.timeout(limit.total_seconds()):
                return await psycopg.AsyncConnection.connect(
                    self._source.dsn,
                    autocommit=True,
                    application_name="canary-action",
                    client_encoding="UTF8",
                )
        except TimeoutError:
            raise CheckError(
                f"the database could not be reached within {say_duration(limit)}", cause=Cause.TIMEOUT
            ) from None
        except psycopg.Error as error:
            raise unreachable(error, self._source.dsn) from None

    @asynccontextmanager
    async def _said(self, limit: timedelta) -> AsyncIterator[None]:
        """Converts errors in the block to CheckError; never with the DSN."""
        try:
            yield
        except TimeoutError:
            raise CheckError(
                f"the database did not answer within {say_duration(limit)}", cause=Cause.TIMEOUT
            ) from None
        except psycopg.errors.InsufficientPrivilege as error:
            raise CheckError(
                f"the database says: {primary(error)}",
                cause=Cause.CONFIGURATION,
                hint="Grant the source's role what the statement needs on this table, and select on its key.",
            ) from None
        except psycopg.errors.LockNotAvailable:
            raise CheckError(
                f"another session holds rows that it needs, for longer than {say_duration(min(limit, _LOCK))}",
                cause=Cause.ENVIRONMENT,
                hint="Try again when that has ended.",
            ) from None
        except psycopg.Error as error:
            raise in_words(error, "", limit) from None


def _shown(text: str) -> str:
    """On one line."""
    return " ".join(plain(text).split())


async def _current_user(connection: psycopg.AsyncConnection[Any]) -> str:
    row = await (await connection.execute("SELECT current_user::text")).fetchone()
    assert row
    return str(row[0])


async def _besides(connection: psycopg.AsyncConnection[Any], change: Change) -> tuple[str, ...]:
    params = [change.target.schema, change.target.name, change.verb, list(change.columns), _MOST_NAMED]
    async with psycopg.AsyncRawCursor(connection) as cursor:
        await cursor.execute(sql.SQL(own("besides.sql")), params)
        row = await cursor.fetchone()
    assert row
    tables, triggers = (", ".join(map(_shown, names)) for names in row)
    rows = f"By foreign keys, it also changes or deletes rows of {tables}, which are not counted."
    return (
        *([rows] if tables else []),
        *([f"It has these triggers run, whatever they do: {triggers}."] if triggers else []),
    )


async def _commit(connection: psycopg.AsyncConnection[Any]) -> None:
    """Raises UnclearError unless the server says how it ended."""
    try:
        cursor = await bounded(connection.execute("COMMIT"), IDLE)
    except TimeoutError:
        raise UnclearError("the database did not answer the commit in time") from None
    except psycopg.Error as error:
        if _has_refused(error):
            raise NotDoneError(f"the database refused to commit: {primary(error)}") from None
        raise UnclearError("the connection was lost before the database answered the commit") from None
    if cursor.statusmessage != "COMMIT":
        raise NotDoneError("the database undid the change instead of committing it")


def _has_refused(error: psycopg.Error) -> bool:
    """Whether the server itself reported that the commit failed, as for a deferred constraint, and not that
    it shut down.
    """
    return bool(error.sqlstate) and not str(error.sqlstate).startswith(("08", "57", "58", "XX"))


def _milliseconds(length: timedelta) -> int:
    return max(1, round(length.total_seconds() * 1000))
