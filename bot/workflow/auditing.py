"""Verifies the whole record: every run's hash chain, its rows against the log, and its conclusions, recomputed."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from datetime import datetime, timedelta

from bot.base.errors import Unreadable
from bot.record.audit import AuditEvent
from bot.record.baselines import baseline_problems
from bot.record.chain import Link, first_break
from bot.record.consistency import disagreements
from bot.record.events import RemovedByRetention
from bot.record.packet import as_json
from bot.record.proof.checkpoint import Against
from bot.record.removal import Tombstone, removal_problems
from bot.record.verification import problems
from bot.rules.retention import DEFAULT
from bot.store import audits, baselines, captures, dossiers, runs, tombstones
from bot.store.database import Connection


class Verification:
    """One pass over all runs, one at a time. `runs` and `events` count what was verified, `removed` runs
    without content.

    `retention`: a run that was removed before its end is a problem.
    """

    def __init__(
        self, conn: Connection, against: Against | None = None, *, retention: timedelta = DEFAULT
    ) -> None:
        self._conn = conn
        self._against = against
        self._retention = retention
        self.runs = 0
        self.events = 0
        self.removed = 0
        self.last_removed_at: datetime | None = None

    async def problems(self) -> AsyncGenerator[str, None]:
        """Yields problems in the order of runs and events, one sentence each; none if everything verifies."""
        expected = 1
        async for number in audits.numbers(self._conn):
            for missing in range(expected, number):
                yield self._missing(missing)
            for problem in await self._of_run(number):
                yield problem
            expected = number + 1
        last = await audits.last_number(self._conn)
        for missing in range(expected, max(last, self._against.last_run if self._against else 0) + 1):
            yield self._missing(missing)
        if last < expected - 1:
            yield f"run_number: the last number given is {last}, and there is run #{expected - 1}"
        async for problem in self._of_baselines():
            yield problem

    async def _of_baselines(self) -> AsyncGenerator[str, None]:
        """An environment's baselines are chained: each names the digest of the previous one."""
        latest: dict[str, str] = {}
        done = await captures.done(self._conn)
        async for baseline in baselines.every(self._conn):
            capture = await captures.find(self._conn, baseline.number)
            done.discard(baseline.number)
            try:
                said = baselines.read(baseline)
                found = list(baseline_problems(baseline, said, capture, latest.get(baseline.environment)))
            except Unreadable as error:
                found = [" ".join(error.sentences)]
            for problem in found:
                yield f"baseline {baseline.number}: {problem}"
            latest[baseline.environment] = baseline.digest
        for number in sorted(done):
            yield f"baseline {number} is missing: its capture is done"

    def _missing(self, number: int) -> str:
        if self._against and number <= self._against.last_run:
            return f"run #{number} is missing: the checkpoint of {self._against.when} has it"
        return f"run #{number} is missing: numbers have no gaps"

    async def _of_run(self, number: int) -> list[str]:
        links = await audits.links(self._conn, number)
        self.runs += 1
        self.events += len(links)
        tombstone = await tombstones.of_run(self._conn, number)
        if tombstone or any(link.kind == RemovedByRetention.kind for link in links):
            return await self._of_removed(number, links, tombstone)
        if broken := first_break(number, links):
            return [broken]
        found: list[str | None] = [self._against.contradiction(number, links)] if self._against else []
        try:
            found += await self._conclusions(number, [link.event() for link in links])
        except Unreadable as error:
            found.append(f"run #{number}: {' '.join(error.sentences)}")
        except (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError) as error:
            found.append(f"run #{number}: its rows cannot be read: {_said(error)}")
        return [problem for problem in found if problem]

    async def _of_removed(self, number: int, links: Sequence[Link], tombstone: Tombstone | None) -> list[str]:
        self.removed += 1
        if tombstone:
            at = tombstone.removed_at
            self.last_removed_at = max(at, self.last_removed_at or at)
        contradiction = self._against.contradiction(number, links) if self._against else None
        try:
            remains = await audits.remains(self._conn, number)
            found = [
                *removal_problems(
                    number, links, tombstone=tombstone, remains=remains, retention=self._retention
                )
            ]
        except ValueError as error:
            found = [f"its rows cannot be read: {_said(error)}"]
        told = [f"run #{number}: {problem}" for problem in found]
        return [contradiction, *told] if contradiction else told

    async def _conclusions(self, number: int, events: Sequence[AuditEvent]) -> list[str]:
        run = await runs.find(self._conn, number)
        assert run
        dossier = await dossiers.read(self._conn, run)
        beside = await audits.beside(self._conn, run)
        found = list(disagreements(dossier, beside, events))
        if not found and dossier.decision and dossier.evidence:
            found = problems(as_json(dossier, events))
        return [f"run #{number}: {problem}" for problem in found]


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
