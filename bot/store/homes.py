"""App Home: who opened theirs, what it shows, and when it is updated."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.plan.model import Environment
from bot.rules.home import OVERDUE, RECENT, Past, Promise
from bot.rules.outbox import Content
from bot.store.database import Connection, many, row, run
from bot.store.statements import Statements

SQL = Statements("home")

MOST_PROMISES = 10


def topic(person: str) -> str:
    return f"home {person}"


async def opened(conn: Connection, person: str, content: Content) -> None:
    """Show it now, and keep it up to date for a while."""
    await run(conn, SQL["opened"], person=person)
    named = {"topic": topic(person), "kind": content.kind, "subject": content.subject}
    await run(conn, SQL["show"], person=person, **named)


async def refresh(conn: Connection, *, anyway: bool = False) -> None:
    """Update every recently opened Home if a run has changed since the last time, or `anyway`."""
    await run(conn, SQL["refresh"], recent=RECENT, anyway=anyway)


async def note(conn: Connection, person: str) -> None:
    """Update a person's Home if they opened it recently, after a change that no run's log records."""
    await run(conn, SQL["note"], person=person, recent=RECENT)


async def shown(conn: Connection, person: str) -> str | None:
    """Returns the digest of the page that Slack shows, or None if unknown."""
    found = await row(conn, SQL["shown"], person=person)
    return found["shown"] if found else None


async def set_shown(conn: Connection, person: str, digest: str | None) -> None:
    await run(conn, SQL["set_shown"], person=person, digest=digest)


async def promises(conn: Connection, person: str, now: datetime) -> list[Promise]:
    since = f"{now - OVERDUE:%Y-%m-%d}"  # times are stored as text, in UTC
    return await many(conn, Promise, SQL["conditions"], person=person, since=since, limit=MOST_PROMISES)


async def latest(conn: Connection, visible: Mapping[str, Environment], limit: int) -> list[Past]:
    """Decisions in these environments' current channels; those in a channel that an environment has left were
    meant for others.
    """
    channels = [each.channel for each in visible.values()]
    return await many(conn, Past, SQL["latest"], environments=list(visible), channels=channels, limit=limit)
