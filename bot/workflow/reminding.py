"""Reminds the people whose votes are missing: by timer, or on request."""

from __future__ import annotations

from datetime import timedelta

from bot.base.work import Timer
from bot.record.events import Reminded
from bot.rules.approval import Tally, overdue, require_can_remind, require_part
from bot.rules.asked import Asked
from bot.rules.principal import BOT, Principal
from bot.rules.request import RunRequest
from bot.rules.run import Run, RunState
from bot.slack.messages.asking import Reminder
from bot.store import database, dossiers, events, messages, reminders, runs
from bot.store.database import Connection
from bot.workflow.acting import acting
from bot.workflow.audience import visible
from bot.workflow.pausing import must_have_paused
from bot.workflow.refusals import must_be_fresh, recorded
from bot.workflow.screening import screened
from bot.workflow.services import Services

PAUSE = timedelta(minutes=1)  # between requested reminders of a run


class Remind(Timer[Services]):
    """Remind the people whose votes are missing."""

    task = "remind"
    lost = reminders.SQL["lost"]

    run: int
    number: int  # 1, 2, … of those that the configuration asks for

    async def do(self, services: Services, /, *, tries: int) -> None:  # noqa: ARG002
        await remind(services, run=self.run, number=self.number)


async def remind(services: Services, *, run: int, number: int) -> None:
    """Handles a reminder's timer. Does nothing if it is early, repeated, or after the decision."""
    asked = await _asked(services, run)
    async with services.database.transaction() as conn:
        held = await runs.lock(conn, run)
        waits = held.state is RunState.DECIDING and not overdue(held, await database.now(conn))
        if await reminders.done(conn, run, number) and waits:
            await _say(conn, held, BOT, asked)


async def remind_now(services: Services, request: RunRequest) -> Tally:
    """-> what is still missing. Only the requester and approvers may request it. Raises Refused, and records it."""
    await visible(services, request)

    async def check(lately: Services) -> None:
        asker = await acting(lately, request)
        require_part(asker.person, asker.run, able=(asker.run.requested_by, *asker.owners))

    async with screened(services, request.by, check):
        return await _remind_now(services, request)


async def _remind_now(services: Services, request: RunRequest) -> Tally:
    number, by = request.run, request.by
    asker = await acting(services, request)
    asked = await _asked(services, number)
    async with recorded(services, run=number, by=by, what="remind"), services.act() as conn:
        run, now = await runs.lock(conn, number), await database.now(conn)
        must_be_fresh(services, asker.asked_at, now)
        require_can_remind(asker.person, run, owners=asker.owners, now=now)
        await must_have_paused(conn, number, Reminded, PAUSE, "They were reminded less than a minute ago")
        return await _say(conn, run, by, asked)


async def _asked(services: Services, number: int) -> Asked:
    """Whoever votes on a run, and the owners of checks that can be waived: all whom a reminder may mention."""
    async with services.database.transaction() as conn:
        run = await runs.existing(conn, number)
        dossier = await dossiers.read(conn, run)
    environment = dossier.plan.environment
    owners = {environment.checks[check].owner for check in dossier.tally().waivers_missing}
    return await services.asked(dossier.plan, {*environment.decide.approve, *owners})


async def _say(conn: Connection, run: Run, actor: Principal, asked: Asked) -> Tally:
    """Posts a new message, because an edited one notifies nobody."""
    standing = (await dossiers.read(conn, run)).tally()
    reminded = Reminded(missing=standing.missing, waivers=standing.waivers_missing, asked=asked.roles)
    event = await events.append(conn, run.number, reminded, actor=actor)
    await messages.want(conn, run, Reminder(event=event))
    return standing
