"""The whole audit log from the command line: where it stands, and whether it holds. Needs no Slack and no bot."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.checkpoint import Against, Checkpoint
from bot.errors import CanaryError
from bot.store import audits
from bot.store.database import Connection
from bot.workflow.auditing import Verification

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
    async with AsyncExitStack() as stack:
        if database_url is None:
            database_url = await stack.enter_async_context(_embedded(data))
        yield await stack.enter_async_context(audits.snapshot(database_url))


@asynccontextmanager
async def _embedded(data: Path) -> AsyncIterator[str]:
    """The one that `canary serve` uses, running or not; none is made here."""
    from bot import embedded

    if not (data / "postgres" / "data").exists():
        raise CanaryError(
            f"There is no database in {data}, and DATABASE_URL is not set.",
            hint="Set it, or CANARY_DATA to the bot's folder.",
        )
    async with embedded.postgres(data) as dsn:
        yield dsn
