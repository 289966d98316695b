"""Refusals that do not depend on the request, and their recording."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import datetime

from bot.base.errors import Refused, Unavailable
from bot.base.next_step import Next
from bot.record.events import RequestRefused
from bot.rules.principal import Principal
from bot.rules.request import HOME
from bot.rules.run import Run
from bot.store import events, runs
from bot.workflow.services import Services


@asynccontextmanager
async def recorded(services: Services, *, run: int, by: Principal, what: str) -> AsyncIterator[None]:
    """Records a refusal raised in the block, once, and re-raises it; if a worker died, the person may be told
    twice.

    If an earlier worker recorded a result, raises that instead.
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
    """Raises Unavailable if the worker was paused since the lookups: rights may have changed."""
    stale = services.timing.people.stale
    if (now - asked_at).total_seconds() > stale:
        raise Unavailable(
            f"What Slack told me about you is more than {stale:g} s old.", hint="Try again in a moment."
        )


def must_stand_there(run: Run, channel: str, *, also: Collection[str] = ()) -> None:
    """Raises Refused unless the click came from the run's channel, one of `also`, or the person's own Home."""
    if channel not in {run.channel, HOME, *also}:
        raise Refused(
            f"The messages of run #{run.number} are in another channel; use the buttons there.",
            then=[Next.show(run.number)],
        )
