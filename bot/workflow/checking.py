"""Measuring a run's checks; the last one in freezes the evidence and asks for votes."""

from __future__ import annotations

import structlog

from bot.base.errors import Unavailable
from bot.base.failpoint import Place
from bot.base.work import Expire
from bot.rules.evidence import freeze
from bot.rules.instructions import values_of
from bot.rules.outbox import Kind
from bot.rules.principal import BOT
from bot.rules.run import Run, RunState
from bot.store import (
    check_runs,
    configurations,
    database,
    dossiers,
    events,
    evidences,
    messages,
    reminders,
    rollbacks,
    runs,
)
from bot.store.database import Connection
from bot.workflow.services import Services
from bot.workflow.underway import Stage
from checks.outcome import Cause, Outcome
from checks.reading import Moment
from checks.result import Result

log = structlog.get_logger(__name__)


async def measure(services: Services, *, number: int, check: str, last_try: bool = False) -> None:
    """Answer one check of a run. Doing it twice measures twice and records once.

    An answer that cannot be recorded, try as we may, becomes an ERROR on the last try: the run must come to an end.
    """
    async with services.database.transaction() as conn:
        run = await runs.find(conn, number)
        if run is None or run.state is not RunState.CHECKING:
            return
        attempt = await check_runs.start(conn, number, check)
        if attempt is None:
            return
        plan = await configurations.load(conn, run.configuration)
        await messages.want(conn, run, Kind.CARD)
        values = values_of(run, (await rollbacks.previous_of(conn, run)).version)
        # windows end here, whatever the clock of this machine says
        moment = Moment.present(await database.now(conn), values)
    answering = services.answering.answer(
        plan.environment.checks[check],
        plan.sources,
        moment,
        services.configuration.secrets,
        environment=run.environment,
    )
    result = await services.underway.measure(run, Stage.CHECKS, answering)
    if result is None:  # the run was closed meanwhile
        return
    services.reach(Place.IN_MEASURE)
    try:
        await _record(services, number, check, result, attempt)
    except Unavailable:
        raise
    except Exception as defect:
        if not last_try:
            raise
        log.exception("an answer cannot be recorded")
        await _record(services, number, check, _unrecordable(result, defect), attempt)


def _unrecordable(result: Result, defect: Exception) -> Result:
    return Result(
        outcome=Outcome.ERROR,
        reason=f"its answer could not be recorded: {type(defect).__name__}",
        cause=Cause.ENVIRONMENT,
        hint="This is a bug in the check's kind; the log has the details.",
        started_at=result.started_at,
        seconds=result.seconds,
    )


async def _record(services: Services, number: int, check: str, result: Result, attempt: int) -> None:
    async with services.database.transaction() as conn:
        run = await runs.lock(conn, number)
        if run.state is RunState.CHECKING and await check_runs.finish(
            conn, number, check, result, attempt=attempt
        ):
            await _tell(services, conn, run, check, result)


async def _tell(services: Services, conn: Connection, run: Run, check: str, result: Result) -> None:
    await events.append(
        conn,
        run.number,
        actor=BOT,
        kind="check finished",
        seconds=result.seconds,
        check=check,
        outcome=result.outcome,
        reason=result.reason,
    )
    await messages.want(conn, run, Kind.CARD)
    if not await check_runs.unfinished(conn, run.number):
        await _conclude(services, conn, run)


async def _conclude(services: Services, conn: Connection, run: Run) -> None:
    """Judge, freeze, and ask for votes."""
    dossier = await dossiers.read(conn, run)
    digest, document = freeze(run, dossier.checks, dossier.verdict)
    await evidences.insert(conn, run.number, digest=digest, document=document)
    run = await runs.conclude(
        conn, run.number, evidence=digest, expires=dossier.plan.environment.decide.expires
    )
    assert run.expires_at
    await events.append(
        conn,
        run.number,
        actor=BOT,
        kind="evidence frozen",
        evidence=digest,
        recommendation=dossier.verdict.recommendation,
        reasons=list(dossier.verdict.reasons),
    )
    await messages.want(conn, run, Kind.CARD, urgent=True)
    await messages.want(conn, run, Kind.TABLE)
    for name, result in dossier.results.items():
        if result.outcome in {Outcome.WARN, Outcome.FAIL} and any(
            look.series for look in result.measurements
        ):
            await messages.want(conn, run, Kind.CHART, name)
    timers = await reminders.insert(conn, run.number, dossier.plan.environment.decide.remind)
    await services.enqueue(conn, Expire(run=run.number, at=run.expires_at), *timers)
