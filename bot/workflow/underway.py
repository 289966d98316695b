"""Measurements in progress in this process: they end as soon as nobody can use their results.

A closed run needs no more results, and an ended watch no more measurements. Otherwise, someone who starts and
cancels runs in a loop would fill the bot with useless programs and queries.
"""

from __future__ import annotations

import asyncio
import enum
from collections.abc import Collection, Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

import structlog

from bot.base.errors import Unavailable
from bot.base.tasks import cancelled, ticks
from bot.rules.run import Run
from bot.store import conditions, runs, watches
from bot.store.database import Database

log = structlog.get_logger(__name__)

T = TypeVar("T")

EVERY = 0.5  # seconds between polls for runs closed by other processes


class Stage(enum.Enum):
    """The purpose of a measurement."""

    CHECKS = enum.auto()
    WATCH = enum.auto()
    CONDITIONS = enum.auto()


@dataclass(frozen=True)
class _Under:
    run: int
    environment: str
    stage: Stage


@dataclass
class Underway:
    _tasks: dict[asyncio.Task[Any], _Under] = field(default_factory=dict)

    async def measure(self, run: Run, stage: Stage, work: Coroutine[Any, Any, T]) -> T | None:
        """Returns the result of the work, or None if it was stopped. Waits until work for earlier runs of the
        environment has ended.
        """
        await self._end_earlier(run)
        task = asyncio.create_task(work)
        self._tasks[task] = _Under(run.number, run.environment, stage)
        try:
            await asyncio.wait([task])
        finally:
            del self._tasks[task]
            if not task.done():
                await cancelled(task)
        return None if task.cancelled() else task.result()

    async def _end_earlier(self, run: Run) -> None:
        """An environment has only one run that measures at a time."""
        earlier = [
            task
            for task, under in self._tasks.items()
            if (under.environment, under.stage) == (run.environment, Stage.CHECKS) and under.run < run.number
        ]
        for task in earlier:
            await cancelled(task)

    def stop(self, stage: Stage, ended: Collection[int]) -> None:
        """Stop the measurements of these runs: kill their programs and cancel their queries."""
        for task, under in list(self._tasks.items()):
            if under.stage is stage and under.run in ended:
                log.info("stopping a measurement: its run no longer needs it", run=under.run)
                task.cancel()

    async def stop_what_ended(self, database: Database, over: asyncio.Event) -> None:
        """Run until told to stop; polls only while something is being measured."""
        async for _ in ticks(over, EVERY):
            if not self._tasks:
                continue
            try:
                async with database.connection() as conn:
                    measured = await runs.not_checking(conn, self._runs(Stage.CHECKS))
                    watched = await watches.not_watching(conn, self._runs(Stage.WATCH))
                    followed = await conditions.all_closed(conn, self._runs(Stage.CONDITIONS))
            except Unavailable:
                continue
            self.stop(Stage.CHECKS, measured)
            self.stop(Stage.WATCH, watched)
            self.stop(Stage.CONDITIONS, followed)

    def _runs(self, stage: Stage) -> list[int]:
        return sorted({under.run for under in self._tasks.values() if under.stage is stage})
