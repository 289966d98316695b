"""Starting and cancelling runs."""

from __future__ import annotations

import secrets
from math import ceil

from bot.base.errors import Misused, Refused
from bot.base.next_step import Next
from bot.base.plain import pasted
from bot.plan.argument import settle
from bot.plan.model import Environment
from bot.record.events import BaselineChosen, RunStarted
from bot.rules.approval import require_can_cancel, require_part
from bot.rules.decision import Outcome
from bot.rules.request import CancelRequest, StartRequest, require_complete
from bot.rules.run import Run
from bot.slack.messages.card import Card
from bot.store import check_runs, configurations, database, dossiers, events, messages, runs
from bot.store.database import Connection
from bot.workflow.acting import acting
from bot.workflow.audience import Audience, visible
from bot.workflow.authors import must_be_people
from bot.workflow.capturing import chosen
from bot.workflow.checking import Measure, slowest_first
from bot.workflow.closing import close
from bot.workflow.electing import must_be_able_to_start, must_be_decidable
from bot.workflow.naming import record_names
from bot.workflow.refusals import must_be_fresh, recorded
from bot.workflow.screening import screened
from bot.workflow.services import Services
from bot.workflow.trees import must_be_clean

BASELINE = "baseline"  # an argument that every run accepts: what to compare with


async def start(services: Services, request: StartRequest) -> Run:
    """Start a run.

    Raises Misused for an unknown environment, arguments that it does not accept, and an unknown author; Busy;
    Refused for a person who may not, for a run that nobody could approve, and for a tree that is not clean.
    """
    plan, environment, by = services.configuration.plan, request.environment, request.by
    audience = Audience.of(services, request)
    await audience.must_be_admitted()
    found = await audience.environment(services.configuration, environment)
    request, wanted = _without_baseline(request, found)
    arguments = _settled(request, found)
    pinned = plan.pinned(environment)
    async with services.database.connection() as conn:
        await runs.must_be_free(conn, environment)
        await _must_be_within_budget(conn, str(by), services.runs_per_hour)
        await chosen(conn, environment, wanted)

    async def check(services: Services) -> None:
        await must_be_able_to_start(services, pinned, by)
        await must_be_people(services, pinned.environment, arguments)
        await must_be_decidable(services, pinned, arguments=arguments, requested_by=str(by))

    async with screened(services, by, check):
        await check(services)
    await must_be_clean(
        services.answering,
        found,
        plan.sources,
        services.configuration.secrets,
        name=environment,
        checks=found.checks,
    )
    async with services.act() as conn:
        await configurations.keep(conn, pinned)
        baseline = await chosen(conn, environment, wanted)
        run = await runs.insert(
            conn,
            key=secrets.token_urlsafe(16),
            environment=environment,
            channel=pinned.environment.channel,
            requested_by=str(by),
            requested_from="" if request.in_form else request.channel,
            arguments=arguments,
            configuration=pinned.digest,
            baseline=baseline.number if baseline else None,
        )
        await check_runs.insert(conn, run.number, pinned.environment.checks)
        started = RunStarted(environment=environment, arguments=arguments, configuration=pinned.digest)
        await events.append(conn, run.number, started, actor=by)
        if baseline:
            await events.append(conn, run.number, BaselineChosen.of(baseline), actor=by)
        await messages.want(conn, run, Card())
        names = slowest_first(pinned.environment.checks, await check_runs.took(conn, environment))
        await services.enqueue(conn, *(Measure(run=run.number, check=name) for name in names))
    return run


def _without_baseline(request: StartRequest, environment: Environment) -> tuple[StartRequest, str | None]:
    """Returns the request without `baseline=`, and the baseline it names, unless the environment has an
    argument of that name.
    """
    given = dict(request.arguments)
    if BASELINE in environment.arguments or BASELINE not in given:
        return request, None
    wanted = pasted(given.pop(BASELINE))
    return request.model_copy(update={"arguments": given}), wanted


def _settled(request: StartRequest, environment: Environment) -> dict[str, str]:
    """Raises Misused."""
    try:
        return settle(environment.arguments, request.arguments, required=environment.required)
    except Misused as error:
        raise Misused(str(error), hint=error.hint, then=[Next.start(request.environment)]) from error


async def _must_be_within_budget(conn: Connection, person: str, most: int) -> None:
    """Raises Refused if the person has started too many runs within an hour.

    Two at once may slip through, which does no harm.
    """
    started, again_in = await runs.asked_lately(conn, person, most=most)
    if started >= most:
        minutes = ceil(again_in / 60)
        raise Refused(
            f"You have started {started} runs in the last hour; the limit is {most}.",
            hint=f"Try again in {minutes} min, or ask a colleague to start this one.",
        )


async def cancel(services: Services, request: CancelRequest) -> None:
    """The requester or an approver cancels an undecided run. Raises Refused, and records it."""
    require_complete(request)
    await visible(services, request)
    number, by = request.run, request.by

    async def check(lately: Services) -> None:
        asker = await acting(lately, request)
        require_part(asker.person, asker.run, able=(asker.run.requested_by, *asker.owners))

    async with screened(services, by, check):
        canceller = await acting(services, request)
        async with recorded(services, run=number, by=by, what="cancel"), services.act() as conn:
            run = await runs.lock(conn, number)
            must_be_fresh(services, canceller.asked_at, await database.now(conn))
            require_can_cancel(canceller.person, run, owners=canceller.owners)
            await record_names(conn, number, {canceller.person.id: canceller.person.name})
            await close(
                services,
                conn,
                await dossiers.read(conn, run),
                Outcome.CANCELLED,
                reason=request.reason,
                decided_by=(str(by),),
                actor=by,
            )
