"""What a run offers to one person, looked up within the moment in which Slack still opens a form."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace

from bot.base.errors import CanaryError, Refused
from bot.base.next_step import Next
from bot.rules.dossier import Dossier
from bot.rules.possible import Possible, possible
from bot.rules.request import Request, RunRequest
from bot.store import database, messages
from bot.workflow import asking
from bot.workflow.services import Services

WITHIN = 1.0  # seconds; without an answer by then, everything is offered, and the click is checked


async def run_of_message(services: Services, channel: str, names: Iterable[str]) -> int:
    """Returns the run that a message is about. Raises Refused for a message that is not the bot's.

    `names`: its timestamp, and that of its thread.
    """
    async with services.database.connection() as conn:
        found = await messages.run_of(conn, channel, names)
    if found is None:
        raise Refused(
            "That message doesn't belong to a run.",
            hint="Use this on a run's card, or on any message in its thread",
            then=[Next.list_runs()],
        )
    return found


async def offered(services: Services, request: Request, run: int) -> tuple[Dossier, Possible]:
    """Raises Refused if they cannot see the run."""
    dossier = await asking.dossier(services, RunRequest(**dict(request), run=run))
    async with services.database.connection() as conn:
        now = await database.now(conn)
    lately = replace(services, directory=services.directory.lately())
    person = str(request.by)
    try:
        async with asyncio.timeout(WITHIN):
            electorate = await lately.electorate(dossier.plan, partly=True)
            on_duty = await lately.on_duty(dossier.plan) if dossier.prompts else frozenset()
    except (CanaryError, TimeoutError):
        return dossier, possible(person, dossier, None, (), now)
    return dossier, possible(person, dossier, None if electorate.unreadable else electorate, on_duty, now)
