"""The outbox."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from bot.outbox import AWAITED, FILES, Kind, Message, Way
from bot.run import Run
from bot.store.database import Connection, many, maybe, row, rows, run
from bot.store.statements import Statements

SQL = Statements("message")

LEASE = timedelta(seconds=20)  # longer than any request to Slack is allowed to take


async def want(conn: Connection, of: Run, kind: Kind, subject: str = "", *, urgent: bool = False) -> None:
    """Show this message, or its newer state. Call it in the transaction of what it tells."""
    await run(conn, SQL["want"], run=of.number, kind=kind, subject=subject, channel=of.channel, urgent=urgent)


async def claim(conn: Connection, limit: int, *, held: Iterable[str] = ()) -> list[Message]:
    """`held`: by what nothing may be shown now. A way; way and channel; way and "progress", what nobody waits for."""
    ways = {way.name.lower(): way for way in Way}
    kinds = {"awaited": list(AWAITED), "files": list(FILES)}
    return await many(conn, Message, SQL["claim"], limit=limit, held=list(held), lease=LEASE, **kinds, **ways)


async def sent(conn: Connection, message: Message, *, ts: str | None = None, file: str | None = None) -> None:
    await run(conn, SQL["sent"], id=message.id, claim=message.claim, shown=message.wanted, ts=ts, file=file)


async def found(conn: Connection, message: Message, ts: str) -> None:
    await run(conn, SQL["found"], id=message.id, claim=message.claim, ts=ts)


async def uploaded(conn: Connection, message: Message, file: str) -> None:
    await run(conn, SQL["uploaded"], id=message.id, claim=message.claim, file=file)


async def later(conn: Connection, message: Message, error: str | None, wait: timedelta) -> None:
    awaited = message.awaited and message.ts is not None  # what is not posted yet is awaited for what it is
    await run(conn, SQL["later"], id=message.id, claim=message.claim, error=error, wait=wait, awaited=awaited)


async def in_doubt(conn: Connection, message: Message, error: str) -> None:
    await run(conn, SQL["in_doubt"], id=message.id, claim=message.claim, error=error)


async def fail(conn: Connection, message: Message, error: str) -> None:
    await run(conn, SQL["fail"], id=message.id, claim=message.claim, error=error)


async def claim_in_doubt(conn: Connection, limit: int) -> list[Message]:
    """Those whose sender died are in doubt, too."""
    await run(conn, SQL["abandoned"])
    return await many(conn, Message, SQL["claim_in_doubt"], limit=limit, lease=LEASE)


async def next_due(conn: Connection) -> float | None:
    """Seconds until another pending message is due, 0 or less for just now; None when none will be by itself."""
    found = await row(conn, SQL["next_due"])
    return found["seconds"] if found else None


async def root(conn: Connection, number: int) -> Message | None:
    return await maybe(conn, Message, SQL["root"], run=number)


async def of_run(conn: Connection, number: int) -> list[Message]:
    return await many(conn, Message, SQL["of_run"], run=number)


async def counts(conn: Connection) -> dict[str, int]:
    return {found["state"]: found["messages"] for found in await rows(conn, SQL["counts"])}
