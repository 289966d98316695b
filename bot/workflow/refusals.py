"""Refusals that do not depend on what is asked for; and all of them as part of the record."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import datetime

from bot.base.errors import Refused, Unavailable
from bot.base.next_step import Next
from bot.record.events import RequestRefused
from bot.rules.principal import Principal
from bot.rules.run import Run
from bot.store import events, runs
from bot.workflow.services import Services


@asynccontextmanager
async def recorded(services: Services, *, run: int, by: Principal, what: str) -> AsyncIterator[None]:
    """Logs a refusal in the block and raises it: once, though the person is told again where a worker died before.

    Raises instead what it came to in such a worker, where it came to something.
    """
    try:
        yield
    except Refused as refusal:
        async with services.act() as conn:
            await runs.lock(conn, run)
            await events.append(conn, run, RequestRefused(what=what, reason=str(refusal)), actor=by)
            await services.refuse(conn, refusal)
        raise


def must_be_fresh(services: Services, asked_at: datetime, now: datetime) -> None:
    """Raises Unavailable for a worker that slept since it asked who somebody is: rights may have gone meanwhile."""
    stale = services.timing.people.stale
    if (now - asked_at).total_seconds() > stale:
        raise Unavailable(f"What Slack said about you is older than {stale:g} s.")


def must_stand_there(run: Run, channel: str, *, also: Collection[str] = ()) -> None:
    """Raises Refused for a button of this run that was clicked somewhere else than its messages stand; `also` there."""
    if channel != run.channel and channel not in also:
        raise Refused(
            f"The messages of run #{run.number} are in another channel; use the buttons there.",
            then=[Next.show(run.number)],
        )
