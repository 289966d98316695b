"""A worker starts a job at once, even one enqueued while it fetches the next."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import ClassVar

import pytest

from bot.base.timing import Workers
from bot.base.work import Queue, Work
from bot.jobs import Engine
from bot.store.database import Database, run

SLEEPS = 3600.0  # seconds between polls: only a notification starts a job
PATIENCE = 30.0  # seconds until a wait fails the test

# The same function, with its response delayed: what it did not see is enqueued in the meantime.
SLOW = """
ALTER FUNCTION procrastinate_fetch_job_v2 RENAME TO procrastinate_fetch_job_at_once;
CREATE FUNCTION procrastinate_fetch_job_v2(queues varchar[], worker bigint) RETURNS procrastinate_jobs LANGUAGE plpgsql AS $$
DECLARE found procrastinate_jobs;
BEGIN
    found := procrastinate_fetch_job_at_once(queues, worker);
    PERFORM pg_sleep(0.3);
    RETURN found;
END $$
"""


class Tick(Work["Done"]):
    """Note that it ran."""

    task: ClassVar[str] = "tick"
    queue: ClassVar[Queue] = Queue.PEOPLE
    lost: ClassVar[str] = "SELECT 0 AS number WHERE false"

    number: int

    async def do(self, given: Done, /, *, tries: int) -> None:  # noqa: ARG002
        given.note(self.number)


class Done:
    def __init__(self) -> None:
        self.numbers: set[int] = set()
        self.changed = asyncio.Event()

    def note(self, number: int) -> None:
        self.numbers.add(number)
        self.changed.set()

    async def until(self, number: int) -> None:
        async with asyncio.timeout(PATIENCE):
            while number not in self.numbers:
                self.changed.clear()
                await self.changed.wait()


@pytest.mark.parametrize("pause", [0.0, 0.1, 0.2])
async def test_a_job_enqueued_while_the_worker_fetches_is_done(store: Database, pause: float) -> None:
    """`pause`: from one job's end until the next is enqueued; the worker is fetching for 0.3 s then."""
    done, stop = Done(), asyncio.Event()
    async with store.connection() as conn:
        await run(conn, SLOW)
    async with Engine(store, Workers(polling=SLEEPS)) as engine, store.connection() as conn:
        engine.carry([Tick], done)
        await engine.enqueue(conn, Tick(number=0))
        running = asyncio.create_task(engine.run(stop))
        try:
            await done.until(0)
            for number in range(1, 6):
                await asyncio.sleep(pause)
                await engine.enqueue(conn, Tick(number=number))
                await done.until(number)
        finally:
            stop.set()
            await running


async def test_a_worker_that_others_took_for_dead_starts_again(store: Database) -> None:
    """Any other bot's start removes the registration of a worker that was silent for too long: paused, or without
    its database. PostgreSQL then refuses to assign it a job.
    """
    done, stop = Done(), asyncio.Event()
    silent = Workers(heartbeat=SLEEPS, stalled=timedelta(seconds=2 * SLEEPS))
    async with Engine(store, silent) as engine, store.connection() as conn:
        engine.carry([Tick], done)
        running = asyncio.create_task(engine.run(stop))
        try:
            await engine.enqueue(conn, Tick(number=0))
            await done.until(0)
            async with conn.transaction():
                await run(conn, "DELETE FROM procrastinate_workers")
                await engine.enqueue(conn, Tick(number=1))
            await done.until(1)
        finally:
            stop.set()
            await running
