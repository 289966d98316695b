"""The whole audit log, for the command line: takes checkpoints and verifies it. Needs no Slack and no running bot."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bot.record.proof.checkpoint import Against, Checkpoint
from bot.rules.retention import DEFAULT
from bot.store import audits
from bot.store.database import Connection
from bot.workflow.auditing import Verification
from commands.database_location import located

MAX_PROBLEMS = 20  # reported before verification stops


@dataclass(frozen=True)
class Verified:
    holds: bool
    summary: str


async def checkpoint(database_url: str | None, data: Path) -> Checkpoint:
    """Raises CanaryError."""
    async with record(database_url, data) as conn:
        return await audits.checkpoint(conn)


async def verify(
    database_url: str | None,
    data: Path,
    against: Against | None,
    *,
    retention: timedelta = DEFAULT,
    say: Callable[[str], None],
) -> Verified:
    """Calls `say` with each problem, in order, up to MAX_PROBLEMS. Raises CanaryError."""
    said = 0
    async with record(database_url, data) as conn:
        verification = Verification(conn, against, retention=retention)
        async with aclosing(verification.problems()) as problems:
            async for problem in problems:
                say(problem)
                said += 1
                if said == MAX_PROBLEMS:
                    say(f"there may be more; stopped after {MAX_PROBLEMS} problems")
                    break
    there = f"; everything in the checkpoint of {against.when} still exists" if against else ""
    counted = f"runs: {verification.runs:,}, events: {verification.events:,}"
    gone = ""
    if verification.last_removed_at:
        gone = f"; removed by retention: {verification.removed:,}, the last on {verification.last_removed_at:%Y-%m-%d}"
    return Verified(not said, f"{counted}; every hash and every conclusion verified{gone}{there}")


@asynccontextmanager
async def record(database_url: str | None, data: Path) -> AsyncIterator[Connection]:
    """A read-only snapshot. Raises CanaryError."""
    async with located(database_url, data) as dsn, audits.snapshot(dsn) as conn:
        yield conn
