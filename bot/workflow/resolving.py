"""An operator's statements about messages that the bot cannot resolve by itself; each is part of the run's
log.
"""

from __future__ import annotations

import enum
import re
from datetime import timedelta
from math import ceil

from bot.base.errors import Misused, Refused
from bot.base.next_step import Next
from bot.record.events import MessageResolved
from bot.rules.outbox import Message, MessageState
from bot.rules.principal import Principal
from bot.slack.rendering import KINDS
from bot.store import events, messages, runs
from bot.store.database import Connection, Database, now
from checks.reading import Record

_TS = re.compile(r"\d{10}\.\d{6}", re.ASCII)


class Verdict(enum.StrEnum):
    SHOWN = "it is there"
    AGAIN = "send it again"
    DROP = "do not show it"


class Resolution(Record):
    message: int
    verdict: Verdict
    by: Principal  # an operator
    ts: str = ""  # its timestamp in Slack, if it is there
    reason: str = ""

    @property
    def event(self) -> MessageResolved:
        return MessageResolved(message=self.message, verdict=self.verdict, ts=self.ts, reason=self.reason)


async def troubled(database: Database) -> list[Message]:
    """Returns messages that Slack does not show, and that will not resolve by themselves."""
    async with database.connection() as conn:
        return await messages.troubled(conn)


async def resolve(database: Database, resolution: Resolution) -> Message:
    """Raises Misused for an invalid resolution, and Refused for a message that needs none."""
    _must_make_sense(resolution)
    async with database.transaction() as conn:
        message = await _in_trouble(conn, resolution.message)
        match resolution.verdict:
            case Verdict.SHOWN:
                await _must_be_free(conn, message, resolution.ts)
                await messages.resolve_shown(
                    conn, message, resolution.ts, is_file=message.kind in KINDS.files
                )
            case Verdict.AGAIN:
                await _must_be_over(conn, message)
                await messages.resolve_again(conn, message)
            case Verdict.DROP:
                await messages.resolve_drop(conn, message, f"dropped: {resolution.reason}")
        if message.run:
            await events.append(conn, message.run, resolution.event, actor=resolution.by)
    return message


def _must_make_sense(resolution: Resolution) -> None:
    if resolution.verdict is Verdict.SHOWN and not _TS.fullmatch(resolution.ts):
        raise Misused(
            f"{resolution.ts!r} is not the timestamp of a message.",
            hint="It is in the message's link: p1700000000123456 is 1700000000.123456.",
        )
    if resolution.verdict is Verdict.DROP and not resolution.reason:
        raise Misused("Dropping a message takes a reason.", hint="Give it with --reason.")


async def _in_trouble(conn: Connection, number: int) -> Message:
    found = await messages.find(conn, number)
    if found is None:
        raise Misused(f"There is no message {number}.", then=[Next.list_messages()])
    if found.run:
        await runs.lock(conn, found.run)  # the run first, as everywhere
    message = await messages.lock(conn, number)
    assert message
    if message.state in {MessageState.SENT, MessageState.SENDING} and message.alerted_at is None:
        raise Refused(
            f"Message {number} is {message.state}; there is nothing to resolve.", then=[Next.list_messages()]
        )
    return message


async def _must_be_over(conn: Connection, message: Message) -> None:
    """Raises Refused while a request may be in progress: the message would be shown twice."""
    over = messages.over_at(message)
    if over and (left := over - await now(conn)) > timedelta(0):
        raise Refused(
            f"A request for message {message.id} may still be under way.",
            hint=f"Look in Slack, and try again in {ceil(left.total_seconds())} s.",
        )


async def _must_be_free(conn: Connection, message: Message, ts: str) -> None:
    """Raises Refused if that message is another one, which would be overwritten."""
    if message.state is MessageState.PENDING:
        raise Refused(
            f"Message {message.id} has not been sent yet, so it cannot be there.",
            hint="--again sends it at once.",
        )
    if await messages.known(conn, message.channel, [ts]):
        raise Refused(
            f"{ts} is another message of mine.",
            hint="Take the timestamp from the link of the message in question.",
        )
