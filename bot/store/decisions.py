"""Decisions: one per run, never changed."""

from __future__ import annotations

from bot.rules.decision import Decision
from bot.store.database import Connection, as_json, run
from bot.store.statements import Statements

SQL = Statements("decision")


async def insert(conn: Connection, decision: Decision) -> None:
    await run(
        conn,
        SQL["insert"],
        run=decision.run,
        outcome=decision.outcome,
        evidence=decision.evidence,
        document=as_json(decision),
        decided_at=decision.decided_at,
    )
