"""Records a rollback: as the answer to a prompt, or without one."""

from __future__ import annotations

from datetime import datetime

from bot.record.events import RolledBack
from bot.rules.principal import Principal
from bot.rules.request import RollbackReport
from bot.rules.rollback import Prompt, PromptState, must_be_out, require_can_answer
from bot.rules.run import Run, RunState
from bot.rules.watch import WatchEnd
from bot.slack.messages.card import Card
from bot.slack.messages.watch import EscalationLine, RollbackLine, RollbackPrompt
from bot.store import configurations, database, dossiers, events, messages, prompts, rollbacks, runs
from bot.store.database import Connection
from bot.workflow.audience import visible
from bot.workflow.conditions import lift_all
from bot.workflow.ending import end_watch
from bot.workflow.refusals import must_be_fresh, recorded
from bot.workflow.screening import screened
from bot.workflow.services import Services
from bot.workflow.standing import show_actions


async def record(services: Services, report: RollbackReport) -> Run:
    """On-call or an approver reports that a run's version was rolled back. Raises Refused, and records it."""
    run = await visible(services, report)
    number, by = report.run, report.by

    async def check(lately: Services) -> None:
        await must_be_able_to_answer(lately, run, by)

    async with (
        screened(services, by, check),
        recorded(services, run=number, by=by, what="record a rollback"),
    ):
        asked_at = await must_be_able_to_answer(services, run, by)
        async with services.act() as conn:
            run = await lock(conn, run)
            must_be_fresh(services, asked_at, await database.now(conn))
            dossier = await dossiers.read(conn, run)
            must_be_out(number, dossier.decision, dossier.rollback)
            await events.append(conn, number, RolledBack(reason=report.reason), actor=by)
            await rolled_back(conn, run, by, report.reason)
            await messages.want(conn, run, RollbackLine())
    return run


async def must_be_able_to_answer(services: Services, run: Run, by: Principal) -> datetime:
    """Returns the database's time before the lookups. Raises Refused."""
    async with services.database.connection() as conn:
        plan, asked_at = await configurations.load(conn, run.configuration), await database.now(conn)
    deciding = plan.environment.decide.approve
    electorate = await services.electorate(plan, roles=deciding)
    able = {*electorate.holders(deciding), *await services.on_duty(plan)}
    require_can_answer(await services.person(by), run.number, able=sorted(able))
    return asked_at


async def lock(conn: Connection, run: Run) -> Run:
    """Lock the environment's active run, then this run: a go locks the two in this order."""
    await runs.lock_active(conn, run.environment)
    return await runs.lock(conn, run.number)


async def show_answer(conn: Connection, run: Run, prompt: Prompt) -> None:
    """Update the prompt and, if it has escalated, the escalation."""
    await messages.want(conn, run, RollbackPrompt(key=prompt.key), urgent=True)
    if prompt.escalated_at:
        await messages.want(conn, run, EscalationLine(key=prompt.key), urgent=True)


async def rolled_back(conn: Connection, run: Run, by: Principal, reason: str = "") -> None:
    """Answer all open prompts of the run and end its watch. The caller holds `lock`, and logs it."""
    await rollbacks.insert(conn, run.number, by=str(by), reason=reason)
    for prompt in await prompts.unanswered(conn, run.number):
        await prompts.answer(conn, prompt.key, PromptState.ROLLED_BACK, str(by), reason)
        await show_answer(conn, run, prompt)
    await end_watch(conn, run, WatchEnd.ROLLED_BACK, actor=by)
    await show_actions(conn, run)
    await lift_all(conn, run, by)
    await messages.want(conn, run, Card(), urgent=True)
    under_way = await runs.lock_active(conn, run.environment)
    if under_way and under_way.state is RunState.DECIDING:  # its card names the version to go back to
        await messages.want(conn, under_way, Card(), urgent=True)
