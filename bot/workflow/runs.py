"""Starting and cancelling runs."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from bot.approval import may_cancel
from bot.decision import Outcome
from bot.errors import Misused
from bot.outbox import Kind
from bot.run import Run
from bot.store import check_runs, configurations, database, dossiers, events, messages, runs
from bot.work import Measure
from bot.workflow.closing import close
from bot.workflow.refusals import must_be_fresh, recorded
from bot.workflow.services import Services


async def start(
    services: Services,
    *,
    environment: str,
    arguments: Mapping[str, str],
    requested_by: str,
    requested_from: str,
) -> Run:
    """Start a run. The environment and its arguments are known to be good. Raises Busy."""
    pinned = services.configuration.plan.pinned(environment)
    async with services.act() as conn:
        await configurations.keep(conn, pinned)
        run = await runs.insert(
            conn,
            key=secrets.token_urlsafe(16),
            environment=environment,
            channel=pinned.environment.channel,
            requested_by=requested_by,
            requested_from=requested_from,
            arguments=arguments,
            configuration=pinned.digest,
        )
        await check_runs.insert(conn, run.number, pinned.environment.checks)
        await events.append(
            conn,
            run.number,
            actor=requested_by,
            kind="run started",
            environment=environment,
            arguments=dict(arguments),
            configuration=pinned.digest,
        )
        await messages.want(conn, run, Kind.CARD)
        await services.enqueue(
            conn, *(Measure(run=run.number, check=name) for name in pinned.environment.checks)
        )
    return run


async def cancel(services: Services, *, number: int, person: str, reason: str) -> None:
    """The requester, or anybody who may decide, cancels a run that is not decided. Raises Refused, recorded."""
    async with services.database.connection() as conn:
        run = await runs.find(conn, number)
        if run is None:
            raise Misused(f"There is no run #{number}.", hint="/canary status")
        pinned, asked_at = await configurations.load(conn, run.configuration), await database.now(conn)
    owners = (await services.electorate(pinned)).holders(pinned.environment.decide.approve)
    canceller = await services.directory.person(person)
    async with recorded(services, run=number, person=person, what="cancel"), services.act() as conn:
        run = await runs.lock(conn, number)
        must_be_fresh(asked_at, await database.now(conn))
        may_cancel(canceller, run, owners=owners)
        await close(
            services,
            conn,
            await dossiers.read(conn, run),
            Outcome.CANCELLED,
            reason=reason,
            decided_by=(person,),
            actor=person,
        )
