"""Verifies the whole record: every run's hash chain, its rows against the log, and its conclusions, recomputed."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence

from bot.base.errors import Unreadable
from bot.record.audit import AuditEvent
from bot.record.chain import first_break
from bot.record.checkpoint import Against
from bot.record.consistency import disagreements
from bot.record.packet import as_json
from bot.record.verification import problems
from bot.store import audits, dossiers, runs
from bot.store.database import Connection


class Verification:
    """One pass over all runs, one at a time. `runs` and `events` count what was verified."""

    def __init__(self, conn: Connection, against: Against | None = None) -> None:
        self._conn = conn
        self._against = against
        self.runs = 0
        self.events = 0

    async def problems(self) -> AsyncGenerator[str, None]:
        """Yields problems in the order of runs and events, a sentence each; none if everything verifies."""
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

    def _missing(self, number: int) -> str:
        if self._against and number <= self._against.last_run:
            return f"run #{number} is missing: the checkpoint of {self._against.when} has it"
        return f"run #{number} is missing: numbers have no gaps"

    async def _of_run(self, number: int) -> list[str]:
        links = await audits.links(self._conn, number)
        self.runs += 1
        self.events += len(links)
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
