"""Reminds the people whose votes are missing: by timer, or on request."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import structlog

from bot.base.errors import Unavailable
from bot.base.work import Timer
from bot.record.events import NotReached, Reminded
from bot.rules.approval import overdue, require_can_remind, require_part
from bot.rules.asked import Asked
from bot.rules.outbox import Message
from bot.rules.outstanding import Outstanding
from bot.rules.principal import BOT, Principal
from bot.rules.request import RunRequest
from bot.rules.run import Run, RunState
from bot.slack.errors import CLOSED
from bot.slack.messages.direct import DirectMessage, topic_of
from bot.slack.messages.reminding import DirectReminder, Reminder
from bot.slack.rendering import KINDS
from bot.store import database, dossiers, events, messages, reminders, runs
from bot.store.database import Connection
from bot.workflow.acting import acting
from bot.workflow.audience import visible
from bot.workflow.pausing import must_have_paused
from bot.workflow.refusals import must_be_fresh, recorded
from bot.workflow.screening import screened
from bot.workflow.services import Services

log = structlog.get_logger(__name__)

PAUSE = timedelta(minutes=1)  # between requested reminders of a run
CLOSED_FOR = timedelta(days=1)  # how long somebody who accepts no direct messages is not sent another one
GATHER = timedelta(seconds=20)  # how long unreachable people wait for others, to be mentioned in one message


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


async def remind_now(services: Services, request: RunRequest) -> Reminded:
    """Returns who is reminded of what. Only the requester and approvers may request it. Raises Refused, and
    records it.
    """
    await visible(services, request)

    async def check(lately: Services) -> None:
        asker = await acting(lately, request)
        require_part(asker.person, asker.run, able=(asker.run.requested_by, *asker.owners))

    async with screened(services, request.by, check):
        return await _remind_now(services, request)


async def _remind_now(services: Services, request: RunRequest) -> Reminded:
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
    """The voters of a run, and the owners of checks that can be waived: everybody a reminder may mention."""
    async with services.database.transaction() as conn:
        run = await runs.existing(conn, number)
        dossier = await dossiers.read(conn, run)
    environment = dossier.plan.environment
    owners = {environment.checks[check].owner for check in dossier.tally().waivers_missing}
    return await services.asked(dossier.plan, {*environment.decide.approve, *owners})


async def _say(conn: Connection, run: Run, actor: Principal, asked: Asked) -> Reminded:
    """New messages, because edits notify nobody: one in the thread, and one to each person who accepts them."""
    dossier = await dossiers.read(conn, run)
    standing = dossier.tally()
    people = Outstanding.of(dossier, asked).direct(asked)
    closed = await refusing(conn, people)
    direct = tuple(person for person in people if person not in closed)
    reminded = Reminded(
        missing=standing.missing, waivers=standing.waivers_missing, asked=asked.roles, direct=direct
    )
    event = await events.append(conn, run.number, reminded, actor=actor)
    await messages.want(conn, run, Reminder(event=event))
    for person in direct:
        to = DirectReminder(run=run.number, event=event, person=person)
        await messages.want_about(conn, to.topic, to, channel=person)
    return reminded


async def refusing(conn: Connection, people: Sequence[str]) -> dict[str, str]:
    """Returns the people among these who are known to refuse direct messages, and Slack's error."""
    topics = {topic_of(person): person for person in people}
    closed = await messages.closed(conn, topics, KINDS.direct, errors=CLOSED, within=CLOSED_FOR)
    return {topics[topic]: error for topic, error in closed.items()}


async def mention_unreached(services: Services) -> None:
    """Mentions in the thread, once, the people whose direct message failed or may have failed."""
    async with services.database.connection() as conn:
        failed = await messages.unreached(conn, direct=KINDS.direct, gather=GATHER)
    reminders_of: dict[tuple[int, int], list[Message]] = {}
    for message in failed:
        about = _about(message)
        reminders_of.setdefault((about.run, about.event), []).append(message)
    for (run, event), unreached in reminders_of.items():
        try:
            await _mention(services, run, event, unreached)
        except Unavailable:
            raise
        except Exception:  # regardless of the others
            log.exception("cannot mention people in the thread", run=run)


def _about(message: Message) -> DirectMessage:
    about = KINDS.of(message).of(message.subject)
    assert isinstance(about, DirectMessage)
    return about


async def _mention(services: Services, number: int, reminded: int, unreached: Sequence[Message]) -> None:
    async with services.database.transaction() as conn:
        run = await runs.lock(conn, number)
        fresh = await messages.excuse(conn, unreached)
        people = {_about(message).person: message.error or "" for message in unreached if message.id in fresh}
        about = _about(unreached[0])
        if not people or (about.until_decided and run.state is not RunState.DECIDING):
            return
        event = about.event
        if about.reminds:
            missed = NotReached(reminded=reminded, people=people)
            event = await events.append(conn, number, missed, actor=BOT)
        await messages.want(conn, run, about.instead(event))
    log.warning("cannot send direct messages to these people", run=number, people=sorted(people))
