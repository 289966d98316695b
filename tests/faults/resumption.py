"""How soon a killed process's work continues, observed in the database for each piece of work."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeAlias

import psycopg
from psycopg.rows import dict_row

from tests.faults.processes import PAUSE, Life

LOOK = 0.05  # seconds
ALIVE = 2.5  # seconds after a kill by which every live worker has sent a heartbeat
LONGEST = 120.0  # seconds; longer waits count as this

Piece: TypeAlias = tuple[str, int, int]  # "job" or "message", its id, and its holder: the worker or the claim

_UNDER_WAY = """
SELECT 'job' AS kind, job.id, job.worker_id AS holder, job.task_name AS what,
       extract(epoch FROM worker.last_heartbeat)::float AS beat
FROM procrastinate_jobs AS job LEFT JOIN procrastinate_workers AS worker ON worker.id = job.worker_id
WHERE job.status = 'doing'
UNION ALL
SELECT 'message', id, claim, kind, NULL FROM message WHERE state IN ('sending', 'ambiguous')
"""


@dataclass
class Interruption:
    """A kill, and the work that it interrupted."""

    life: Life
    at: float
    alone: bool  # no other bot was at work, so the work waits until one has started
    pieces: dict[Piece, float | None] = field(default_factory=dict)  # when each was done, or taken over
    sifted: bool = False

    @property
    def restarted(self) -> float:
        return self.at + PAUSE

    def waits(self, kind: str) -> list[float]:
        """Seconds from the restart until each piece of that kind continued."""
        return [
            max(0.0, (LONGEST + self.at if done is None else done) - self.restarted)
            for (what, _, _), done in self.pieces.items()
            if what == kind
        ]


class Resumption:
    def __init__(self, dsn: str) -> None:
        self.interruptions: list[Interruption] = []
        self._dsn = dsn

    def died(self, life: Life, *, alone: bool) -> None:
        if life.killed:
            self.interruptions.append(Interruption(life, time.time(), alone))

    async def watch(self) -> None:
        """Observe until cancelled."""
        while True:
            with suppress(psycopg.OperationalError):
                async with await psycopg.AsyncConnection.connect(
                    self._dsn, autocommit=True, row_factory=dict_row
                ) as conn:
                    while True:
                        found = await (await conn.execute(_UNDER_WAY)).fetchall()
                        self._look(
                            {(row["kind"], row["id"], row["holder"] or 0): row["beat"] for row in found}
                        )
                        await asyncio.sleep(LOOK)
            await asyncio.sleep(LOOK)

    def _look(self, under_way: dict[Piece, float | None]) -> None:
        now = time.time()
        for one in self.interruptions:
            if not one.pieces and now - one.at < ALIVE and not one.sifted:
                one.pieces = dict.fromkeys(under_way)
            for piece, done in one.pieces.items():
                if done is None and piece not in under_way:
                    one.pieces[piece] = now
            if not one.sifted and now - one.at >= ALIVE:
                self._sift(one, under_way)

    def _sift(self, one: Interruption, under_way: dict[Piece, float | None]) -> None:
        """Drop work of live processes: their workers send heartbeats, and their messages are sent soon."""
        one.sifted = True
        one.pieces = {
            piece: done
            for piece, done in one.pieces.items()
            if done is None and ((beat := under_way[piece]) is None or beat < one.at)
        }


def spreads(kills: Sequence[Interruption], *, alone: bool) -> list[str]:
    """One line for jobs and one for messages: when everything that a kill interrupted had continued."""
    where = "no other bot was at work" if alone else "another bot was at work"
    waits = {
        kind: [max(found) for one in kills if one.alone is alone and (found := one.waits(kind))]
        for kind in ("job", "message")
    }
    return [
        spread(f"where {where}, from restart to the last {kind} that a kill had interrupted", seconds)
        for kind, seconds in waits.items()
    ]


def spread(name: str, seconds: Sequence[float]) -> str:
    """The number of values and their distribution, in one line."""
    if not seconds:
        return f"{name}: none"
    ordered = sorted(seconds)

    def nth(share: float) -> float:
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    return (
        f"{name}: {len(ordered)}, median {statistics.median(ordered):.1f} s, 90 % within {nth(0.9):.1f} s,"
        f" longest {ordered[-1]:.1f} s"
    )
