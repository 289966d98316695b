"""Removes the content of runs whose retention has ended, and old interactions: every hour, in batches."""

from __future__ import annotations

from datetime import timedelta

import structlog

from bot.base.work import Timer
from bot.rules.retention import DEFAULT
from bot.store import packet_copies, tombstones
from bot.workflow.services import Services

log = structlog.get_logger(__name__)

EVERY = timedelta(hours=1)
MOST_RUNS = 50  # per pass, each in a separate transaction, so that nobody waits behind it
MOST_INTERACTIONS = 1000


class RemoveExpired(Timer[Services]):
    """Search for expired content."""

    task = "remove expired"
    lost = tombstones.SQL["lost"]

    async def do(self, services: Services, /, *, tries: int) -> None:  # noqa: ARG002
        await remove_expired(services)


async def remove_expired(services: Services) -> None:
    """One pass; the next one follows at once if there may be more. Without a retention, only interactions are
    deleted.
    """
    expired: list[int] = []
    kept = services.retention
    if kept is not None:
        async with services.database.connection() as conn:
            expired = await tombstones.expired(conn, days=kept.days, limit=MOST_RUNS)
        for number in expired:
            await _remove(services, number, kept)
    async with services.database.transaction() as conn:
        days = (kept or DEFAULT).days
        forgotten = await tombstones.forget_interactions(conn, days=days, limit=MOST_INTERACTIONS)
        at = await tombstones.noted(conn)  # its lock makes concurrent passes agree on the next one
        more = len(expired) == MOST_RUNS or forgotten == MOST_INTERACTIONS
        if not await tombstones.waits(conn):
            await services.enqueue(conn, RemoveExpired(at=at if more else at + EVERY))


async def _remove(services: Services, number: int, kept: timedelta) -> None:
    """Another process may have been faster."""
    async with services.database.transaction() as conn:
        unkept = await packet_copies.to_keep(conn, number)
        removed = await tombstones.remove(conn, number, days=kept.days)
    if removed and unkept:
        log.warning("removed by retention, before its packet was kept outside Slack", run=number)
    if removed:
        log.info("removed by retention", run=number, days=kept.days)
