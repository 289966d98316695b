"""The audit log: events are appended in the transaction of the change they record, and never changed."""

from __future__ import annotations

from functools import partial
from typing import Any

import structlog

from bot.base.canonical import canonical
from bot.record.audit import AuditEvent
from bot.record.events import Detail
from bot.rules.principal import Principal
from bot.store.database import Connection, after_commit, many, row, rows
from bot.store.statements import Statements

SQL = Statements("event")

log = structlog.get_logger(__name__)


async def append(
    conn: Connection, number: int, detail: Detail, *, actor: Principal, seconds: float | None = None
) -> int:
    """Returns the event's number within the run. The caller holds the run's lock.

    The process logs it, too, after the commit, and with `seconds`, the duration.
    """
    stored = canonical(detail.stored())
    found = await row(conn, SQL["append"], run=number, actor=str(actor), kind=detail.kind, detail=stored)
    assert found
    said = _said(number, found["environment"], str(actor), detail, seconds)
    after_commit(conn, partial(log.info, str(detail.kind), **said))
    return int(found["seq"])


async def of_run(conn: Connection, number: int) -> list[AuditEvent]:
    return await many(conn, AuditEvent, SQL["of_run"], run=number)


async def names(conn: Connection, number: int) -> dict[str, str]:
    """User id -> name, as recorded so far."""
    found: dict[str, str] = {}
    for each in await rows(conn, SQL["names"], run=number):
        found |= each["names"]
    return found


def _said(number: int, environment: str, actor: str, detail: Detail, seconds: float | None) -> dict[str, Any]:
    said = {name: str(getattr(detail, name)) for name in detail.logged}
    took = {} if seconds is None else {"seconds": round(seconds, 1)}
    return {"run": number, "environment": environment, "by": actor, **said, **took}
