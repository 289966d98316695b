"""The monitoring checklist of a go: each item is checked off once, by its owners or on-call."""

from __future__ import annotations

from datetime import datetime

from bot.base.errors import Misused, Refused
from bot.base.next_step import Next
from bot.record.events import CheckedOff, of_kind
from bot.rules.checklist import must_be_undone, require_can_check_off
from bot.rules.dossier import Dossier
from bot.rules.instructions import Task, instructions
from bot.rules.request import ChecklistClick
from bot.rules.run import Run
from bot.slack.messages.instructions import RollbackInstructions
from bot.store import database, dossiers, events, messages, runs
from bot.workflow.refusals import must_be_fresh, must_stand_there, recorded
from bot.workflow.screening import screened
from bot.workflow.services import Services


async def check_off(services: Services, click: ChecklistClick) -> None:
    """Record that an item is done. Raises Refused, and records it."""
    dossier, task = await _clicked(services, click)
    run = dossier.run

    async def check(lately: Services) -> None:
        await _must_do_it(lately, dossier, task, click)

    async with (
        screened(services, click.by, check),
        recorded(services, run=run.number, by=click.by, what="check off an item"),
    ):
        must_stand_there(run, click.channel)
        asked_at = await _must_do_it(services, dossier, task, click)
        await _record(services, run, task, click, asked_at)


async def _record(
    services: Services, run: Run, task: Task, click: ChecklistClick, asked_at: datetime
) -> None:
    async with services.act() as conn:
        run = await runs.lock(conn, run.number)
        must_be_fresh(services, asked_at, await database.now(conn))
        done = {
            said.item: event.actor
            for event, said in of_kind(await events.of_run(conn, run.number), CheckedOff)
        }
        must_be_undone(task.item, done.get(click.item))
        await events.append(conn, run.number, CheckedOff(item=click.item, text=task.item), actor=click.by)
        await messages.want(conn, run, RollbackInstructions(), urgent=True)


async def _must_do_it(services: Services, dossier: Dossier, task: Task, click: ChecklistClick) -> datetime:
    """Returns the database's time before the lookups. Raises Refused."""
    async with services.database.connection() as conn:
        asked_at = await database.now(conn)
    owners = (await services.electorate(dossier.plan, roles=[task.owner])).holders([task.owner])
    able = sorted({*owners, *await services.on_call(dossier.plan)})
    require_can_check_off(await services.person(click.by), task.owner, able=able)
    return asked_at


async def _clicked(services: Services, click: ChecklistClick) -> tuple[Dossier, Task]:
    """Raises Misused for a button without a run or item."""
    async with services.database.connection() as conn:
        run = await runs.by_key(conn, click.run_key)
        dossier = await dossiers.read(conn, run) if run else None
    decision = dossier.decision if dossier else None
    if dossier is None or decision is None or not decision.outcome.goes_on:
        raise Misused("I can't find the run that this button belongs to.", then=[Next.list_runs()])
    tasks = instructions(dossier.run, dossier.plan, decision).checklist
    if not 0 <= click.item < len(tasks):
        raise Refused(f"Run #{dossier.run.number} has no such item on its checklist.")
    return dossier, tasks[click.item]
