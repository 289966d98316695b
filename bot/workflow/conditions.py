"""The conditions of a conditional go: opened with the decision, due at a time, and closed by their owner or
an approver.

One that a check shows is measured repeatedly, and closes by itself.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from bot.base.errors import Misused
from bot.base.failpoint import Place
from bot.base.next_step import Next
from bot.base.work import Queue, Timer
from bot.plan.model import FollowUp
from bot.record.addendum import issued
from bot.record.events import (
    AddendumIssued,
    ConditionLifted,
    ConditionMet,
    ConditionOpened,
    ConditionOverdue,
    ConditionReminded,
    Detail,
    NotReached,
)
from bot.rules.approval import involved, require_part
from bot.rules.baseline import Compared
from bot.rules.condition import (
    ConditionState,
    TrackedCondition,
    all_closed,
    conditions_of,
    must_be_measured,
    must_be_said,
    must_not_be_closed,
    next_reminder,
    require_can_lift,
    require_owner,
)
from bot.rules.decision import Decision
from bot.rules.dossier import Dossier
from bot.rules.instructions import values_of
from bot.rules.principal import BOT, Principal
from bot.rules.request import ConditionClick, ConditionRelease, ConditionReport, require_complete
from bot.rules.rollback import Found
from bot.rules.run import Run
from bot.slack.messages.card import Card
from bot.slack.messages.conditions import (
    ConditionMention,
    ConditionMessage,
    ConditionNews,
    ConditionReminder,
)
from bot.slack.messages.files import AddendumFile
from bot.store import (
    baselines,
    conditions,
    configurations,
    database,
    dossiers,
    events,
    homes,
    messages,
    rollbacks,
    runs,
)
from bot.store.database import Connection
from bot.workflow.refusals import must_be_fresh, must_stand_there, recorded
from bot.workflow.reminding import refusing
from bot.workflow.screening import screened
from bot.workflow.services import Services
from bot.workflow.standing import show_held
from bot.workflow.underway import Stage
from checks.outcome import Outcome
from checks.reading import Moment
from checks.result import Result

ROLLED_BACK = "the version was rolled back"


class ConditionDue(Timer[Services]):
    """Remind the owner of a condition, or report it overdue, whichever comes next."""

    task = "condition_due"
    lost = conditions.SQL["lost_wakes"]

    run: int
    number: int

    async def do(self, services: Services, /, *, tries: int) -> None:  # noqa: ARG002
        await attend(services, run=self.run, number=self.number)


class Recheck(Timer[Services]):
    """Measure the check that shows a condition once more."""

    task = "recheck"
    queue = Queue.CHECKS  # it may take as long as in a run
    lost = conditions.SQL["lost_rechecks"]

    run: int
    number: int
    tick: int  # 1, 2, 3, …

    async def do(self, services: Services, /, *, tries: int) -> None:  # noqa: ARG002
        await recheck(services, run=self.run, number=self.number, tick=self.tick)


# ---------------------------------------------------------------- opened, reminded of, overdue


async def open_all(
    services: Services, conn: Connection, dossier: Dossier, run: Run, decision: Decision
) -> None:
    """Follow up the conditions of a go. Call it in the transaction of the decision, and under its lock."""
    follow_up = dossier.plan.environment.decide.follow_up
    for said in conditions_of(decision):
        remind_at = next_reminder(said.due_at, follow_up.remind_before, decision.decided_at)
        condition = await conditions.insert(conn, run.number, said, remind_at=remind_at)
        await events.append(conn, run.number, ConditionOpened.of(said), actor=BOT)
        await messages.want(conn, run, ConditionMessage(number=said.number))
        await _wake(services, conn, condition)
        await look_later(services, conn, condition, follow_up, decision.decided_at)


async def _wake(services: Services, conn: Connection, condition: TrackedCondition) -> None:
    if at := condition.wakes_at:
        await services.enqueue(conn, ConditionDue(run=condition.run, number=condition.number, at=at))


async def look_later(
    services: Services, conn: Connection, condition: TrackedCondition, follow_up: FollowUp, now: datetime
) -> None:
    """Schedule the next measurement of its check."""
    if condition.check:
        await services.enqueue(conn, _next_check(condition, now + follow_up.check_every))


def _next_check(condition: TrackedCondition, at: datetime) -> Recheck:
    return Recheck(run=condition.run, number=condition.number, tick=condition.tick + 1, at=at)


async def recheck(services: Services, *, run: int, number: int, tick: int) -> None:
    """Measure the check that shows a condition, as configured, and close the condition on a PASS. A tick
    counts once.

    A WARN is not enough: the check must pass.
    """
    async with services.database.transaction() as conn:
        held = await runs.existing(conn, run)
        begun = await conditions.look(conn, run, number, tick)
        if begun is None:
            return
        dossier, now = await dossiers.read(conn, held), await database.now(conn)
        compared = await baselines.compared(conn, held)
    measuring = _measured(services, dossier, begun, compared, now)
    result = await services.underway.measure(held, Stage.CONDITIONS, measuring)
    if result is None:  # all of the run's conditions are closed
        return
    services.reach(Place.IN_RECHECK)
    async with services.database.transaction() as conn:
        held = await runs.lock(conn, run)
        condition = await conditions.find(conn, run, number)
        if condition is None or condition.state.closed or condition.attempt != begun.attempt:
            return
        if await lift_if_rolled_back(conn, held):
            return
        found = Found.of(result)
        condition = await conditions.measured(conn, condition, tick, result.outcome, found)
        if result.outcome is Outcome.PASS:
            await met(conn, held, condition, ConditionMet(number=number, found=found), BOT)
            return
        await messages.want(conn, held, ConditionMessage(number=number))
        await homes.note(conn, condition.owner)
        follow_up = dossier.plan.environment.decide.follow_up
        await look_later(services, conn, condition, follow_up, await database.now(conn))


async def _measured(
    services: Services,
    dossier: Dossier,
    condition: TrackedCondition,
    compared: Compared | None,
    now: datetime,
) -> Result:
    previous = dossier.decision.previous_version if dossier.decision else ""
    check = dossier.plan.environment.checks[condition.check]
    before = compared.before(condition.check, check) if compared else None
    return await services.answering.answer(
        check,
        dossier.plan.sources,
        Moment.present(now, values_of(dossier.run, previous), before),
        services.configuration.secrets,
        environment=dossier.run.environment,
    )


async def attend(services: Services, *, run: int, number: int) -> None:
    """Handles a condition's timer. Does nothing if it is early, repeated, or after the condition was closed."""
    async with services.database.transaction() as conn:
        held = await runs.lock(conn, run)
        condition, now = await conditions.find(conn, run, number), await database.now(conn)
        if condition is None or condition.state.closed or await lift_if_rolled_back(conn, held):
            return
        if await conditions.overdue(conn, condition):
            await _tell(conn, held, ConditionOverdue(number=number), BOT, number)
        elif condition.remind_at and condition.remind_at <= now:
            await _remind(conn, held, condition)
            plan = await configurations.load(conn, held.configuration)
            before = plan.environment.decide.follow_up.remind_before
            await conditions.plan_reminder(conn, condition, next_reminder(condition.due_at, before, now))
        if after := await conditions.find(conn, run, number):
            await _wake(services, conn, after)


