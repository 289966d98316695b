"""The complete job system: its database, dials, clock and HTTP endpoint."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

import psycopg
from aiohttp import web
from psycopg import conninfo, sql

from sandbox.jobsystem.decisions import DecisionLog, line_of
from sandbox.jobsystem.dials import Dials
from sandbox.jobsystem.dispatch import Dispatch
from sandbox.jobsystem.endpoint import application
from sandbox.jobsystem.engine import Engine
from sandbox.jobsystem.stream import Line
from sandbox.jobsystem.tables import Tables, script

_CHUNK = timedelta(hours=1)  # of history per transaction
_STEP_S = 0.5  # seconds between updates in real time
_HISTORY = timedelta(hours=24)  # rebuilt on reset


class JobSystem:
    """`async with JobSystem.create(admin_dsn, seed=1) as system: await system.advance(hours=3)`."""

    def __init__(
        self,
        connection: psycopg.AsyncConnection[Any],
        dsn: str,
        *,
        seed: int,
        start: datetime,
        log: Path | None = None,
    ) -> None:
        self.dials = Dials()
        self.dsn = dsn
        self.reader_dsn = conninfo.make_conninfo(dsn, user="canary_reader")
        self.decisions_dsn = conninfo.make_conninfo(dsn, user="canary_decisions")
        self.backfill_dsn = conninfo.make_conninfo(dsn, user="canary_backfill")
        self.promotions: dict[str, str] = {}
        self._seed = seed
        self._connection = connection
        self._tables = Tables(connection)
        self._log_path = log
        self._begin(start)
        self._alone = asyncio.Lock()

    @classmethod
    @asynccontextmanager
    async def create(
        cls,
        dsn_admin: str,
        *,
        seed: int,
        start: datetime | None = None,
        database: str = "background_jobs",
        log: Path | None = None,
    ) -> AsyncIterator[Self]:
        """Create a system without history, whose clock is at `start` (UTC; default: a day ago).

        Drops and recreates the database of that name, and creates three roles: `canary_reader`; `canary_decisions`,
        which may read the control loops' decisions, also written to the file `log`; and `canary_backfill`, which may
        turn high quota on.
        """
        start = start or datetime.now(UTC) - _HISTORY
        dsn = await _fresh(dsn_admin, database)
        async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as connection:
            await connection.execute("SET synchronous_commit = off")
            system = cls(connection, dsn, seed=seed, start=start, log=log)
            await system._make(start)
            yield system

    @property
    def now(self) -> datetime:
        """The time of the system's clock."""
        return self._engine.now

    async def advance(self, *, hours: float = 0, minutes: float = 0, seconds: float = 0) -> None:
        """Fast-forward by this much time."""
        await self.advance_to(self.now + timedelta(hours=hours, minutes=minutes, seconds=seconds))

    async def advance_to(self, now: datetime) -> None:
        """Fast-forward to `now`; does nothing if the clock is already there or later."""
        async with self._alone:
            await self._advance_to(now)
            self._log.flush()

    async def turn(self, name: str, value: float) -> None:
        """Set a dial. Raises ValueError for an unknown dial or a value out of its range."""
        async with self._alone:
            self.dials.turn(name, value)
            if name == "quota_coverage":  # so that no other dial undoes what somebody else changed
                await self._engine.cover()

    async def reset(self) -> None:
        """Reset all dials, and rewrite the last day as if they had never been turned.

        Readers see the old rows until all the new ones exist.
        """
        await self.relive({}, ago=timedelta(0))

    async def relive(self, turned: Mapping[str, float], *, ago: timedelta) -> None:
        """Rewrite the last day as if the system had been healthy until these dials were set, `ago` before now.

        Raises ValueError, before anything is rewritten, for an unknown dial or a value out of its range.
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
            self._log.flush()

    async def dispatch(self, source: str) -> Dispatch:
        """Dispatch the current window, unless it has been dispatched."""
        async with self._alone:
            return await self._engine.dispatch(self.now, source)

    async def logged(self, start: datetime, end: datetime, limit: int) -> Sequence[Line]:
        """The first lines that the control loops logged in [start, end), both in UTC."""
        async with self._alone:
            asked = {"start": start.replace(tzinfo=None), "end": end.replace(tzinfo=None), "limit": limit}
            rows = await self._tables.rows("logged", asked)
        return [(at.replace(tzinfo=UTC), line_of(loop, json.dumps(told))) for at, loop, told in rows]

    async def run_forever(self) -> None:
        """Keep up with the real clock until cancelled."""
        while True:
            await self.advance_to(datetime.now(UTC))
            await asyncio.sleep(_STEP_S)

    @asynccontextmanager
    async def serve(self, *, secret: str, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
        """Yields the base URL of the cron endpoint, which requires the secret, and of the dials."""
        runner = web.AppRunner(application(self, secret), access_log=None)
        await runner.setup()
        try:
            site = web.TCPSite(runner, host, port)
            await site.start()
            yield f"http://{host}:{runner.addresses[0][1]}"
        finally:
            await runner.cleanup()

    async def _make(self, start: datetime) -> None:
        """Create empty tables in the connection's current schema."""
        await self._connection.execute(script("schema.sql"))
        await self._connection.execute(script("reader.sql"))
        self._begin(start)
        await self._engine.settle_in()

    async def _advance_to(self, now: datetime) -> None:
        while self.now < now:
            async with self._connection.transaction(), self._connection.pipeline():
                await self._engine.until(min(now, self.now + _CHUNK))

    def _begin(self, start: datetime) -> None:
        self._log = DecisionLog(self._log_path)
        self._engine = Engine(self._tables, self.dials, self._log, seed=self._seed, start=start)


async def _fresh(dsn_admin: str, database: str) -> str:
    name = sql.Identifier(database)
    async with await psycopg.AsyncConnection.connect(dsn_admin, autocommit=True) as connection:
        await connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        await connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(name))
    return conninfo.make_conninfo(dsn_admin, dbname=database)
