"""One character changed anywhere in what the database keeps of a run: found, 1,000 times of 1,000."""

from __future__ import annotations

import os
import random
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from bot.workflow.auditing import Verification
from commands.audit_log import record as opened
from tests.audit.conftest import UNSEEN

pytestmark = pytest.mark.xdist_group("audit")  # the history is made once

KEPT = {
    "configuration": ("document",),
    "evidence": ("digest", "document"),
    "event": ("actor", "kind", "detail", "hash"),
    "decision": ("outcome", "evidence", "document"),
    "check_run": ("name", "result"),
    "run": ("environment", "channel", "requested_by", "arguments", "configuration", "evidence"),
    "vote": ("evidence", "person", "roles", "choice", "reason", "condition"),
    "waiver": ("evidence", "check", "person", "reason"),
    "rollback": ("by", "reason"),
    "prompt": ("trigger", "acknowledged_by", "answered_by", "note"),
}
FEW, ALL = 40, 1000
SEED = os.environ.get("SEED", "7")


@pytest.fixture
async def owner(record: str) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
    async with await psycopg.AsyncConnection.connect(record, autocommit=True) as conn:
        await conn.execute(UNSEEN)
        yield conn


async def _characters(conn: psycopg.AsyncConnection[Any]) -> list[tuple[str, str, str, int]]:
    """-> (table, column, row's ctid as text, length) of each text that is kept."""
    found = []
    for table, columns in KEPT.items():
        for column in columns:
            statement = sql.SQL(
                "SELECT ctid::text, length({0}::text) FROM {1} WHERE length({0}::text) > 0"
            ).format(sql.Identifier(column), sql.Identifier(table))
            for place, length in await (await conn.execute(statement)).fetchall():
                found.append((table, column, place, length))
    return found


async def _is_found(dsn: str) -> bool:
    async with opened(dsn, Path("nowhere")) as conn:
        async for _ in Verification(conn).problems():
            return True
    return False


async def _changed(
    conn: psycopg.AsyncConnection[Any], table: str, column: str, place: str, chance: random.Random
) -> str | None:
    """Change one character, in a transaction that is rolled back by whoever calls; -> what, None if nothing changed."""
    at, instead = chance.random(), chance.choice("aZ07xé")
    names = {"table": sql.Identifier(table), "column": sql.Identifier(column)}
    cursor = await conn.execute(
        sql.SQL("SELECT {column}::text, pg_typeof({column})::text FROM {table} WHERE ctid = %s::tid").format(
            **names
        ),
        [place],
    )
    row = await cursor.fetchone()
    assert row
    text, kind = row
    where = int(at * len(text))
    new = text[:where] + instead + text[where + 1 :]
    if new == text or text[where].isspace():
        return None
    try:
        async with conn.transaction():
            cursor = await conn.execute(
                sql.SQL(
                    "UPDATE {table} SET {column} = %s::{kind} WHERE ctid = %s::tid RETURNING {column}::text"
                ).format(**names, kind=sql.SQL(kind)),
                [new, place],
            )
            kept = await cursor.fetchone()
    except psycopg.Error:  # refused: no JSON, or against a constraint
        return None
    assert kept
    return (
        None if kept[0] == text else f"{table}.{column}: {text[max(0, where - 20) : where + 20]!r} {instead}"
    )


async def _tried(conn: psycopg.AsyncConnection[Any], dsn: str, times: int) -> list[str]:
    """-> the changes that were not found."""
    chance, missed, tried = random.Random(SEED), [], 0
    places = await _characters(conn)
    lengths = [length for *_, length in places]
    while tried < times:
        table, column, place, _ = chance.choices(places, weights=lengths)[0]
        await conn.execute(
            sql.SQL("CREATE TEMP TABLE before AS SELECT * FROM {}").format(sql.Identifier(table))
        )
        what = await _changed(conn, table, column, place, chance)
        if what is not None:
            tried += 1
            if not await _is_found(dsn):
                missed.append(what)
            await conn.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
            await conn.execute(
                sql.SQL("INSERT INTO {} OVERRIDING SYSTEM VALUE SELECT * FROM before").format(
                    sql.Identifier(table)
                )
            )
            places = await _characters(conn)
            lengths = [length for *_, length in places]
        await conn.execute("DROP TABLE before")
    return missed


async def test_a_changed_character_is_found(owner: psycopg.AsyncConnection[Any], record: str) -> None:
    assert await _tried(owner, record, FEW) == []


@pytest.mark.long
async def test_a_changed_character_is_found_a_thousand_times(
    owner: psycopg.AsyncConnection[Any], record: str
) -> None:
    assert await _tried(owner, record, ALL) == []
