"""Capturing a baseline: an environment's checks, measured several times before a change."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

import structlog

from bot.base.errors import Busy, Misused, Refused
from bot.base.failpoint import Place, Reach, nowhere
from bot.base.next_step import Next
from bot.base.work import Enqueue, Timer
from bot.plan.model import Pinned
from bot.rules.baseline import (
    Baseline,
    Capture,
    CaptureDossier,
    CaptureState,
    Sampled,
    captured,
    next_sample,
    number_in,
    planned,
    require_capture,
    seal,
    summary,
)
from bot.rules.principal import Principal
from bot.rules.request import CaptureRequest, EnvironmentRequest
from bot.slack.messages.baseline import BaselineMessage
from bot.store import baselines, captures, configurations, database, messages, runs
from bot.store.database import Connection, Database
from bot.workflow.answering import Answering
from bot.workflow.audience import Audience
from bot.workflow.electing import must_be_able_to_start
from bot.workflow.screening import screened
from bot.workflow.services import Services
from checks import spelling
from checks.base import Check
from checks.reading import Moment
from checks.result import Result
from checks.sample import Sampling
from checks.secrets import Secrets

log = structlog.get_logger(__name__)

MOST_LISTED = 10


class Sample(Timer[Services]):
    """Take one measurement of a capture."""

    task = "capture"
    lost = captures.SQL["lost"]

    capture: int
    tick: int  # 1, 2, 3, …

    async def do(self, services: Services, /, *, tries: int) -> None:  # noqa: ARG002
        await sample(Sampler.of(services), number=self.capture, tick=self.tick)


@dataclass(frozen=True)
class Sampler:
    """What takes the measurements of captures: the bot, or a command that measures by itself.

    `late`: how long after it is due a measurement is taken by the bot, if the command has not taken it.
    """

    database: Database
    enqueue: Enqueue
    answering: Answering
    secrets: Secrets
    reach: Reach = nowhere
    late: timedelta = timedelta()

    @classmethod
    def of(cls, services: Services) -> Self:
        secrets = services.configuration.secrets
        return cls(services.database, services.enqueue, services.answering, secrets, services.reach)

    async def plan_next(self, conn: Connection, capture: Capture, now: datetime) -> None:
        tick, at = next_sample(capture, now)
        await self.enqueue(conn, Sample(capture=capture.number, tick=tick, at=at + self.late))


async def capture(services: Services, request: CaptureRequest) -> Capture:
    """Start a capture; anyone who may start a run may.

    Raises Misused for an invalid length or name, and for an environment with nothing to capture; Busy while a
    run is active, whose change would be measured; Refused for a person who may not, and while another capture
    is active.
    """
    require_capture(request.length, request.name)
    plan, environment, by = services.configuration.plan, request.environment, request.by
    audience = Audience.of(services, request)
    await audience.must_be_admitted()
    await audience.environment(services.configuration, environment)
    pinned = plan.pinned(environment)
    must_be_capturable(pinned)

    async def check(services: Services) -> None:
        await must_be_able_to_start(services, pinned, by)

    async with screened(services, by, check):
        await check(services)
    async with services.act() as conn:
        await _must_be_within_budget(conn, str(by), services.runs_per_hour)
        return await begin(
            Sampler.of(services), conn, pinned, name=request.name, length=request.length, by=by
        )


def must_be_capturable(plan: Pinned) -> None:
    """Raises Misused for an environment with nothing to capture."""
    if not captured(plan):
        raise Misused(
            f"None of {plan.name}'s checks reads what a baseline is made of.",
            hint="A baseline is captured of queries, work-queue measures and logs, not of programs and probes.",
        )


async def begin(
    sampler: Sampler, conn: Connection, plan: Pinned, *, name: str, length: timedelta, by: Principal
) -> Capture:
    """Raises Busy while a run is active, and Refused while another capture is, or if the name is taken."""
    await _must_be_undisturbed(conn, plan.name)
    await configurations.keep(conn, plan)
    begun = await captures.insert(
        conn,
        environment=plan.name,
        name=name,
        channel=plan.environment.channel,
        requested_by=str(by),
        configuration=plan.digest,
        samples=planned(length),
        length=length,
    )
    await _show(conn, begun)
    await sampler.plan_next(conn, begun, begun.started_at)
    _log_after_commit(conn, "capture started", begun, by=str(by))
    return begun


def topic(capture: Capture) -> str:
    return f"baseline {capture.number}"


async def _must_be_undisturbed(conn: Connection, environment: str) -> None:
    """Raises Busy."""
    try:
        await runs.must_be_free(conn, environment)
    except Busy as busy:
        raise Busy(
            f"Run #{busy.run} on {environment} is under way: a baseline captured now would measure its change.",
            run=busy.run,
            then=[Next.show(busy.run)],
        ) from busy


async def _must_be_within_budget(conn: Connection, person: str, most: int) -> None:
    """Raises Refused if the person has started too many captures within an hour."""
    if await captures.asked_lately(conn, person, most=most) >= most:
        raise Refused(
            f"You have started {most} captures in the last hour, which is the limit.", hint="Try again later."
        )


async def stop(services: Services, request: EnvironmentRequest) -> Capture:
    """Stop the environment's active capture; anyone who may start one may. None of it is kept.

    Raises Misused if there is none, and Refused for a person who may not.
    """
    by, environment = request.by, request.environment
    audience = Audience.of(services, request)
    await audience.must_be_admitted()
    await audience.environment(services.configuration, environment)
    pinned = services.configuration.plan.pinned(environment)

    async def check(services: Services) -> None:
        await must_be_able_to_start(services, pinned, by)

    async with screened(services, by, check):
        await check(services)
    async with services.act() as conn:
        begun = await captures.lock_under_way(conn, environment)
        if begun is None:
            raise Misused(f"No baseline of {environment} is being captured.")
        return await cancel(conn, begun, by)


async def cancel(conn: Connection, begun: Capture, by: Principal) -> Capture:
    """`begun`: locked, and active."""
    ended = await captures.finish(conn, begun.number, CaptureState.CANCELLED, by=str(by))
    await _show(conn, ended)
    _log_after_commit(conn, "capture cancelled", ended, by=str(by))
    return ended


async def sample(sampler: Sampler, *, number: int, tick: int) -> None:
    """Measure once. A tick counts once, however often it is retried; the last one produces the baseline."""
    async with sampler.database.transaction() as conn:
        begun = await captures.begin(conn, number, tick)
        if begun is None:
            return
        plan, now = await configurations.load(conn, begun.configuration), await database.now(conn)
    sampled = await _measured(sampler, plan, now)
    sampler.reach(Place.IN_LOOK)
    async with sampler.database.transaction() as conn:
        if await captures.lock(conn, number) != begun:  # another worker took over, or it was stopped
            return
        await captures.add_sample(conn, number, tick, sampled)
        if tick >= begun.samples:
            await _finish(conn, begun, captured(plan))
        else:
            await sampler.plan_next(conn, begun.model_copy(update={"tick": tick}), await database.now(conn))
        await _show(conn, begun)


async def _measured(sampler: Sampler, plan: Pinned, now: datetime) -> Mapping[str, Sampled]:
    """Each check once, in parallel."""
    moment = Moment.present(now, {"environment": plan.name})

    async def one(name: str, check: Check) -> tuple[str, Sampled]:
        once = check.model_copy(update={"sample": Sampling(), "consecutive": 1, "retries": 0})
        result = await sampler.answering.answer(
            once, plan.sources, moment, sampler.secrets, environment=plan.name
        )
        return name, _sampled(result)

    return dict(await asyncio.gather(*(one(name, check) for name, check in captured(plan).items())))


def _sampled(result: Result) -> Sampled:
    """Doubtful or failed measurements are not part of a baseline."""
    measurement = result.measurements[-1] if result.measurements else None
    if measurement is None or measurement.doubts or all(one.value is None for one in measurement.readings):
        return Sampled(why=result.reason)
    return Sampled(measurement=measurement)


async def _finish(conn: Connection, begun: Capture, checks: Mapping[str, Check]) -> None:
    """Store the measurements as a baseline, if there are any."""
    measured = summary(await captures.samples(conn, begun.number), checks)
    if not any(check.readings for check in measured.values()):
        await captures.finish(conn, begun.number, CaptureState.FAILED)
        _log_after_commit(conn, "capture failed", begun)
        return
    ended = await captures.finish(conn, begun.number, CaptureState.DONE)
    assert ended.ended_at
    before = await baselines.newest(conn, begun.environment)
    digest, document = seal(begun, measured, ended.ended_at, before[0].digest if before else None)
    await baselines.insert(conn, begun, digest=digest, document=document)
    _log_after_commit(conn, "baseline captured", begun, digest=digest)


async def _show(conn: Connection, capture: Capture) -> None:
    await messages.want_about(
        conn, topic(capture), BaselineMessage(number=capture.number), channel=capture.channel
    )


def _log_after_commit(conn: Connection, event: str, capture: Capture, **more: str) -> None:
    said = {"baseline": capture.number, "environment": capture.environment, **more}
    database.after_commit(conn, lambda: log.info(event, **said))


async def chosen(conn: Connection, environment: str, wanted: str | None) -> Baseline | None:
    """Returns the environment's baseline of this number or name; for None, its latest one, if any.

    Raises Misused if there is no such baseline, or it is another environment's.
    """
    if wanted is None:
        return next(iter(await baselines.newest(conn, environment)), None)
    number = number_in(wanted)
    found = (
        await baselines.named(conn, environment, wanted)
        if number is None
        else await baselines.find(conn, number)
    )
    if found is None or found.environment != environment:
        raise await _no_such(conn, environment, wanted)
    return found


async def _no_such(conn: Connection, environment: str, wanted: str) -> Misused:
    there = await baselines.newest(conn, environment, MOST_LISTED)
    names = [baseline.name or str(baseline.number) for baseline in there]
    some = f"Available: {', '.join(names)}." if names else "None was captured yet."
    near = spelling.suggestion(wanted, names)
    return Misused(f"There is no baseline “{wanted[:40]}” of {environment}.{near}", hint=some)


async def listed(
    services: Services, request: EnvironmentRequest
) -> tuple[Capture | None, Sequence[Baseline]]:
    """Returns the active capture, and the newest baselines, newest first."""
    await _visible(services, request)
    async with services.database.transaction() as conn:
        under_way = await captures.under_way(conn, request.environment)
        return under_way, await baselines.newest(conn, request.environment, MOST_LISTED)


async def shown(services: Services, request: EnvironmentRequest, wanted: str) -> CaptureDossier:
    """One baseline, by its number or name. Raises Misused."""
    await _visible(services, request)
    async with services.database.transaction() as conn:
        return await dossier_of(conn, request.environment, wanted)


async def dossier_of(conn: Connection, environment: str, wanted: str) -> CaptureDossier:
    """Raises Misused."""
    found = await chosen(conn, environment, wanted)
    assert found
    begun = await captures.find(conn, found.number)
    assert begun
    return await captures.dossier(conn, begun)


async def _visible(services: Services, request: EnvironmentRequest) -> None:
    audience = Audience.of(services, request)
    await audience.must_be_admitted()
    await audience.environment(services.configuration, request.environment)
