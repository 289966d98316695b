"""Reminding the people whose votes are missing: by timers, or because somebody asks for it."""

from __future__ import annotations

from datetime import timedelta

from bot.base.work import Timer
from bot.record.audit import BOT
from bot.record.events import Reminded
from bot.rules.approval import Tally, may_remind, may_take_part, overdue
from bot.rules.run import Run, RunState
from bot.slack.messages.asking import Reminder
from bot.store import database, dossiers, events, messages, reminders, runs
from bot.store.database import Connection
from bot.workflow.acting import acting
from bot.workflow.pausing import must_have_paused
from bot.workflow.refusals import must_be_fresh, recorded
from bot.workflow.screening import screened
from bot.workflow.services import Services

PAUSE = timedelta(minutes=1)  # between two reminders of a run, where people ask for them


class Remind(Timer[Services]):
    """Remind the people whose votes are missing."""

    task = "remind"
    lost = reminders.SQL["lost"]

    run: int
    number: int  # 1, 2, … of those that the configuration asks for

    async def do(self, services: Services, /, *, tries: int) -> None:  # noqa: ARG002
        await remind(services, run=self.run, number=self.number)


async def remind(services: Services, *, run: int, number: int) -> None:
    """The timer of a reminder. One that comes too early, twice, or after the decision reminds nobody."""
    async with services.database.transaction() as conn:
        held = await runs.lock(conn, run)
        waits = held.state is RunState.DECIDING and not overdue(held, await database.now(conn))
        if await reminders.done(conn, run, number) and waits:
            await _say(conn, held, BOT)


async def remind_now(services: Services, *, number: int, person: str) -> Tally:
    """-> what is still missing. The requester, and whoever votes on it, may have others reminded. Raises Refused, recorded."""

    async def may(lately: Services) -> None:
        asker = await acting(lately, number=number, person=person)
        may_take_part(asker.person, asker.run, able=(asker.run.requested_by, *asker.owners))

    async with screened(services, person, may):
        return await _remind_now(services, number, person)


async def _remind_now(services: Services, number: int, person: str) -> Tally:
    asker = await acting(services, number=number, person=person)
    async with recorded(services, run=number, person=person, what="remind"), services.act() as conn:
        run, now = await runs.lock(conn, number), await database.now(conn)
        must_be_fresh(services, asker.asked_at, now)
        may_remind(asker.person, run, owners=asker.owners, now=now)
        await must_have_paused(conn, number, Reminded, PAUSE, "They were reminded less than a minute ago")
        return await _say(conn, run, person)


async def _say(conn: Connection, run: Run, actor: str) -> Tally:
    """A new message, because an edited one notifies nobody."""
    standing = (await dossiers.read(conn, run)).tally()
    reminded = Reminded(missing=standing.missing, waivers=standing.waivers_missing)
    event = await events.append(conn, run.number, reminded, actor=actor)
    await messages.want(conn, run, Reminder(event=event))
    return standing
