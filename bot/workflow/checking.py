"""Measuring a run's checks; the last one in freezes the evidence and asks for votes."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.answering import answer_check
from bot.evidence import freeze
from bot.outbox import Kind
from bot.run import Run, RunState
from bot.store import check_runs, configurations, dossiers, events, evidences, messages, runs
from bot.store.database import Connection
from bot.work import Expire
from bot.workflow.services import Services
from checks.outcome import Outcome
from checks.reading import Moment
from checks.result import Result


async def measure(services: Services, *, number: int, check: str) -> None:
    """Answer one check of a run. Doing it twice measures twice and records once."""
    async with services.database.transaction() as conn:
        run = await runs.find(conn, number)
        if (
            run is None
            or run.state is not RunState.CHECKING
            or not await check_runs.start(conn, number, check)
        ):
            return
        plan = await configurations.load(conn, run.configuration)
        await messages.want(conn, run, Kind.CARD)
    result = await answer_check(
        plan.environment.checks[check],
        plan.sources,
        Moment(now=datetime.now(UTC), arguments=run.arguments),
        services.configuration.secrets,
    )
    async with services.database.transaction() as conn:
        run = await runs.lock(conn, number)
        if run.state is RunState.CHECKING and await check_runs.finish(conn, number, check, result):
            await _record(services, conn, run, check, result)


async def _record(services: Services, conn: Connection, run: Run, check: str, result: Result) -> None:
    await events.append(
        conn,
        run.number,
        actor="canary",
        kind="check finished",
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
        actor="canary",
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
    await services.enqueue(conn, Expire(run=run.number, at=run.expires_at))
