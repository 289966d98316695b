"""Closing a run with its one decision, by people or because nobody decided in time; a go starts the watch."""

from __future__ import annotations

from bot.base.failpoint import Place
from bot.base.work import Timer
from bot.record.events import Decided
from bot.rules.approval import overdue
from bot.rules.decision import Decision, Outcome, told_directly
from bot.rules.dossier import Dossier
from bot.rules.principal import BOT, Principal
from bot.rules.run import Run
from bot.rules.watch import WatchEnd, next_look
from bot.slack.messages.action import ActionList
from bot.slack.messages.card import Card
from bot.slack.messages.decision import DecisionRecord
from bot.slack.messages.instructions import RollbackInstructions
from bot.slack.messages.requester import DirectDecision
from bot.store import database, decisions, dossiers, events, messages, rollbacks, runs, watches
from bot.store.database import Connection, after_commit
from bot.workflow import packets
from bot.workflow.conditions import open_all
from bot.workflow.ending import end_watch
from bot.workflow.services import Services
from bot.workflow.standing import show_actions
from bot.workflow.underway import Stage
from bot.workflow.watching import Look


async def close(
    services: Services,
    conn: Connection,
    dossier: Dossier,
    outcome: Outcome,
    *,
    reason: str,
    decided_by: tuple[str, ...],
    actor: Principal,
    filled: dict[str, tuple[str, ...]] | None = None,
) -> None:
    """The decision, its audit event, its messages and its watch, in the caller's transaction and under its lock."""
    run = await runs.close(conn, dossier.run.number)
    assert run.closed_at
    after_commit(conn, lambda: services.underway.stop(Stage.CHECKS, {run.number}))
    decision = Decision(
        run=run.number,
        outcome=outcome,
        evidence=run.evidence,
        reason=reason,
        decided_by=decided_by,
        filled=filled or {},
        decided_at=run.closed_at,
        votes=dossier.votes,
        waivers=dossier.waivers,
        previous_version=(await rollbacks.previous_of(conn, run)).version,
    )
    await decisions.insert(conn, decision)
    seconds = (run.closed_at - run.requested_at).total_seconds()
    event = await events.append(conn, run.number, Decided.of(decision), actor=actor, seconds=seconds)
    await messages.want(conn, run, Card(), urgent=True)
    await messages.want(conn, run, DecisionRecord())
    if told_directly(run, decision):
        told = DirectDecision(run=run.number, event=event, person=run.requested_by)
        await messages.want_about(conn, told.topic, told, channel=told.person)
    if outcome.goes_on:
        await open_all(services, conn, dossier, run, decision)
        await messages.want(conn, run, RollbackInstructions())
        if dossier.plan.environment.actions:
            await messages.want(conn, run, ActionList())
    if run.evidence:
        await packets.post(services, conn, run)
    if outcome.goes_on:
        for earlier in await runs.watched_before(conn, run):
            await end_watch(conn, earlier, WatchEnd.SUPERSEDED, actor=BOT)
            await show_actions(conn, earlier)
        await _watch(services, conn, run, dossier)


class Expire(Timer[Services]):
    """End the vote if nobody has decided by then."""

    task = "expire"
    lost = runs.SQL["lost_deadlines"]

    run: int

    async def do(self, services: Services, /, *, tries: int) -> None:  # noqa: ARG002
        await expire(services, number=self.run)


async def expire(services: Services, *, number: int) -> None:
    """Nobody decided in time, so there is no go. A timer that is early, or for an earlier deadline, ends
    nothing.
    """
    services.reach(Place.IN_EXPIRE)
    async with services.database.transaction() as conn:
        run = await runs.lock(conn, number)
        if not overdue(run, await database.now(conn)):
            return
        await close(
            services,
            conn,
            await dossiers.read(conn, run),
            Outcome.EXPIRED,
            reason="nobody decided in time",
            decided_by=(),
            actor=BOT,
        )


async def _watch(services: Services, conn: Connection, run: Run, dossier: Dossier) -> None:
    plan = dossier.plan.environment.watch
    if plan is None:
        return
    watch = await watches.insert(conn, run.number, length=plan.for_, triggers=plan.triggers)
    tick, at = next_look(watch, every=plan.every, now=watch.started_at)
    await services.enqueue(conn, Look(run=run.number, tick=tick, at=at))
