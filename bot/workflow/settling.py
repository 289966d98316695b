"""People say whether an unclear action was done."""

from __future__ import annotations

from datetime import datetime

from bot.record.action_events import ActionSettled
from bot.rules.action import Action, ActionState, configured, latest, must_be_unclear, require_can_settle
from bot.rules.dossier import Dossier
from bot.rules.principal import Principal
from bot.rules.request import ActionDoubt, ActionSettlement, require_complete
from bot.slack.messages.action import ActionList, ActionResult
from bot.store import actions, database, dossiers, events, messages, runs
from bot.workflow.performing import Act
from bot.workflow.previewing import clicked_run
from bot.workflow.refusals import must_be_fresh, must_stand_there, recorded
from bot.workflow.screening import screened
from bot.workflow.services import Services


async def opened(services: Services, click: ActionDoubt) -> tuple[Dossier, Action]:
    """Returns the attempt that a form is opened for. Raises Refused, recorded, if it is settled.

    The right to say it is checked when the form is submitted; for people who open many forms, also before.
    """
    run = await clicked_run(services, click)
    async with services.database.connection() as conn:
        dossier = await dossiers.read(conn, run)

    async def check(lately: Services) -> None:
        await _authorized(lately, dossier, click.action, click.by)

    async with screened(services, click.by, check):
        async with recorded(services, run=run.number, by=click.by, what="open a form"):
            must_stand_there(run, click.channel)
            action = must_be_unclear(latest(dossier.actions, click.action), click.attempt)
        services.turned_away.note(str(click.by))
    return dossier, action


async def settle(services: Services, asked: ActionSettlement) -> None:
    """Raises Refused, recorded."""
    require_complete(asked)
    run = await clicked_run(services, asked)
    async with services.database.connection() as conn:
        seen = await dossiers.read(conn, run)

    async def check(lately: Services) -> None:
        await _authorized(lately, seen, asked.action, asked.by)

    async with (
        screened(services, asked.by, check),
        recorded(services, run=run.number, by=asked.by, what=f"settle {asked.action[:40]}"),
    ):
        must_stand_there(run, asked.channel)
        asked_at = await _authorized(services, seen, asked.action, asked.by)
        async with services.act() as conn:
            run = await runs.lock(conn, run.number)
            must_be_fresh(services, asked_at, await database.now(conn))
            newest = latest(await actions.of_run(conn, run.number), asked.action)
            action = must_be_unclear(newest, asked.attempt)
            covers = bool(seen.plan.environment.actions[action.name].covers)
            state = ActionState.DONE if asked.done else ActionState.FAILED
            action = await actions.settle(
                conn, action, state, person=str(asked.by), note=asked.note, to_measure=asked.done and covers
            )
            settled = ActionSettled(
                action=action.name, attempt=action.attempt, done=asked.done, note=asked.note
            )
            await events.append(conn, run.number, settled, actor=asked.by)
            if action.to_measure:
                act = Act(run=run.number, action=action.name, attempt=action.attempt)
                await services.enqueue(conn, act)
            result = ActionResult(action=action.name, attempt=action.attempt)
            await messages.want(conn, run, result, urgent=True)
            await messages.want(conn, run, ActionList(), urgent=True)


async def _authorized(services: Services, dossier: Dossier, name: str, by: Principal) -> datetime:
    """Returns the database's time before the lookups. Raises Refused unless they may confirm the action, or
    are on call.
    """
    async with services.database.connection() as conn:
        asked_at = await database.now(conn)
    allow = configured(dossier.plan.environment, dossier.run.number, name).allow
    electorate = await services.electorate(dossier.plan, roles=allow)
    able = {*electorate.holders(allow), *await services.on_duty(dossier.plan)}
    require_can_settle(await services.person(by), allow, able=sorted(able))
    return asked_at
