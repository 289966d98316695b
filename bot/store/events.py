"""The audit log: appended in the transaction of what it records, never changed."""

from __future__ import annotations

from typing import Any

from bot.audit import AuditEvent
from bot.canonical import canonical
from bot.store.database import Connection, many, row
from bot.store.statements import Statements

SQL = Statements("event")


async def append(conn: Connection, number: int, *, actor: str, kind: str, **detail: Any) -> int:
    """-> the event's number within the run. The caller holds the run's lock."""
    found = await row(conn, SQL["append"], run=number, actor=actor, kind=kind, detail=canonical(detail))
    assert found
    return int(found["seq"])


async def of_run(conn: Connection, number: int) -> list[AuditEvent]:
    return await many(conn, AuditEvent, SQL["of_run"], run=number)
