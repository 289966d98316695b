"""Limits how often a repeated request is carried out."""

from __future__ import annotations

from datetime import timedelta
from math import ceil

from bot.base.errors import Refused
from bot.record.events import Detail, of_kind
from bot.store import database, events
from bot.store.database import Connection


async def must_have_paused(
    conn: Connection, run: int, kind: type[Detail], pause: timedelta, done: str
) -> None:
    """Raises Refused if the audit log has such an event less than `pause` ago; `done` says what was done."""
    now, history = await database.now(conn), await events.of_run(conn, run)
    last = max((event.at for event, _ in of_kind(history, kind)), default=None)
    if last and now - last < pause:
        left = ceil((pause - (now - last)).total_seconds())
        raise Refused(f"{done}. Try again in {left} s.")
