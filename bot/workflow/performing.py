"""Does a confirmed action, at most once, and finds out the result of one whose worker is gone.

A worker claims it before it touches the world. Directly before the point of no return it records the mark by
which the far side knows the attempt, provided that the claim is still its own. So an attempt without a mark
was not made; one with a mark is looked up on the far side, and never made again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from bot.base.errors import Unavailable
from bot.base.failpoint import Place
from bot.base.work import Queue, Work
from bot.record.action_events import (
    ActionClaimed,
    ActionCovered,
    ActionDone,
    ActionFailed,
    ActionUnclear,
)
from bot.record.events import Detail
from bot.rules.action import Action, ActionState
from bot.rules.asked import Members
from bot.rules.dossier import Dossier
from bot.rules.principal import BOT
from bot.slack.messages.action import ActionList, ActionResult
from bot.store import actions, database, dossiers, events, messages, runs
from bot.store.database import Connection
from bot.workflow.previewing import values
from bot.workflow.rolling_back import lock
from bot.workflow.services import Services
from bot.workflow.standing import objection
from checks.actions.base import Action as Configured
from checks.actions.base import NotDoneError, Report, UnclearError, Verdict
from checks.outcome import CheckError
from checks.reading import Moment
from checks.result import Result
from checks.sample import Sampling

_NEVER_BEGUN = "the process that was to do it stopped before it began"
_AGAIN = 1.0  # seconds until the far side is asked again


class Act(Work[Services]):
    """Do an action, or find out its result."""

    task = "act"
    queue = Queue.CHECKS
    lost = actions.SQL["lost"]

    run: int
    action: str
    attempt: int

    async def do(self, services: Services, /, *, tries: int) -> None:  # noqa: ARG002
        attempt = await _Attempt.of(services, self)
        if attempt is None:
            return
        if attempt.action.state is ActionState.REQUESTED:
            attempt = await _claimed(attempt)
            if attempt:
                await _perform(attempt)
        elif attempt.action.state is ActionState.CLAIMED:
            attempt = await _taken_over(attempt)
            if attempt:
                await _find_out(attempt)
        if attempt := await _Attempt.of(services, self):
            await _cover(attempt)


class _TakenOverError(Exception):
    """Another worker holds the claim, so this one must not do anything more."""


@dataclass(frozen=True)
class _Attempt:
    services: Services
    dossier: Dossier
    action: Action

    @classmethod
    async def of(cls, services: Services, act: Act) -> Self | None:
        async with services.database.connection() as conn:
            action = await actions.find(conn, act.run, act.action, act.attempt)
            if action is None:
                return None
            dossier = await dossiers.read(conn, await runs.existing(conn, act.run))
        return cls(services, dossier, action)

    @property
    def configured(self) -> Configured:
        return self.dossier.plan.environment.actions[self.action.name]

    def now(self, action: Action) -> Self:
        return replace(self, action=action)

    async def measured(self) -> Result | None:
        """The current result of the check that it covers, of its last window only; None if it covers none."""
        name, run, plan = self.configured.covers, self.dossier.run, self.dossier.plan
        if not name:
            return None
        async with self.services.database.connection() as conn:
            moment = Moment.present(await database.now(conn), values(self.dossier))
        result = await self.services.answering.answer(
            plan.environment.checks[name].model_copy(update={"sample": Sampling()}),
            plan.sources,
            moment,
            self.services.configuration.secrets,
            environment=run.environment,
        )
        return result.model_copy(update={"measurements": (), "detail": ()})


async def _claimed(attempt: _Attempt) -> _Attempt | None:
    """Returns None if another worker has it, or it may no longer be done."""
    before = await attempt.measured()
    async with attempt.services.database.transaction() as conn:
        run = await lock(conn, attempt.dossier.run)
        dossier = await dossiers.read(conn, run)
        if why := await objection(conn, dossier, attempt.action.name):
            await _refused(conn, attempt, why)
            return None
        action = await actions.claim(conn, attempt.action, before)
        if action is None:
            return None
        claimed = ActionClaimed(
            action=action.name,
            attempt=action.attempt,
            before=before.reason if before else "",
            outcome=before.outcome if before else None,
        )
        await events.append(conn, run.number, claimed, actor=BOT)
        await messages.want(conn, run, ActionList())
    attempt.services.reach(Place.BEFORE_ACT)
    return attempt.now(action)


async def _refused(conn: Connection, attempt: _Attempt, why: str) -> None:
    action = attempt.action
    if await actions.refuse(conn, action, why):
        failed = ActionFailed(action=action.name, attempt=action.attempt, reason=why)
        await events.append(conn, action.run, failed, actor=BOT)
        await _show(conn, attempt)


async def _taken_over(attempt: _Attempt) -> _Attempt | None:
    """Takes the claim over, so that its previous worker can record nothing more. Returns None if the attempt
    has ended.
    """
    async with attempt.services.database.transaction() as conn:
        action = await actions.take_over(conn, attempt.action)
    return attempt.now(action) if action else None


async def _perform(attempt: _Attempt) -> None:
    """Called once, by the worker that has just claimed it."""
    services, action, dossier = attempt.services, attempt.action, attempt.dossier
    marked = action

    async def begin(mark: str) -> None:
        nonlocal marked
        services.reach(Place.BEFORE_MARK)
        async with services.database.transaction() as conn:
            if not await actions.mark(conn, action, mark):
                raise _TakenOverError
        async with services.database.connection() as conn:
            marked = await actions.find(conn, action.run, action.name, action.attempt) or action
        services.reach(Place.IN_ACT)

    known, source = services.configuration.secrets, dossier.plan.sources[attempt.configured.source]
    try:
        async with services.answering.opened(source, known, environment=dossier.run.environment) as live:
            trace = action.trace(dossier.run.requested_at)
            report = await attempt.configured.perform(live, values(dossier), trace, begin)
    except _TakenOverError:
        return
    except NotDoneError as error:
        said = ". ".join(filter(None, (str(error), error.hint.rstrip("."))))
        await _end(attempt, ActionState.FAILED, known.redact(said))
    except UnclearError as error:
        async with services.database.transaction() as conn:
            await actions.doubt(conn, marked, known.redact(str(error)))
        await _find_out(attempt.now(marked.model_copy(update={"said": known.redact(str(error))})))
    else:
        services.reach(Place.AFTER_ACT)
        await _done(attempt, report)


async def _find_out(attempt: _Attempt) -> None:
    """Ask the far side about an attempt whose end this process did not see. Raises Unavailable to ask again."""
    services, action, dossier = attempt.services, attempt.action, attempt.dossier
    if action.mark is None or action.marked_at is None:
        await _end(attempt, ActionState.FAILED, _NEVER_BEGUN)
        return
    async with services.database.connection() as conn:
        now = await database.now(conn)
    known, source = services.configuration.secrets, dossier.plan.sources[attempt.configured.source]
    trace = action.trace(now)
    try:
        async with services.answering.opened(source, known, environment=dossier.run.environment) as live:
            verdict, said = await attempt.configured.verdict(live, values(dossier), trace)
    except CheckError as error:
        verdict, said = Verdict.UNDER_WAY, str(error)
    said = known.redact("; ".join(filter(None, (action.said, said))))
    if verdict is Verdict.DONE:
        await _done(attempt, attempt.configured.done(trace))
    elif verdict is Verdict.NOT_DONE:
        await _end(attempt, ActionState.FAILED, said)
    elif verdict is Verdict.UNDER_WAY and trace.seconds < services.timing.actions.patience:
        raise Unavailable(f"It is not known yet whether {action.name} was done: {said}.", again_in=_AGAIN)
    else:
        await _end(attempt, ActionState.UNCLEAR, said)


async def _done(attempt: _Attempt, report: Report) -> None:
    said = attempt.services.configuration.secrets.redact(report.said)
    await _end(attempt, ActionState.DONE, said, rows=report.rows)


async def _end(attempt: _Attempt, state: ActionState, said: str, *, rows: int | None = None) -> None:
    """Record the result of the claim, unless another worker holds it by now."""
    services, action, allow = attempt.services, attempt.action, attempt.configured.allow
    members: Members = {}
    if state is ActionState.UNCLEAR:
        members = (await services.asked(attempt.dossier.plan, list(allow))).only(*allow)
    to_measure = state is ActionState.DONE and bool(attempt.configured.covers)
    async with services.database.transaction() as conn:
        await runs.lock(conn, action.run)
        if not await actions.finish(conn, action, state, said, rows=rows, to_measure=to_measure):
            return
        await events.append(conn, action.run, _ended(action, state, said, rows, members), actor=BOT)
        await _show(conn, attempt)


def _ended(action: Action, state: ActionState, said: str, rows: int | None, asked: Members) -> Detail:
    name, attempt = action.name, action.attempt
    if state is ActionState.DONE:
        return ActionDone(action=name, attempt=attempt, said=said, rows=rows)
    if state is ActionState.UNCLEAR:
        return ActionUnclear(action=name, attempt=attempt, reason=said, asked=asked)
    return ActionFailed(action=name, attempt=attempt, reason=said)


async def _cover(attempt: _Attempt) -> None:
    """After it was done, measure the check that it covers again."""
    if not attempt.action.to_measure:
        return
    after = await attempt.measured()
    assert after
    async with attempt.services.database.transaction() as conn:
        await runs.lock(conn, attempt.action.run)
        if action := await actions.cover(conn, attempt.action, after):
            covered = ActionCovered(
                action=action.name, attempt=action.attempt, outcome=after.outcome, after=after.reason
            )
            await events.append(conn, action.run, covered, actor=BOT)
            await _show(conn, attempt)


async def _show(conn: Connection, attempt: _Attempt) -> None:
    action, run = attempt.action, attempt.dossier.run
    await messages.want(conn, run, ActionResult(action=action.name, attempt=action.attempt), urgent=True)
    await messages.want(conn, run, ActionList(), urgent=True)