async def _remind(conn: Connection, run: Run, condition: TrackedCondition) -> None:
    """By a direct message; in the thread if the owner is known to accept none."""
    said = ConditionReminded(number=condition.number, person=condition.owner)
    event = await events.append(conn, run.number, said, actor=BOT)
    if closed := await refusing(conn, [condition.owner]):
        missed = await events.append(conn, run.number, NotReached(reminded=event, people=closed), actor=BOT)
        await messages.want(conn, run, ConditionMention(event=missed))
        return
    to = ConditionReminder(run=run.number, event=event, person=condition.owner)
    await messages.want_about(conn, to.topic, to, channel=condition.owner)


# ---------------------------------------------------------------- closed


async def met(
    conn: Connection, run: Run, condition: TrackedCondition, said: ConditionMet, by: Principal
) -> None:
    """In the caller's transaction, and under the run's lock."""
    await conditions.close(conn, condition, ConditionState.MET, by=str(by), statement=said.statement)
    await _tell(conn, run, said, by, condition.number)


async def lift(conn: Connection, run: Run, condition: TrackedCondition, reason: str, by: Principal) -> None:
    """The same for a condition that no longer needs to be met."""
    await conditions.close(conn, condition, ConditionState.LIFTED, by=str(by), statement=reason)
    await _tell(conn, run, ConditionLifted(number=condition.number, reason=reason), by, condition.number)


async def lift_all(conn: Connection, run: Run, by: Principal) -> None:
    """The run was rolled back, so its conditions are about a version that is gone."""
    for condition in await conditions.of_run(conn, run.number):
        if not condition.state.closed:
            await lift(conn, run, condition, ROLLED_BACK, by)


async def lift_if_rolled_back(conn: Connection, run: Run) -> bool:
    """A previous version of the bot that records a rollback does not know conditions."""
    if not await rollbacks.of_run(conn, run.number):
        return False
    await lift_all(conn, run, BOT)
    return True


async def _tell(conn: Connection, run: Run, said: Detail, by: Principal, number: int) -> None:
    event = await events.append(conn, run.number, said, actor=by)
    await messages.want(conn, run, ConditionNews(event=event))
    await messages.want(conn, run, ConditionMessage(number=number), urgent=True)
    await messages.want(conn, run, Card(), urgent=True)
    if condition := await conditions.find(conn, run.number, number):
        await show_held(conn, condition, run.environment)
    if all_closed(await conditions.of_run(conn, run.number)):
        await _issue(conn, run)


async def _issue(conn: Connection, run: Run) -> None:
    """Issue the addendum to the packet: all conditions are closed."""
    dossier, history = await dossiers.read(conn, run), await events.of_run(conn, run.number)
    digest, document = issued(dossier, history)
    await conditions.issue(conn, run.number, digest=digest, document=document)
    await events.append(conn, run.number, AddendumIssued(digest=digest), actor=BOT)
    for form in AddendumFile.both():
        await messages.want(conn, run, form)


