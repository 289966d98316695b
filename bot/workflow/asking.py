"""Queries, which change nothing, answered to members of the workspace about what they can see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.base.errors import Misused, Unreadable
from bot.base.next_step import Next
from bot.plan.model import Environment, Pinned
from bot.rules.dossier import Dossier
from bot.rules.people import Electorate
from bot.rules.request import Request, RunRequest
from bot.rules.run import Run
from bot.store import conditions, dossiers, runs
from bot.store.database import Connection
from bot.workflow.audience import Audience, visible
from bot.workflow.services import Services
from checks import spelling


async def dossier(services: Services, request: RunRequest) -> Dossier:
    """Raises Misused if there is no such run, and Refused if they cannot see it."""
    await _admitted(services, request)
    run = await visible(services, request)
    async with services.database.transaction() as conn:
        return await dossiers.read(conn, run)


async def run(services: Services, number: int) -> Run:
    """A run that somebody has just acted on. Raises Misused if there is none."""
    async with services.database.connection() as conn:
        return await runs.existing(conn, number)


async def check(services: Services, request: RunRequest, name: str) -> Dossier:
    """The same for one of its checks. Raises Misused, with the nearest name, if it has no such check."""
    found = await dossier(services, request)
    checks = found.plan.environment.checks
    if name not in checks:
        raise Misused(
            f"Run #{request.run} has no check “{name[:40]}”.{spelling.suggestion(name, checks)}",
            then=[Next.show(request.run, next(iter(checks)))],
        )
    return found


@dataclass(frozen=True)
class Illegible:
    """A run whose dossier cannot be read."""

    run: Run
    why: Unreadable


async def under_way(services: Services, request: Request, environment: str = "") -> list[Dossier | Illegible]:
    """Runs that are checking, wait for votes, are watched, or have open conditions: of one environment, or of
    all that they can see.
    """
    audience = await _admitted(services, request)
    async with services.database.transaction() as conn:
        found = {run.number: run for run in await runs.active(conn)}
        found |= {run.number: run for run in await runs.watched(conn)}
        found |= {run.number: run for run in await conditions.followed(conn)}
        read = [await _readable(conn, found[number]) for number in sorted(found)]
    return [
        each
        for each in read
        if environment in {"", each.run.environment} and await audience.sees(each.run.channel)
    ]


async def _readable(conn: Connection, run: Run) -> Dossier | Illegible:
    try:
        return await dossiers.read(conn, run)
    except Unreadable as why:
        return Illegible(run, why)


async def environments(services: Services, request: Request, name: str = "") -> Mapping[str, Environment]:
    """The environments that they can see, or the one of this name. Raises Misused, with the nearest name, if
    there is no such one.
    """
    configuration, audience = services.configuration, await _admitted(services, request)
    if name:
        return {name: await audience.environment(configuration, name)}
    return await audience.environments(configuration.plan)


async def pinned(services: Services, request: Request, name: str) -> Pinned:
    """An environment with everything it depends on, as configured now. Raises Misused as `environments` does."""
    await environments(services, request, name)
    return services.configuration.plan.pinned(name)


async def owners(services: Services, request: Request, name: str) -> tuple[Pinned, Electorate]:
    """Who holds which role there, according to Slack, from lookups of the last minute."""
    found = await pinned(services, request, name)
    lately = replace(services, directory=services.directory.lately())
    return found, await lately.electorate(found, partly=True)


async def _admitted(services: Services, request: Request) -> Audience:
    audience = Audience.of(services, request)
    await audience.must_be_admitted()
    return audience
