"""The outbox."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from bot.base.timing import Outbox
from bot.rules.outbox import AnyContent, Content, Held, Kinds, Message, MessageState, Way
from bot.rules.run import Run
from bot.store.database import Connection, many, maybe, row, rows, run
from bot.store.statements import Statements

SQL = Statements("message")
DEFAULT = Outbox()
QUIET = "quiet hours"  # the reason for which a message waits

Turn: TypeAlias = tuple[int, int]  # a message, and the number of its claim


async def want(
    conn: Connection, of: Run, content: Content, *, channel: str = "", urgent: bool = False
) -> None:
    """Show this message of a run, or its newer state. Call it in the transaction of the change that it
    reports.
    """
    where = {"run": of.number, "channel": channel or of.channel}
    await run(conn, SQL["want"], kind=content.kind, subject=content.subject, urgent=urgent, **where)


async def want_about(
    conn: Connection, topic: str, content: Content, *, channel: str, urgent: bool = False
) -> None:
    """The same for a message that belongs to something other than a run, such as "home U01ANA"."""
    where = {"topic": topic, "channel": channel}
    await run(conn, SQL["want_about"], kind=content.kind, subject=content.subject, urgent=urgent, **where)


async def claim(
    conn: Connection,
    limit: int,
    kinds: Kinds[AnyContent],
    *,
    held: Iterable[Held] = (),
    timing: Outbox = DEFAULT,
) -> list[Message]:
    """Claim messages of these kinds, and return them in the order in which they are to be sent. Others are left to the
    version that knows them. Those in `held` are not claimed.

    That version may be gone, so later messages of the run wait for them only for a while.
    """
    ways = {way.name.lower(): way for way in Way}
    named = {
        "known": kinds.names(),
        "awaited": kinds.awaited,
        "files": kinds.files,
        "homes": kinds.homes,
        "direct": kinds.direct,
    }
    given = {"limit": limit, "lease": timing.lease, "turn": timing.turn, **_columns(held)}
    return await many(conn, Message, SQL["claim"], **given, **named, **ways)


def _columns(held: Iterable[Held]) -> dict[str, list[Any]]:
    each = list(held)
    return {
        "held_ways": [one.way for one in each],
        "held_channels": [one.channel for one in each],
        "held_progress": [one.progress for one in each],
    }


async def prolong(conn: Connection, ours: Iterable[Turn], timing: Outbox = DEFAULT) -> None:
    """Renew the leases that are still ours. Returns them."""
    ids, claims = zip(*ours, strict=True)
    turns = {"ids": list(ids), "claims": list(claims)}
    await run(conn, SQL["prolong"], **turns, lease=timing.lease, silence=timing.silence)


async def begin(conn: Connection, message: Message, timing: Outbox = DEFAULT) -> bool:
    """Record that a request begins. Returns False if the lease was lost."""
    return await run(conn, SQL["begin"], id=message.id, claim=message.claim, lease=timing.lease) == 1


async def sent(
    conn: Connection,
    message: Message,
    *,
    ts: str | None = None,
    thread: str | None = None,
    channel: str | None = None,
    file: str | None = None,
) -> None:
    """`channel`: where it was posted; for a message to a person, the direct-message channel."""
    told = {"ts": ts, "thread": thread, "channel": channel, "file": file}
    await run(conn, SQL["sent"], id=message.id, claim=message.claim, shown=message.wanted, **told)


async def found(conn: Connection, message: Message, ts: str, thread: str | None = None) -> None:
    await run(conn, SQL["found"], id=message.id, claim=message.claim, ts=ts, thread=thread)


async def uploaded(conn: Connection, message: Message, file: str) -> None:
    await run(conn, SQL["uploaded"], id=message.id, claim=message.claim, file=file)


async def later(
    conn: Connection,
    message: Message,
    error: str | None,
    wait: timedelta,
    *,
    longest: timedelta = timedelta(0),
    over: timedelta | None = None,
) -> None:
    """Retry after `wait`, or after a twentieth of the time it has waited so far, if that is more, up to `longest`.

    `over`: until then an earlier update may still take effect and overwrite newer ones, so it is repeated after that.
    """
    # an unposted message gets its priority from its kind
    awaited = message.awaited and message.ts is not None
    waits = {"wait": wait, "longest": longest, "awaited": awaited, "over": over}
    await run(conn, SQL["later"], id=message.id, claim=message.claim, error=error, **waits)


def over_at(message: Message, timing: Outbox = DEFAULT) -> datetime | None:
    """Returns when no request for it can take effect any more; None if none is in flight."""
    if message.state is MessageState.SENDING and message.begun_at:
        return message.begun_at + timing.lease
    if message.state is MessageState.AMBIGUOUS and message.doubted_at:
        return max(message.doubted_at + timing.settled, message.free_at or message.doubted_at)
    return None


async def in_doubt(conn: Connection, message: Message, error: str) -> None:
    await run(conn, SQL["in_doubt"], id=message.id, claim=message.claim, error=error)


async def fail(conn: Connection, message: Message, error: str, *, excused: bool = False) -> None:
    await run(conn, SQL["fail"], id=message.id, claim=message.claim, error=error, excused=excused)


async def look_again(conn: Connection, message: Message, wait: timedelta, error: str | None = None) -> None:
    """Look it up again later; it stays ambiguous."""
    await run(conn, SQL["look_again"], id=message.id, claim=message.claim, wait=wait, error=error)


async def start_over(conn: Connection, message: Message) -> None:
    await run(conn, SQL["start_over"], id=message.id, claim=message.claim)


async def replace(conn: Connection, message: Message, error: str) -> None:
    """Slack no longer lets us edit it: post it again."""
    await run(conn, SQL["replace"], id=message.id, claim=message.claim, error=error)


async def gone(conn: Connection, message: Message, error: str) -> None:
    """It was deleted in Slack."""
    await run(conn, SQL["gone"], id=message.id, ts=message.ts, error=error)


async def untold(
    conn: Connection, *, critical: list[str], doubt: timedelta, soon: timedelta, late: timedelta
) -> list[Message]:
    """Messages that cannot be shown and have no alert: failed, or ambiguous or waiting for this long; `soon`
    for `critical` kinds.
    """
    return await many(conn, Message, SQL["untold"], critical=critical, doubt=doubt, soon=soon, late=late)


async def unreached(conn: Connection, *, direct: list[str], gather: timedelta) -> list[Message]:
    """Direct messages that failed, and for which nobody is mentioned yet instead."""
    return await many(conn, Message, SQL["unreached"], direct=direct, gather=gather)


async def excuse(conn: Connection, failed: Iterable[Message]) -> frozenset[int]:
    """Returns the ids of those that nobody was told about yet. Call it in the transaction that tells them."""
    found = await rows(conn, SQL["excuse"], ids=[message.id for message in failed])
    return frozenset(each["id"] for each in found)


async def closed(
    conn: Connection,
    topics: Iterable[str],
    kinds: Iterable[str],
    *,
    errors: Iterable[str],
    within: timedelta,
) -> dict[str, str]:
    """Returns the topics among these whose newest message of these kinds recently failed with such an error, and
    the error.
    """
    named = {"topics": list(topics), "kinds": list(kinds), "errors": list(errors)}
    return {each["topic"]: each["error"] for each in await rows(conn, SQL["closed"], **named, within=within)}


async def obstacle(conn: Connection, number: int, kinds: Kinds[AnyContent]) -> str:
    """Returns why no more messages of a run are posted; "" if unknown."""
    found = await row(conn, SQL["obstacle"], run=number, known=kinds.names())
    return found["error"] if found else ""


async def alert(conn: Connection, message: Message) -> bool:
    """Open an alert. Returns False if one is open, or the message has changed in the meantime."""
    return await run(conn, SQL["alert"], id=message.id, claim=message.claim, state=message.state) == 1


async def channels(conn: Connection, of: Run, kind: type[Content]) -> set[str]:
    """Returns the channels of the run's messages of this kind."""
    return {found["channel"] for found in await rows(conn, SQL["channels"], run=of.number, kind=kind.kind)}


