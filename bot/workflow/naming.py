"""The names of people, recorded with a run: its packet is read by people who do not know the ids, when Slack may no
longer know the names.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping

from bot.base.errors import CanaryError
from bot.plan.member import is_user
from bot.record.context_events import PeopleNamed
from bot.rules.people import Directory
from bot.rules.principal import BOT
from bot.store import events
from bot.store.database import Connection
from bot.workflow.services import Services

SOON = 1.0  # seconds; without a name, the id is shown
MOST = 30  # looked up at once: of large groups, those who act are named when they do


async def names_of(services: Services, users: Iterable[str]) -> dict[str, str]:
    """User id -> name, as far as Slack says so soon, from lookups of the last minute. Decides nothing."""
    wanted = [user for user in dict.fromkeys(users) if is_user(user)][:MOST]
    if not wanted:
        return {}
    directory = services.directory.lately()
    lookups = [asyncio.create_task(_name(directory, user)) for user in wanted]
    try:
        done, _ = await asyncio.wait(lookups, timeout=SOON)
    finally:
        for lookup in lookups:
            lookup.cancel()
        await asyncio.gather(*lookups, return_exceptions=True)
    told = {user: lookup.result() for user, lookup in zip(wanted, lookups, strict=True) if lookup in done}
    return {user: name for user, name in told.items() if name}


async def record_names(conn: Connection, number: int, names: Mapping[str, str]) -> None:
    """Record those that the run's log does not have yet. The caller holds the run's lock."""
    known = await events.names(conn, number)
    told = PeopleNamed.of(names)
    if new := {user: name for user, name in told.names.items() if known.get(user) != name}:
        await events.append(conn, number, PeopleNamed(names=new), actor=BOT)


async def _name(directory: Directory, user: str) -> str:
    try:
        return (await directory.person(user)).name
    except CanaryError:
        return ""
