"""The job system as a whole: its database, its dials, its clock and its HTTP endpoint."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Self

import psycopg
from aiohttp import web
from psycopg import conninfo, sql

from sandbox.jobsystem.dials import Dials
from sandbox.jobsystem.dispatch import Dispatch
from sandbox.jobsystem.endpoint import application
from sandbox.jobsystem.engine import Engine
from sandbox.jobsystem.tables import Tables, script

_CHUNK = timedelta(hours=1)  # of history to one transaction
_STEP_S = 0.5  # between two looks at the real clock
_HISTORY = timedelta(hours=24)  # rebuilt when all is turned back to normal


class JobSystem:
    """`async with JobSystem.create(admin_dsn, seed=1) as system: await system.advance(hours=3)`."""

    def __init__(
        self, connection: psycopg.AsyncConnection[Any], dsn: str, *, seed: int, start: datetime
    ) -> None:
        self.dials = Dials()
        self.dsn = dsn
        self.reader_dsn = conninfo.make_conninfo(dsn, user="canary_reader")
        self._seed = seed
        self._connection = connection
        self._tables = Tables(connection)
        self._engine = Engine(self._tables, self.dials, seed=seed, start=start)
        self._alone = asyncio.Lock()

    @classmethod
    @asynccontextmanager
    async def create(
        cls, dsn_admin: str, *, seed: int, start: datetime | None = None, database: str = "background_jobs"
    ) -> AsyncIterator[Self]:
        """A system without a history yet, whose clock stands at `start` (UTC; default: a day ago).

        Drops and makes the database of that name, and makes the role `canary_reader`, which may read it.
        """
        start = start or datetime.now(UTC) - _HISTORY
        dsn = await _fresh(dsn_admin, database)
        async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as connection:
            await connection.execute("SET synchronous_commit = off")
            system = cls(connection, dsn, seed=seed, start=start)
            await system._make(start)
            yield system

    @property
    def now(self) -> datetime:
        """Where the system's clock stands."""
        return self._engine.now

    async def advance(self, *, hours: float = 0, minutes: float = 0, seconds: float = 0) -> None:
        """Let so much time pass, at once."""
        await self.advance_to(self.now + timedelta(hours=hours, minutes=minutes, seconds=seconds))

    async def advance_to(self, now: datetime) -> None:
        """Let time pass until `now`, at once; not at all where the clock stands there or beyond."""
        async with self._alone:
            await self._advance_to(now)

    async def turn(self, name: str, value: float) -> None:
        """Turn a dial. ValueError where there is none such, or not so far."""
        async with self._alone:
            self.dials.turn(name, value)
            await self._engine.cover()

    async def reset(self) -> None:
        """Turn all dials back, and rewrite the last day as though they had never been turned.

        Who reads meanwhile sees the old rows until the new ones are all there.
        """
        await self.relive({}, ago=timedelta(0))

    async def relive(self, turned: Mapping[str, float], *, ago: timedelta) -> None:
        """Rewrite the last day as though all had been well, and these dials been turned so long `ago`.

        ValueError, before anything is rewritten, where there is no such dial or it does not go so far.
        """
        for name, value in turned.items():
            Dials().turn(name, value)
        async with self._alone:
            now = self.now
            self.dials.reset()
            await self._connection.execute(script("rebuild.sql"))
            await self._make(now - _HISTORY)
            await self._advance_to(now - ago)
            for name, value in turned.items():
                self.dials.turn(name, value)
            await self._engine.cover()
            await self._advance_to(now)
            await self._connection.execute(script("swap.sql"))

    async def dispatch(self, source: str) -> Dispatch:
        """Dispatch the present window, unless it has been."""
        async with self._alone:
            return await self._engine.dispatch(self.now, source)

    async def run_forever(self) -> None:
        """Keep up with the real clock until cancelled."""
        while True:
            await self.advance_to(datetime.now(UTC))
            await asyncio.sleep(_STEP_S)

    @asynccontextmanager
    async def serve(self, *, secret: str, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
        """The base URL of the cron endpoint, which asks for the secret, and of the dials."""
        runner = web.AppRunner(application(self, secret), access_log=None)
        await runner.setup()
        try:
            site = web.TCPSite(runner, host, port)
            await site.start()
            yield f"http://{host}:{runner.addresses[0][1]}"
        finally:
            await runner.cleanup()

    async def _make(self, start: datetime) -> None:
        """Empty tables in the schema that the connection stands in."""
        await self._connection.execute(script("schema.sql"))
        await self._connection.execute(script("reader.sql"))
        self._engine = Engine(self._tables, self.dials, seed=self._seed, start=start)
        await self._engine.settle_in()

    async def _advance_to(self, now: datetime) -> None:
        while self.now < now:
            async with self._connection.transaction(), self._connection.pipeline():
                await self._engine.until(min(now, self.now + _CHUNK))


async def _fresh(dsn_admin: str, database: str) -> str:
    name = sql.Identifier(database)
    async with await psycopg.AsyncConnection.connect(dsn_admin, autocommit=True) as connection:
        await connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        await connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(name))
    return conninfo.make_conninfo(dsn_admin, dbname=database)
