"""Who held which role when somebody voted or waived: part of the log, right before it."""

from __future__ import annotations

from bot.record.logged import RESOLVED
from bot.rules.people import Electorate
from bot.rules.principal import Principal
from bot.store import events
from bot.store.database import Connection


async def log_roles(conn: Connection, number: int, *, by: Principal, electorate: Electorate) -> None:
    """The roles that count, as resolved. An event of its own: versions that know nothing of it compare votes whole."""
    roles = {role: sorted(people) for role, people in electorate.roles.items()}
    await events.append(conn, number, actor=by, kind=RESOLVED, roles=roles)