# ---------------------------------------------------------------- by people


@dataclass(frozen=True)
class Clicked:
    dossier: Dossier
    condition: TrackedCondition

    @property
    def run(self) -> Run:
        return self.dossier.run


async def clicked(services: Services, click: ConditionClick) -> Clicked:
    """Raises Misused for a button without a run or condition."""
    async with services.database.connection() as conn:
        run = await runs.by_key(conn, click.run_key)
        dossier = await dossiers.read(conn, run) if run else None
    condition = dossier.condition(click.number) if dossier else None
    if dossier is None or condition is None:
        raise Misused("I can't find the condition that this button belongs to.", then=[Next.list_runs()])
    return Clicked(dossier, condition)


async def opened(services: Services, click: ConditionClick) -> Clicked:
    """The condition that a form is opened for. Raises Refused, recorded, if it is already closed.

    The right to close it is checked when the form is submitted; for people who open many forms, also before.
    """
    found = await clicked(services, click)

    async def check(lately: Services) -> None:
        approving = found.dossier.plan.environment.decide.approve
        electorate = await lately.electorate(found.dossier.plan, roles=approving)
        able = (found.condition.owner, *electorate.holders(approving))
        require_part(await lately.person(click.by), found.run, able=able)

    async with screened(services, click.by, check):
        async with recorded(services, run=found.run.number, by=click.by, what="open a form"):
            must_stand_there(found.run, click.channel)
            must_not_be_closed(found.condition)
        services.turned_away.note(str(click.by))
    return found


async def report_met(services: Services, report: ConditionReport) -> None:
    """Its owner says that it is met. Raises Refused, and records it."""
    require_complete(report)
    found = await clicked(services, report)

    async def check(lately: Services) -> None:
        require_owner(await lately.person(report.by), found.condition)

    async with _closing(services, found, report, check, what="close a condition") as (conn, run, condition):
        must_be_said(condition, found.dossier.plan.environment.title_of(condition.check))
        said = ConditionMet(number=condition.number, statement=report.statement)
        await met(conn, run, condition, said, report.by)


async def check_now(services: Services, click: ConditionClick) -> Clicked:
    """Bring forward the next measurement of its check, at its owner's request. Raises Refused, and records
    it.
    """
    found = await clicked(services, click)

    async def check(lately: Services) -> None:
        require_owner(await lately.person(click.by), found.condition)

    async with (
        screened(services, click.by, check),
        recorded(services, run=found.run.number, by=click.by, what="check a condition"),
    ):
        must_stand_there(found.run, click.channel)
        await check(services)
        async with services.act() as conn:
            _, condition = await _locked(conn, found)
            must_not_be_closed(condition)
            now = await database.now(conn)
            must_be_measured(condition, now)
            if not await conditions.bring_forward(conn, condition):
                await services.enqueue(conn, _next_check(condition, now))
    return found


async def release(services: Services, release: ConditionRelease) -> None:
    """An approver lifts a condition. Raises Refused, and records it."""
    require_complete(release)
    found = await clicked(services, release)

    async def check(lately: Services) -> None:
        await _must_be_able_to_lift(lately, found, release.by)

    async with _closing(services, found, release, check, what="lift a condition") as (conn, run, condition):
        await lift(conn, run, condition, release.reason, release.by)


@asynccontextmanager
async def _closing(
    services: Services,
    found: Clicked,
    click: ConditionClick,
    check: Callable[[Services], Awaitable[None]],
    *,
    what: str,
) -> AsyncIterator[tuple[Connection, Run, TrackedCondition]]:
    """A transaction in which the condition, locked and still open, is closed by a person who may do so.

    `check` raises Refused for anybody else; every refusal is recorded.
    """
    async with (
        screened(services, click.by, check),
        recorded(services, run=found.run.number, by=click.by, what=what),
    ):
        must_stand_there(found.run, click.channel)
        asked_at = await _now(services)
        await check(services)
        async with services.act() as conn:
            run, condition = await _locked(conn, found)
            must_be_fresh(services, asked_at, await database.now(conn))
            must_not_be_closed(condition)
            yield conn, run, condition


async def _must_be_able_to_lift(services: Services, found: Clicked, by: Principal) -> None:
    environment, condition = found.dossier.plan.environment, found.condition
    approving = environment.decide.approve
    electorate = await services.electorate(found.dossier.plan, roles=approving)
    barred = set(involved(found.run, environment, found.dossier.made_by))
    if environment.decide.separate_duties:
        barred.add(condition.owner)
    require_can_lift(
        await services.person(by), condition, able=electorate.holders(approving), involved=barred
    )


async def _locked(conn: Connection, found: Clicked) -> tuple[Run, TrackedCondition]:
    run = await runs.lock(conn, found.run.number)
    condition = await conditions.find(conn, run.number, found.condition.number)
    assert condition
    return run, condition


async def _now(services: Services) -> datetime:
    async with services.database.connection() as conn:
        return await database.now(conn)
