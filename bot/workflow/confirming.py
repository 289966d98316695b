"""Somebody confirms an action as previewed to them; once everybody required has, it is done."""

from __future__ import annotations

import uuid

from bot.record.action_events import ActionConfirmed, ActionFailed, ActionRequested
from bot.rules.action import (
    Action,
    ActionState,
    Confirmation,
    Previewed,
    configured,
    latest,
    missing,
    must_be_current,
    must_be_free,
    require_can_confirm,
    why_anew,
)
from bot.rules.principal import BOT, Principal
from bot.rules.request import ActionConfirmation
from bot.slack.messages.action import ActionList
from bot.store import actions, database, dossiers, events, messages
from bot.store.database import Connection
from bot.workflow.performing import Act
from bot.workflow.previewing import authorized, clicked_run
from bot.workflow.refusals import must_be_fresh, must_stand_there, recorded
from bot.workflow.rolling_back import lock
from bot.workflow.screening import screened
from bot.workflow.services import Services
from bot.workflow.standing import must_be_in_force


async def confirm(services: Services, asked: ActionConfirmation) -> Action:
    """Raises Refused, recorded."""
    run, name, by = await clicked_run(services, asked), asked.action, asked.by
    async with services.database.connection() as conn:
        seen = await dossiers.read(conn, run)

    async def check(lately: Services) -> None:
        await authorized(lately, seen, name, by)

    async with (
        screened(services, by, check),
        recorded(services, run=run.number, by=by, what=f"have {name[:40]} done"),
    ):
        must_stand_there(run, asked.channel)
        electorate, asked_at = await authorized(services, seen, name, by)
        person = await services.person(by)
        async with services.act() as conn:
            run = await lock(conn, run)
            now = await database.now(conn)
            must_be_fresh(services, asked_at, now)
            dossier = await dossiers.read(conn, run)
            allow = configured(dossier.plan.environment, run.number, name).allow
            await must_be_in_force(conn, dossier, name)
            newest = latest(dossier.actions, name)
            must_be_free(newest, run.number)
            previewed = _of_this(await actions.preview(conn, asked.preview), run.number, name)
            previewed = must_be_current(previewed, str(by), now)
            waiting = newest if newest and newest.state is ActionState.REQUESTED else None
            if waiting and (why := why_anew(waiting, previewed.preview, now)):
                await _give_up(conn, waiting, why)
                waiting = None
            require_can_confirm(person, allow, electorate, confirmed=waiting.people if waiting else ())
            roles = tuple(role for role in allow if str(by) in electorate.roles.get(role, ()))
            said = Confirmation(person=str(by), roles=roles, at=now)
            action = await _count(conn, waiting, previewed, by, said)
            if not missing(action.people, allow, electorate):
                action = await actions.ready(conn, action)
                await services.enqueue(conn, Act(run=run.number, action=name, attempt=action.attempt))
            await messages.want(conn, run, ActionList(), urgent=True)
    return action


def _of_this(previewed: Previewed | None, run: int, name: str) -> Previewed | None:
    """None for a preview of something else."""
    return previewed if previewed and (previewed.run, previewed.name) == (run, name) else None


async def _count(
    conn: Connection, waiting: Action | None, previewed: Previewed, by: Principal, said: Confirmation
) -> Action:
    if waiting:
        action = await actions.confirm(conn, waiting, (*waiting.confirmed, said))
        confirmed = ActionConfirmed(action=action.name, attempt=action.attempt, roles=said.roles)
        await events.append(conn, action.run, confirmed, actor=by)
        return action
    action = await actions.insert(conn, previewed, [said], idempotency_key=str(uuid.uuid4()))
    requested = ActionRequested(
        action=action.name,
        attempt=action.attempt,
        does=action.preview.does,
        rows=action.preview.rows,
        idempotency_key=action.idempotency_key,
        roles=said.roles,
    )
    await events.append(conn, action.run, requested, actor=by)
    return action


async def _give_up(conn: Connection, waiting: Action, why: str) -> None:
    await actions.refuse(conn, waiting, why)
    failed = ActionFailed(action=waiting.name, attempt=waiting.attempt, reason=why)
    await events.append(conn, waiting.run, failed, actor=BOT)
