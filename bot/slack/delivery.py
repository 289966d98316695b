"""Delivers the outbox: claims due messages, renders them from the current state, sends them, and records the
result.

Nothing is posted again unless Slack certainly does not have it, or a lookup did not find it.
"""

from __future__ import annotations

import asyncio
import enum
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import TypeVar

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError

from bot.base.errors import CanaryError, Unavailable, Unreadable
from bot.base.outage import Outage
from bot.base.tasks import beside
from bot.record.events import Alerted
from bot.record.proof.key_folder import Signing
from bot.rules.outbox import Held, Kinds, Message, Standing, Way
from bot.slack.abilities import Abilities, Ability
from bot.slack.client import (
    details,
    error_name,
    error_said,
    refuses_blocks,
    retry_after,
    status,
    what_it_means,
)
from bot.slack.doubts import TOLD_AGAIN, Doubts
from bot.slack.errors import CLOSED, Ends, Meaning
from bot.slack.homes import AT_ONCE as HOMES_AT_ONCE
from bot.slack.homes import HomePages
from bot.slack.known_blocks import KnownBlocks
from bot.slack.leases import Leases, OvertakenError
from bot.slack.limits import Lane, Limits, Purpose
from bot.slack.messages.alert import Alert
from bot.slack.messages.decision import DecisionRecord
from bot.slack.messages.files import DecisionPacket, DecisionPage
from bot.slack.messages.kind import Facts, Hidden, MessageKind
from bot.slack.messages.posting import Posting
from bot.slack.quiet import NotToBeToldError, Quiet
from bot.slack.rendering import KINDS, render
from bot.slack.sending import FILE_NOT_FOUND, Sender, thread_of
from bot.store import captures, conditions, dossiers, events, messages, runs
from bot.store import database as clock
from bot.store.database import Announcements, Connection, Database

log = structlog.get_logger(__name__)

AT_ONCE = 8  # messages in progress
GATHERED = 0.03  # seconds after an empty poll; in a flood, most messages are held back anyway

_UNEDITABLE = {"edit_window_closed", "cant_update_message"}

Notice = Callable[[Message, str], Awaitable[None]]
Count = Callable[[str], None]
Shown = TypeVar("Shown")


class Came(enum.StrEnum):
    """The result of a direct message."""

    SENT = "sent"
    NEEDLESS = "not needed any more"
    NOT_TAKEN = "not taken"  # refused by Slack, or by the person's settings
    UNCLEAR = "unclear"
    BARRED = "may not vote"  # a guest, or somebody who left: they must not be told anything


