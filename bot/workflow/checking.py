"""Runs a run's checks; the last to finish freezes the evidence and asks for votes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import structlog

from bot.base.errors import Unavailable
from bot.base.failpoint import Place
from bot.base.work import Queue, Work
from bot.record.events import CheckFinished, EvidenceFrozen
from bot.rules.asked import Asked
from bot.rules.dossier import Dossier
from bot.rules.evidence import freeze
from bot.rules.instructions import values_of
from bot.rules.one_tree import beside, commit_of, on_one_tree
from bot.rules.principal import BOT
from bot.rules.run import Run, RunState
from bot.slack.messages.card import Card
from bot.slack.messages.files import Chart
from bot.slack.messages.table import ResultsTable
from bot.store import (
    baselines,
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
from bot.store.database import Connection, roll_back
from bot.workflow.closing import Expire
from bot.workflow.comparing import compared
from bot.workflow.naming import names_of, record_names
from bot.workflow.reminding import Remind
from bot.workflow.services import Services
from bot.workflow.underway import Stage
from checks.base import Check
from checks.outcome import Cause, Outcome
from checks.reading import Moment
from checks.result import Result

log = structlog.get_logger(__name__)

TRIES = 5  # attempts to record a result; then it is an error


class Measure(Work[Services]):
    """Get the result of one check of a run."""

    task = "measure"
    queue = Queue.CHECKS
    lost = check_runs.SQL["lost"]

    run: int
    check: str

    async def do(self, services: Services, /, *, tries: int) -> None:
        await measure(services, number=self.run, check=self.check, last_try=tries >= TRIES)


def slowest_first(checks: Mapping[str, Check], took: Mapping[str, float]) -> list[str]:
    """The order in which checks start: first those that took longest last time or wait for the clock, since a
    run ends with its slowest check. `took`: check -> seconds.
    """

    def expected(name: str) -> float:
        return max(took.get(name, 0.0), checks[name].waits().total_seconds())

    return sorted(checks, key=expected, reverse=True)


async def measure(services: Services, *, number: int, check: str, last_try: bool = False) -> None:
    """Run one check of a run. Running it twice measures twice and records once.

    A result that cannot be recorded becomes an ERROR on the last attempt: the run must end.
    """
    async with services.database.transaction() as conn:
        run = await runs.find(conn, number)
        if run is None or run.state is not RunState.CHECKING:
            return
        attempt = await check_runs.start(conn, number, check)
        if attempt is None:
            return
        plan = await configurations.load(conn, run.configuration)
        values = values_of(run, (await rollbacks.previous_of(conn, run)).version)
        baseline = await baselines.compared(conn, run)
        before = baseline.before(check, plan.environment.checks[check]) if baseline else None
        # windows end at the database's time, not this machine's
        moment = Moment.present(await database.now(conn), values, before)
        # last: checks that start at once wait for each other from here to the end of the transaction
        await messages.want(conn, run, Card())
    answering = services.answering.answer(
        plan.environment.checks[check],
        plan.sources,
        moment,
        services.configuration.secrets,
        environment=run.environment,
    )
    result = await services.underway.measure(run, Stage.CHECKS, answering)
    if result is None:  # the run was closed in the meantime
        return
    services.reach(Place.IN_MEASURE)
    try:
        await _record(services, number, check, result, attempt)
    except Unavailable:
        raise
    except Exception as defect:
        if not last_try:
            raise
        log.exception("cannot record the result of a check")
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


async def _record(services: Services, number: int, check: str, measured: Result, attempt: int) -> None:
    """If this turns out to be the last result, whom to ask for votes is looked up before the run is locked."""
    asked: Asked | None = None
    names: dict[str, str] = {}
    while True:
        async with services.database.transaction() as conn:
            run = await runs.lock(conn, number)
            result = await _on_one_tree(conn, run, check, measured)
            if run.state is not RunState.CHECKING or not await check_runs.finish(
                conn, number, check, result, attempt=attempt
            ):
                return
            is_last = not await check_runs.unfinished(conn, number)
            if not is_last or asked:
                await _tell(conn, run, check, result)
                if asked and is_last:
                    await _conclude(services, conn, run, asked, names)
                return
            dossier = await dossiers.read(conn, run)
            roll_back(conn)
        asked = await services.asked(dossier.plan, _wanted(dossier))
        names = await names_of(services, _readers_see(dossier, asked))


async def _on_one_tree(conn: Connection, run: Run, check: str, result: Result) -> Result:
    if not commit_of(result):
        return result
    others = beside(await configurations.load(conn, run.configuration), check)
    return on_one_tree(result, await check_runs.results(conn, run.number, others))


def _wanted(dossier: Dossier) -> set[str]:
    """The roles that the summary mentions: whose votes it needs, and who fixes what did not pass."""
    environment = dossier.plan.environment
    failed = (name for name, result in dossier.results.items() if result.outcome is not Outcome.PASS)
    return {*environment.decide.approve, *(environment.checks[name].owner for name in failed)}


def _readers_see(dossier: Dossier, asked: Asked) -> Iterator[str]:
    """The people whom the packet will name, as far as known now."""
    yield dossier.run.requested_by
    yield from dossier.made_by.people
    for members in asked.roles.values():
        for people in members.values():
            yield from people or ()


async def _tell(conn: Connection, run: Run, check: str, result: Result) -> None:
    finished = CheckFinished(check=check, outcome=result.outcome, reason=result.reason)
    await events.append(conn, run.number, finished, actor=BOT, seconds=result.seconds)
    await messages.want(conn, run, Card())


async def _conclude(
    services: Services, conn: Connection, run: Run, asked: Asked, names: Mapping[str, str]
) -> None:
    """Judge, freeze, and ask for votes."""
    dossier = await dossiers.read(conn, run)
    digest, document = freeze(run, dossier.checks, dossier.verdict, dossier.baseline)
    await evidences.insert(conn, run.number, digest=digest, document=document)
    run = await runs.conclude(
        conn, run.number, evidence=digest, expires=dossier.plan.environment.decide.expires
    )
    assert run.expires_at
    frozen = EvidenceFrozen(
        evidence=digest,
        recommendation=dossier.verdict.recommendation,
        reasons=dossier.verdict.reasons,
        asked=asked.roles,
    )
    await record_names(conn, run.number, names)
    await events.append(conn, run.number, await compared(conn, dossier), actor=BOT)
    await events.append(conn, run.number, frozen, actor=BOT)
    await messages.want(conn, run, Card(), urgent=True)
    await messages.want(conn, run, ResultsTable())
    for name, result in dossier.results.items():
        if result.outcome in {Outcome.WARN, Outcome.FAIL} and any(
            look.series for look in result.measurements
        ):
            await messages.want(conn, run, Chart(check=name))
    planned = await reminders.insert(conn, run.number, dossier.plan.environment.decide.reminders)
    timers = (Remind(run=run.number, number=number, at=at) for number, at in planned)
    await services.enqueue(conn, Expire(run=run.number, at=run.expires_at), *timers)