async def troubled(conn: Connection) -> list[Message]:
    return await many(conn, Message, SQL["troubled"])


async def find(conn: Connection, number: int) -> Message | None:
    return await maybe(conn, Message, SQL["by_id"], id=number)


async def lock(conn: Connection, number: int) -> Message | None:
    return await maybe(conn, Message, SQL["lock"], id=number)


async def of_kind(conn: Connection, number: int, kind: str, subject: str) -> Message | None:
    """One message of a run."""
    return await maybe(conn, Message, SQL["of_kind"], run=number, kind=kind, subject=subject)


async def known(conn: Connection, channel: str, names: Iterable[str]) -> frozenset[str]:
    """Returns the timestamps among these that belong, or belonged, to outbox messages."""
    found = await rows(conn, SQL["known"], channel=channel, names=list(names))
    return frozenset(each["ts"] for each in found)


async def resolve_shown(conn: Connection, message: Message, ts: str, *, is_file: bool) -> None:
    await run(conn, SQL["resolve_shown"], id=message.id, ts=ts, is_file=is_file)


async def resolve_again(conn: Connection, message: Message) -> None:
    await run(conn, SQL["resolve_again"], id=message.id)


async def resolve_drop(conn: Connection, message: Message, why: str) -> None:
    await run(conn, SQL["resolve_drop"], id=message.id, error=why)


async def claim_in_doubt(
    conn: Connection, limit: int, kinds: Kinds[AnyContent], timing: Outbox = DEFAULT
) -> list[Message]:
    """Includes those whose sender died during a request."""
    await run(conn, SQL["abandoned"], rest=timing.lease - timing.silence, lease=timing.lease)
    given = {"limit": limit, "silence": timing.silence, "known": kinds.names()}
    return await many(conn, Message, SQL["claim_in_doubt"], **given)


async def next_due(conn: Connection) -> float | None:
    """Returns the seconds until the next pending message is due, 0 or less if one is; None if there is none."""
    found = await row(conn, SQL["next_due"])
    return found["seconds"] if found else None


async def root(conn: Connection, number: int) -> Message | None:
    return await maybe(conn, Message, SQL["root"], run=number)


async def run_of(conn: Connection, channel: str, names: Iterable[str]) -> int | None:
    """Returns the run of a message with one of these timestamps."""
    found = await row(conn, SQL["run_of"], channel=channel, names=list(names))
    return int(found["run"]) if found else None


async def of_run(conn: Connection, number: int) -> list[Message]:
    return await many(conn, Message, SQL["of_run"], run=number)


async def counts(conn: Connection) -> dict[str, int]:
    return {found["state"]: found["messages"] for found in await rows(conn, SQL["counts"], quiet=QUIET)}


async def alerts(conn: Connection) -> int:
    """Returns the number of open alerts."""
    found = await row(conn, SQL["alerts"])
    assert found
    return int(found["alerts"])