class Delivery:
    def __init__(
        self,
        database: Database,
        sender: Sender,
        leases: Leases,
        limits: Limits,
        abilities: Abilities,
        *,
        known: KnownBlocks,
        not_shown: Notice,
        homes: HomePages | None = None,
        kinds: Kinds[MessageKind] = KINDS,
        quiet: Quiet | None = None,
        count: Count = lambda _: None,
        signing: Signing | None = None,
    ) -> None:
        """`not_shown` is called once per message and reason if Slack rejects it, with Slack's error.

        `homes`: for pages in App Home; without it, none is due.
        `quiet`: when people get no direct messages. `count` is called with the result of each direct message.
        """
        self._database = database
        self._sender = sender
        self._leases = leases
        self._timing = leases.timing
        self._limits = limits
        self._abilities = abilities
        self._known = known
        self._not_shown = not_shown
        self._homes = homes
        self._signing = signing or Signing()
        self._homes_under_way = 0
        self._kinds = kinds
        self._quiet = quiet
        self._count = count
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._outage = Outage("the outbox cannot be read", "the outbox can be read again")
        self._doubts = Doubts(database, sender, leases, limits, kinds)

    async def run(self, stop: asyncio.Event) -> None:
        """Runs until told to stop; then finishes messages in progress."""
        async with (
            beside(self._leases.keep),
            Announcements(self._database.dsn, "canary_message") as announced,
            asyncio.TaskGroup() as group,
        ):
            group.create_task(self._doubts.run(stop))
            while message := await self._next(announced, stop):
                task = group.create_task(self._deliver(message))
                task.add_done_callback(lambda _: self._slots.release())

    async def _next(self, announced: Announcements, stop: asyncio.Event) -> Message | None:
        """Wait for the next due message and a slot. Returns None once it is time to stop."""
        await self._slots.acquire()  # first, because a claim would expire while waiting for a slot
        while not stop.is_set():
            held, wait = self._limits.held(), None
            with self._outage.survived():
                async with self._database.connection() as conn:
                    due = await messages.claim(
                        conn, 1, self._kinds, held=[*_held(held), *self._held_homes()], timing=self._timing
                    )
                    self._leases.taken(due)
                    wait = None if due else await messages.next_due(conn)
                if due:
                    return due[0]
            idle = self._timing.idle
            soonest = min(idle, *held.values(), idle if wait is None else wait)
            await asyncio.sleep(GATHERED)
            await announced.wait(max(soonest - GATHERED, 0.001))
        return None

    async def _deliver(self, message: Message) -> None:
        """Handles every error of one message, so that later ones are delivered; its lease expires, and it is
        retried.
        """
        try:
            await self._attempt(message)
        except Unavailable as error:
            log.warning(
                "cannot send a message: the database does not respond",
                message_id=message.id,
                error=str(error),
            )
        except Exception:
            log.exception(
                "a message failed unexpectedly", message_id=message.id, run=message.run, kind=message.kind
            )
        finally:
            self._leases.done(message)

    def _held_homes(self) -> list[Held]:
        return [Held(Way.PUBLISH)] if self._homes_under_way >= HOMES_AT_ONCE else []

    async def _attempt(self, message: Message) -> None:
        if self._kinds.of(message).is_home:
            self._homes_under_way += 1
            try:
                await self._show_home(message)
            finally:
                self._homes_under_way -= 1
        else:
            await self._in_turn(message, self._send)

    async def _show_home(self, message: Message) -> None:
        """The page is rendered first: an unchanged one makes no call to Slack."""
        assert self._homes
        try:
            page = await self._homes.page(message, self._kinds.of(message).of(message.subject))
        except Unavailable as error:
            wait = timedelta(seconds=error.again_in) if error.again_in else self._timing.later
            await self._later(message, str(error), wait)
        except CanaryError as error:
            log.warning("cannot build a Home", user=message.channel, error=str(error))
            await self._fail(message, str(error), excused=True)
        except Exception:
            log.exception("cannot build a Home", user=message.channel)
            await self._fail(message, "it cannot be made", excused=True)
        else:
            if page is None:
                await self._sent(message)
                return
            await self._in_turn(message, lambda message: self._publish(message, page))

    async def _publish(self, message: Message, page: Posting) -> None:
        assert self._homes
        await self._homes.publishing(message)
        await self._show(page, lambda page: self._sender.publish(message, page))
        self._abilities.turned_out(Ability.HOME)
        await self._homes.published(message, page)
        await self._sent(message)
        log.info("delivered", message_id=message.id, user=message.channel, kind=message.kind)

    async def _in_turn(self, message: Message, send: Callable[[Message], Awaitable[None]]) -> None:
        purpose = Purpose.AWAITED if message.awaited else Purpose.PROGRESS
        place = await self._limits.place(self._way(message), _where(message), purpose=purpose)
        if place.wait:
            await self._later(message, message.error or "", timedelta(seconds=place.wait))
            return
        try:
            await send(message)
        except Unreadable as error:  # a newer version may be running beside this one
            log.warning(
                "cannot read a stored message", message_id=message.id, run=message.run, error=str(error)
            )
            await self._later(message, str(error), self._timing.later, longest=self._timing.longest)
        except OvertakenError as error:
            log.warning(
                "the lease on a message expired before it was sent", run=message.run, error=str(error)
            )
            await self._later(message, message.error or "", self._timing.soon)  # if the lease is still ours
        except SlackApiError as error:
            await self._refused(message, error)
        except aiohttp.ClientConnectorError as error:
            await self._later(message, f"Slack cannot be reached: {error}", self._timing.later)
        except (aiohttp.ClientError, TimeoutError) as error:
            await self._in_doubt(message, f"no clear answer: {type(error).__name__}")
        finally:
            place.used()

    async def _send(self, message: Message) -> None:
        content = self._kinds.of(message).of(message.subject)
        async with self._database.transaction() as conn:
            facts = await self._facts(conn, message, content)
            if not message.posted_at and (why := content.moot(facts)):
                await messages.fail(conn, message, why, excused=True)
                self._counted(message, Came.NEEDLESS)
                return
            now = await clock.now(conn) if self._is_direct(message) else None
        try:
            wait = await self._quiet_for(message, content, facts, now) if now else None
        except NotToBeToldError as error:
            await self._fail(message, str(error), excused=True, came=Came.BARRED)
            return
        if wait:
            await self._later(message, messages.QUIET, wait)
            return
        try:
            rendered = await render(content, facts)
        except Exception:
            log.exception("cannot build a message", message_id=message.id, run=message.run, kind=message.kind)
            await self._fail(message, "it cannot be made")  # otherwise later messages would wait forever
            return
        root = facts.run.root if facts.run and message.run else None
        thread = thread_of(message, root, content.standing)
        if content.standing is Standing.THREAD and thread is None and root and root.is_coming:
            await self._later(message, message.error or "", self._timing.soon)
            return
        if not isinstance(rendered, Posting):
            file = await self._sender.upload(
                message, rendered, thread, uploaded=lambda file: self._uploaded(message, file)
            )
            await self._sent(message, file=file)
            self._abilities.turned_out(Ability.FILES)
        elif message.ts:
            await self._update(message, rendered)
        else:
            await self._post(message, rendered, thread, root)
            await self._edit_if_it_says_more(message, content, facts, rendered)
        log.info("delivered", message_id=message.id, run=message.run, kind=message.kind)

    async def _facts(self, conn: Connection, message: Message, content: MessageKind) -> Facts:
        files = self._abilities.has(Ability.FILES)
        if content.capture is not None:
            begun = await captures.find(conn, content.capture)
            assert begun
            return Facts(None, files=files, capture=await captures.dossier(conn, begun))
        number = message.run or content.about
        if number is None:
            return Facts(None, files=files)
        run = await runs.find(conn, number)
        assert run
        dossier = await dossiers.read(conn, run)
        facts = Facts(
            dossier,
            await events.of_run(conn, run.number),
            files=files,
            posted=message.ts is not None,
            link=self._sender.link(dossier.root),
            signing=self._signing,
            held=await conditions.holding(conn, run.environment) if dossier.plan.environment.actions else (),
        )
        if not isinstance(content, Alert):
            return facts
        return replace(facts, hidden=await self._hidden(conn, run.number, facts, content))

    async def _hidden(self, conn: Connection, run: int, facts: Facts, alert: Alert) -> Hidden | None:
        """The message that an alert is about."""
        said = Alerted.read(facts.event(alert.event))
        assert said
        message = await messages.of_kind(conn, run, said.message, said.subject)
        return Hidden(message, self._kinds.content(said.message, said.subject)) if message else None

    async def _quiet_for(
        self, message: Message, content: MessageKind, facts: Facts, now: datetime
    ) -> timedelta:
        """Returns how long it waits for the end of its reader's quiet hours. Raises NotToBeToldError."""
        deadline = content.deadline(facts)
        if self._quiet is None or deadline is None:
            return timedelta(0)
        named, since = content.names_reader(facts), message.created_at
        return await self._quiet.wait(message.channel, named=named, since=since, now=now, deadline=deadline)

    def _is_direct(self, message: Message) -> bool:
        return self._kinds.of(message).standing is Standing.DIRECT

    def _counted(self, message: Message, came: Came) -> None:
        if self._is_direct(message):
            self._count(came)

    def _way(self, message: Message) -> Way:
        return self._kinds.of(message).way(message.ts)

    async def _post(
        self, message: Message, posting: Posting, thread: str | None, root: Message | None
    ) -> None:
        posted = await self._show(posting, lambda posting: self._sender.post(message, posting, thread))
        await self._sent(message, **posted._asdict())
        self._counted(message, Came.SENT)
        if root and thread and thread == root.place and posted.thread is None:
            log.warning("the card was deleted; posting it again", run=message.run)
            async with self._database.connection() as conn:
                await messages.gone(conn, root, "it was deleted")

    async def _edit_if_it_says_more(
        self, message: Message, content: MessageKind, facts: Facts, posted: Posting
    ) -> None:
        """An edit notifies nobody, so it may mention people whom the post must not."""
        if not content.says_more_in_edits or facts.run is None:
            return
        if await render(content, replace(facts, posted=True)) != posted:
            async with self._database.connection() as conn:
                await messages.want(conn, facts.run.run, content, channel=message.channel)

    async def _update(self, message: Message, posting: Posting) -> None:
        """If Slack no longer allows editing it, urgent changes are posted in the thread instead."""
        try:
            await self._show(posting, lambda posting: self._sender.update(message, posting))
        except SlackApiError as error:
            if error_name(error) not in _UNEDITABLE:
                raise
            if message.awaited:
                async with self._database.connection() as conn:
                    await messages.replace(conn, message, error_name(error))
                return
        await self._sent(message)

    async def _show(self, posting: Posting, show: Callable[[Posting], Awaitable[Shown]]) -> Shown:
        """If Slack refuses even the oldest blocks, only the text is shown, which contains everything
        essential.
        """
        try:
            return await self._known.show(
                posting.blocks,
                lambda blocks: show(replace(posting, blocks=tuple(blocks))),
                fit=posting.fit,
            )
        except SlackApiError as error:
            if posting.view or not refuses_blocks(error):
                raise
            log.warning("Slack takes no blocks of a message; its text is shown", details=details(error))
            return await show(replace(posting, blocks=()))

    async def _refused(self, message: Message, error: SlackApiError) -> None:
        """Slack's response was an error."""
        name, said, means = error_name(error), error_said(error), what_it_means(error)
        if (seconds := retry_after(error)) is not None:
            await self._limits.refused(self._way(message), _where(message), seconds)
            await self._later(message, f"Slack asks to wait {seconds} s", timedelta(seconds=seconds))
        elif name in CLOSED and self._is_direct(message):
            await self._fail(message, said)
        elif name == FILE_NOT_FOUND:
            await self._in_doubt(message, name)
        elif name == "message_not_found" and message.ts:
            log.warning("a message was deleted; posting it again", message_id=message.id, run=message.run)
            async with self._database.connection() as conn:
                await messages.gone(conn, message, "it was deleted")
        elif means.took_effect or status(error) >= HTTPStatus.INTERNAL_SERVER_ERROR:
            await self._in_doubt(message, name)
        elif self._kinds.of(message).is_file and means.absent:
            await self._without_files(message, said, means)
        elif self._kinds.of(message).is_home and means.absent:
            self._abilities.lacks(Ability.HOME, f"App Home is not shown ({means.says})")
            await self._fail(message, said, excused=True)
        elif means.ends in {Ends.ONCE_FIXED, Ends.BY_ITSELF}:
            longest = self._timing.longest if message.error == said else self._timing.later
            await self._later(message, said, self._timing.later, longest=longest)
            if message.error != said:
                await self._not_shown(message, said)
        else:
            log.error(
                "Slack refused a message",
                message_id=message.id,
                run=message.run,
                kind=message.kind,
                error=said,
                details=details(error),
            )
            await self._fail(message, said, excused=self._kinds.of(message).is_home)
            await self._not_shown(message, said)

    async def _without_files(self, message: Message, said: str, means: Meaning) -> None:
        """The server has no files; a decision that refers to one is updated."""
        self._abilities.lacks(Ability.FILES, f"this server takes no files ({means.says})")
        await self._fail(message, said, excused=True)
        if message.kind not in {DecisionPacket.kind, DecisionPage.kind}:
            return
        async with self._database.transaction() as conn:
            run = await runs.find(conn, message.run) if message.run else None
            assert run
            await messages.want(conn, run, DecisionRecord())

    async def _in_doubt(self, message: Message, error: str) -> None:
        """The response was unclear: an update is sent again; a post must be looked up first."""
        if message.error == TOLD_AGAIN:
            error = TOLD_AGAIN
        if message.ts:
            await self._later(message, error, self._timing.soon, over=self._timing.settled)
            return
        if self._is_direct(message):  # it cannot be looked up, and must not be posted twice
            await self._fail(message, error, came=Came.UNCLEAR)
            return
        log.warning(
            "a message is ambiguous: it may or may not be in Slack",
            message_id=message.id,
            run=message.run,
            error=error,
        )
        async with self._database.connection() as conn:
            await messages.in_doubt(conn, message, error)

    async def _sent(self, message: Message, **marks: str | None) -> None:
        async with self._database.connection() as conn:
            await messages.sent(conn, message, **marks)

    async def _uploaded(self, message: Message, file: str) -> None:
        async with self._database.connection() as conn:
            await messages.uploaded(conn, message, file)

    async def _fail(
        self, message: Message, error: str, *, excused: bool = False, came: Came = Came.NOT_TAKEN
    ) -> None:
        self._counted(message, came)
        async with self._database.connection() as conn:
            await messages.fail(conn, message, error, excused=excused)

    async def _later(
        self,
        message: Message,
        error: str,
        wait: timedelta,
        *,
        longest: timedelta = timedelta(0),
        over: timedelta | None = None,
    ) -> None:
        async with self._database.connection() as conn:
            await messages.later(conn, message, error or None, wait, longest=longest, over=over)


def _held(lanes: Iterable[Lane]) -> Iterator[Held]:
    """Messages that must not be shown while these lanes are full."""
    for lane in lanes:
        if lane.purpose is not Purpose.QUESTION:
            yield Held(lane.method, lane.where, progress=lane.purpose is Purpose.PROGRESS)


def _where(message: Message) -> str:
    """The key of Slack's limit: the channel of a new message, otherwise the message."""
    return f"{message.channel} {message.ts}" if message.ts else message.channel
