"""The database's contents, read past all faults."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, LiteralString, TypeAlias, TypeVar

import psycopg
from psycopg.rows import dict_row

T = TypeVar("T")
Row: TypeAlias = dict[str, Any]

PATIENCE = 60.0  # seconds for a killed server to come back
PAUSE = 0.2

_DUE_JOBS = """
SELECT id, task_name, args, status::text, attempts FROM procrastinate_jobs
WHERE status IN ('todo', 'doing') AND coalesce(scheduled_at, now()) <= now() OR status = 'failed'
"""
_TABLES: dict[str, LiteralString] = {
    "inbox": "SELECT key, kind, counted_at, done_at, error FROM inbox",
    "runs": "SELECT number, key, environment, state, requested_by, expires_at, closed_at FROM run ORDER BY number",
    "events": "SELECT run, seq, at, actor, kind, detail::json FROM event ORDER BY run, seq",
    "decisions": "SELECT run, outcome, document FROM decision",
    "prompts": "SELECT key, run, trigger, episode, state FROM prompt",
    "watches": "SELECT run, state, tick FROM watch",
    "messages": "SELECT id, run, kind, subject, state, wanted, shown, ts, file, error, posted_at, alerted_at"
    " FROM message WHERE kind <> 'alert' ORDER BY id",
    "jobs": _DUE_JOBS,
}


@dataclass(frozen=True)
class Record:
    """All tables that an invariant is about."""

    inbox: list[Row]
    runs: list[Row]
    events: list[Row]
    decisions: list[Row]
    prompts: list[Row]
    watches: list[Row]
    messages: list[Row]
    jobs: list[Row]  # jobs that are due or failed

    def events_of(self, run: int) -> list[Row]:
        return [event for event in self.events if event["run"] == run]

    @property
    def unrest(self) -> list[str]:
        """Remaining work; empty once everything has settled."""
        waiting = [row for row in self.messages if row["state"] not in {"sent", "failed"}]
        undone = [row["key"] for row in self.inbox if row["done_at"] is None]
        jobs = [row for row in self.jobs if row["task_name"] != "look" or row["status"] == "failed"]
        return [
            *(f"message {row['id']} is {row['state']}: {row['error']}" for row in waiting),
            *(f"{key} is not worked off" for key in undone),
            *(f"job {row['id']} {row['task_name']} {row['args']} is {row['status']}" for row in jobs),
        ]


async def read(dsn: str) -> Record:
    async with await _connected(dsn) as conn, conn.transaction():
        await conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        tables = {name: await (await conn.execute(sql)).fetchall() for name, sql in _TABLES.items()}
    return Record(**tables)


async def time_is_up(dsn: str, run: int) -> None:
    """Let the run's deadline, or the end of its watch, be now."""
    async with await _connected(dsn) as conn, conn.transaction():
        await conn.execute(
            "UPDATE run SET expires_at = now() WHERE number = %s AND state = 'deciding'", [run]
        )
        await conn.execute("UPDATE watch SET ends_at = now() WHERE run = %s AND state = 'watching'", [run])
        await conn.execute(
            """UPDATE procrastinate_jobs SET scheduled_at = now()
            WHERE status = 'todo' AND task_name = 'expire' AND args ->> 'run' = %s""",
            [str(run)],
        )


async def patiently(act: Callable[[], Awaitable[T]]) -> T:
    """Retry until a killed server is back."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                return await act()
            except psycopg.OperationalError:
                await asyncio.sleep(PAUSE)


async def _connected(dsn: str) -> psycopg.AsyncConnection[Row]:
    return await psycopg.AsyncConnection.connect(dsn, autocommit=True, row_factory=dict_row)
