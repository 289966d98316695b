"""The whole audit log from the command line: where it stands, and whether it holds. Needs no Slack and no bot."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.record.checkpoint import Against, Checkpoint
from bot.store import audits
from bot.store.database import Connection
from bot.workflow.auditing import Verification
from commands.database_location import located

ENOUGH = 20  # problems that are said


@dataclass(frozen=True)
class Verified:
    holds: bool
    summary: str


async def stand(database_url: str | None, data: Path) -> Checkpoint:
    """Raises CanaryError."""
    async with _record(database_url, data) as conn:
        return await audits.checkpoint(conn)


async def verify(
    database_url: str | None, data: Path, against: Against | None, *, say: Callable[[str], None]
) -> Verified:
    """`say` hears what does not hold, the first first, up to ENOUGH of it. Raises CanaryError."""
    said = 0
    async with _record(database_url, data) as conn:
        verification = Verification(conn, against)
        async with aclosing(verification.problems()) as problems:
            async for problem in problems:
                say(problem)
                said += 1
                if said == ENOUGH:
                    say("and perhaps more: it was not looked further")
                    break
    there = f", and everything is there that the checkpoint of {against.when} has" if against else ""
    counted = f"runs: {verification.runs:,}, events: {verification.events:,}"
    return Verified(not said, f"{counted}; every hash follows, every conclusion holds{there}")


@asynccontextmanager
async def _record(database_url: str | None, data: Path) -> AsyncIterator[Connection]:
    async with located(database_url, data) as dsn, audits.snapshot(dsn) as conn:
        yield conn
