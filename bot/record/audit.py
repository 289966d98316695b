"""The audit log's entries: who did what to a run, and when."""

from __future__ import annotations

from typing import Any

from pydantic import AwareDatetime

from checks.reading import Record


class AuditEvent(Record):
    run: int
    seq: int  # 1, 2, 3, … within a run
    at: AwareDatetime
    actor: str  # `bot.rules.principal.Principal` as text
    kind: str  # one of `bot.record.events`, or of a later version's
    detail: dict[str, Any]  # as stored; `bot.record.events` parses it
    hash: str  # over all of the above and the previous event's hash: `bot.record.chain`
