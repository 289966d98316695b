"""The audit log: appended in the transaction of what it records, never changed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import structlog

from bot.base.canonical import canonical
from bot.record.audit import AuditEvent
from bot.rules.principal import Principal
from bot.store.database import Connection, after_commit, many, row
from bot.store.statements import Statements

SQL = Statements("event")

_LOGGED = ("check", "outcome", "recommendation", "choice", "trigger", "answer", "what", "end")  # no free text

log = structlog.get_logger(__name__)


async def append(
    conn: Connection, number: int, *, actor: Principal, kind: str, seconds: Any = None, **detail: Any
) -> int:
    """-> the event's number within the run. The caller holds the run's lock.

    The process's own log says it, too, once it is committed; `seconds`, how long it took, stands there alone.
    """
    found = await row(conn, SQL["append"], run=number, actor=str(actor), kind=kind, detail=canonical(detail))
    assert found
    said = _said(number, found["environment"], str(actor), detail, seconds)
    after_commit(conn, partial(log.info, kind, **said))
    return int(found["seq"])


async def of_run(conn: Connection, number: int) -> list[AuditEvent]:
    return await many(conn, AuditEvent, SQL["of_run"], run=number)


def _said(
    number: int, environment: str, actor: str, detail: Mapping[str, Any], seconds: float | None
) -> dict[str, Any]:
    said = {name: str(detail[name]) for name in _LOGGED if name in detail}
    took = {} if seconds is None else {"seconds": round(seconds, 1)}
    return {"run": number, "environment": environment, "by": actor, **said, **took}
