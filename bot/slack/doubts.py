"""Looks up ambiguous messages in Slack, and sends them again only if they are not there."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError

from bot.base.errors import Unavailable
from bot.base.outage import Outage
from bot.base.tasks import ticks
from bot.rules.outbox import Kinds, Message, Standing
from bot.slack.client import error_said, retry_after
from bot.slack.leases import Leases
from bot.slack.limits import Limits
from bot.slack.messages.alert import Alert
from bot.slack.messages.kind import MessageKind
from bot.slack.rendering import KINDS
from bot.slack.sending import FILE_NOT_FOUND, Found, Sender, places_of, thread_of
from bot.store import database, messages
from bot.store.database import Database

log = structlog.get_logger(__name__)

AT_ONCE = 8  # concurrent lookups
TOLD_AGAIN = "no clear answer, and not to be looked for: told once more"


class Doubts:
    def __init__(
        self,
        database: Database,
        sender: Sender,
        leases: Leases,
        limits: Limits,
        kinds: Kinds[MessageKind] = KINDS,
    ) -> None:
        self._database = database
        self._sender = sender
        self._leases = leases
        self._timing = leases.timing
        self._limits = limits
        self._kinds = kinds
        self._outage = Outage(
            "the outbox cannot be read for what is in doubt",
            "the outbox can be read again for what is in doubt",
        )
        self._under_way = 0  # lookups

    async def run(self, stop: asyncio.Event) -> None:
        """Run until told to stop; then finish lookups in progress. A hanging one does not delay the others."""
        async with asyncio.TaskGroup() as group:
            async for _ in ticks(stop, self._timing.looks):
                for message in await self._next():
                    group.create_task(self._look_for(message))

    async def _next(self) -> list[Message]:
        """Claims due messages, up to the number of free slots, and always those of dead senders."""
        doubtful: list[Message] = []
        with self._outage.survived():
            async with self._database.connection() as conn:
                free = AT_ONCE - self._under_way
                doubtful = await messages.claim_in_doubt(conn, free, self._kinds, self._timing)
        self._under_way += len(doubtful)
        self._leases.taken(doubtful)
        return doubtful

    async def _look_for(self, message: Message) -> None:
        try:
            await self._look(message)
        except Unavailable as error:
            log.warning(
                "cannot resolve an ambiguous message: the database does not respond",
                message_id=message.id,
                error=str(error),
            )
        except Exception:  # continue with the others; this one is retried when its lease expires
            log.exception("cannot resolve an ambiguous message", message_id=message.id, run=message.run)
        finally:
            self._under_way -= 1
            self._leases.done(message)

    async def _look(self, message: Message) -> None:
        """If found, it counts as sent; if not, it may be sent; if Slack cannot be read, it stays ambiguous."""
        async with self._database.connection() as conn:
            root = await messages.root(conn, message.run) if message.run else None
            looked_at = await database.now(conn)
            if self._kinds.of(message).standing is Standing.DIRECT:  # we cannot read those
                await messages.fail(conn, message, "the sender died")
                return
        places = places_of(message, root, self._kinds.of(message).standing)
        method = "conversations.replies" if places[0] else "conversations.history"
        place = await self._limits.place(method)
        if place.wait:
            await self._look_again(message, timedelta(seconds=place.wait))
            return
        try:
            found = await self._sender.find(message, places)
        except (SlackApiError, aiohttp.ClientError, TimeoutError, LookupError) as error:
            await self._unreadable(message, method, error)
        else:
            await self._settle(message, found, root, looked_at)

    async def _unreadable(self, message: Message, method: str, error: Exception) -> None:
        why = error_said(error) if isinstance(error, SlackApiError) else f"{type(error).__name__}: {error}"
        log.warning(
            "cannot look for an ambiguous message in Slack", message_id=message.id, run=message.run, error=why
        )
        if isinstance(error, SlackApiError) and (seconds := retry_after(error)) is not None:
            await self._limits.refused(method, message.channel, seconds)
        if message.kind == Alert.kind:  # twice is better than never, and the bot cannot read direct messages
            await self._tell_again(message)
        else:
            await self._look_again(message, self._timing.look_again, f"not to be looked for: {why}")

    async def _tell_again(self, message: Message) -> None:
        """Send it again, once: after two posts, the person most likely has it."""
        async with self._database.connection() as conn:
            if message.error == TOLD_AGAIN:
                await messages.fail(conn, message, "nobody knows whether it was told", excused=True)
            else:
                await messages.later(conn, message, TOLD_AGAIN, self._timing.soon)

    async def _look_again(self, message: Message, wait: timedelta, why: str | None = None) -> None:
        self._leases.done(message)  # otherwise it would be renewed beyond that
        why = None if message.error == FILE_NOT_FOUND else why
        async with self._database.connection() as conn:
            await messages.look_again(conn, message, wait, why)

    async def _settle(
        self, message: Message, found: Found, root: Message | None, looked_at: datetime
    ) -> None:
        if found.ts:
            await self._is_there(message, found.ts, found.thread, root)
        elif strange := await self._strange(message, found):
            await self._look_again(
                message,
                self._timing.look_again,
                f"Slack keeps no mark of mine; it may be the one at {min(strange)}",
            )
        else:
            await self._is_not_there(message, looked_at)

    async def _is_there(self, message: Message, ts: str, thread: str | None, root: Message | None) -> None:
        async with self._database.transaction() as conn:
            if message.file:
                await messages.sent(conn, message, thread=thread)
                return
            await messages.found(conn, message, ts, thread)
            if root and thread is None and self._was_sent_under(root, message):
                # otherwise the reply would be in its thread
                await messages.gone(conn, root, "it was deleted")

    def _was_sent_under(self, root: Message, message: Message) -> bool:
        """Whether it was sent under that copy of the card, and not an earlier one."""
        thread = thread_of(message, root, self._kinds.of(message).standing)
        if thread is None or not root.posted_at or not message.tried_at:
            return False
        return root.posted_at < message.tried_at

    async def _strange(self, message: Message, found: Found) -> frozenset[str]:
        """The bot's messages without a mark that are not in the outbox: each may be the ambiguous one."""
        if message.file or not found.unmarked:
            return frozenset()
        async with self._database.connection() as conn:
            return frozenset(found.unmarked) - await messages.known(conn, message.channel, found.unmarked)

    async def _is_not_there(self, message: Message, looked_at: datetime) -> None:
        """It was missing when the lookup began; a long lookup may end after the request arrived."""
        wait = self._still_to_wait(message, looked_at)
        if wait > timedelta(0):
            await self._look_again(message, min(wait, self._timing.look_again))
            return
        async with self._database.connection() as conn:
            if message.file and message.error == FILE_NOT_FOUND:
                await messages.start_over(conn, message)
            else:
                await messages.later(conn, message, None, self._timing.soon)

    def _still_to_wait(self, message: Message, now: datetime) -> timedelta:
        """Returns the time until no request can be in progress, and until an uploaded file would be shown."""
        over = messages.over_at(message, self._timing)
        assert over
        within = timedelta(0)
        if message.file:
            within = self._timing.file_lost if message.error == FILE_NOT_FOUND else self._timing.file_shows
        return over + within - now
