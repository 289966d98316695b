"""A person acts on a run by its number: who they are, and who may decide the run, looked up in Slack before
the run is locked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.rules.people import Person
from bot.rules.request import RunRequest
from bot.rules.run import Run
from bot.store import configurations, database, runs
from bot.workflow.services import Services


@dataclass(frozen=True)
class Acting:
    run: Run  # as of then
    person: Person
    owners: tuple[str, ...]  # the people with a role that decides
    asked_at: datetime  # by the database's clock


async def acting(services: Services, request: RunRequest) -> Acting:
    """Raises Misused if there is no such run."""
    async with services.database.connection() as conn:
        run = await runs.existing(conn, request.run)
        pinned, asked_at = await configurations.load(conn, run.configuration), await database.now(conn)
    required = pinned.environment.decide.approve
    owners = (await services.electorate(pinned, roles=required)).holders(required)
    return Acting(run, await services.person(request.by), owners, asked_at)
