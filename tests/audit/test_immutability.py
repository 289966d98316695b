"""Final rows cannot change: triggers refuse it to anyone, and grants refuse more to the bot's own role."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege, IntegrityConstraintViolation, UniqueViolation

from bot.store.roles import BOT, RECORD, TABLES, as_role
from tests.audit.conftest import found

pytestmark = pytest.mark.xdist_group("audit")  # the history is made once

KEYS = {
    "addendum": "run",
    "baseline": "number",
    "capture_sample": "tick",
    "configuration": "digest",
    "decision": "run",
    "event": "run",
    "evidence": "digest",
    "rollback": "run",
}
FINAL = (*RECORD, "run", "check_run", "vote", "waiver", "watch", "prompt", "capture", "condition", "action")


@asynccontextmanager
async def undone(dsn: str) -> AsyncIterator[psycopg.AsyncConnection]:
    """A connection whose transaction is rolled back at the end."""
    connect = psycopg.AsyncConnection.connect(dsn, autocommit=True)
    async with await connect as conn, conn.transaction(force_rollback=True):
        yield conn


# ---------------------------------------------------------------- anyone, even the owner

VOTE = "INSERT INTO vote SELECT run, evidence, 'U04MIA', roles, choice, reason, condition, said_at FROM vote WHERE run = 2"
WAIVER = "INSERT INTO waiver SELECT run, evidence, 'queue-age', person, 'why not' FROM waiver WHERE run = 1"


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE configuration SET document = '{}'", "configuration never changes"),
        ("DELETE FROM configuration", "configuration never changes"),
        ("UPDATE decision SET outcome = 'GO'", "decision never changes"),
        ("DELETE FROM decision", "decision never changes"),
        ("UPDATE evidence SET document = '{}'", "evidence never changes"),
        ("DELETE FROM evidence", "evidence never changes"),
        ("UPDATE event SET actor = 'U04MIA'", "event never changes"),
        ("DELETE FROM event WHERE run = 6", "event never changes"),
        (
            "UPDATE run SET state = 'deciding', closed_at = NULL WHERE number = 3",
            "a closed run never changes",
        ),
        ("UPDATE run SET requested_by = 'U04MIA' WHERE number = 5", "a closed run never changes"),
        ("DELETE FROM run WHERE number = 6", "run never changes"),
        ("UPDATE check_run SET result = '{}' WHERE run = 6", "the result of a check never changes"),
        ("DELETE FROM check_run WHERE run = 6", "the result of a check never changes"),
        ("UPDATE watch SET \"end\" = 'completed' WHERE run = 2", "an ended watch never changes"),
        ("DELETE FROM watch WHERE run = 2", "an ended watch never changes"),
        ("UPDATE prompt SET note = 'none' WHERE run = 1", "an answered prompt never changes"),
        ("UPDATE prompt SET recovered_at = NULL WHERE run = 1", "an answered prompt never changes"),
        (
            "UPDATE prompt SET state = 'open', answered_by = NULL WHERE run = 2",
            "an answered prompt never changes",
        ),
        ("DELETE FROM prompt WHERE run = 2", "an answered prompt never changes"),
        ("UPDATE rollback SET by = 'U04MIA'", "rollback never changes"),
        ("DELETE FROM rollback WHERE run = 2", "rollback never changes"),
        (VOTE, "a vote of a closed run never changes"),
        ("UPDATE vote SET reason = 'because' WHERE run = 2", "a vote of a closed run never changes"),
        ("UPDATE vote SET run = 2 WHERE run = 6", "a vote of a closed run never changes"),
        ("DELETE FROM vote WHERE run = 2", "a vote of a closed run never changes"),
        (WAIVER, "a waiver of a closed run never changes"),
        ("UPDATE waiver SET reason = 'because' WHERE run = 1", "a waiver of a closed run never changes"),
        ("DELETE FROM waiver WHERE run = 1", "a waiver of a closed run never changes"),
        *((f"TRUNCATE {table} CASCADE", f"{table} never changes") for table in FINAL),
    ],
)
async def test_changing_a_final_row_is_refused_to_anyone(history: str, statement: str, says: str) -> None:
    async with undone(history) as conn:
        with pytest.raises(IntegrityConstraintViolation, match=says):
            await conn.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE prompt SET recovered_at = now() WHERE run = 2",  # recorded although it was answered
        "UPDATE vote SET reason = 'because' WHERE run = 6",
        "DELETE FROM waiver WHERE run = 6",
        "INSERT INTO event (run, actor, kind, detail) VALUES (1, 'canary', 'watch ended', '{}')",
    ],
)
async def test_changing_other_rows_is_allowed(history: str, statement: str) -> None:
    async with undone(as_role(history, BOT)) as conn:
        assert (await conn.execute(statement)).rowcount == 1


# ---------------------------------------------------------------- the bot's own role


@pytest.mark.parametrize(
    "statement",
    [
        *(f"UPDATE {table} SET {column} = {column}" for table, column in KEYS.items()),
        *(
            f"DELETE FROM {table}"
            for table in (*RECORD, "run", "check_run", "watch", "prompt", "action", "run_number")
        ),
        *(f"TRUNCATE {table}" for table in TABLES if not table.startswith("procrastinate")),
        *(f"ALTER TABLE {table} DISABLE TRIGGER ALL" for table in FINAL),
        *(f"ALTER TABLE {table} ADD COLUMN more text" for table in FINAL),
        *(f"DROP TABLE {table} CASCADE" for table in FINAL),
        *(f"DROP TRIGGER {table}_is_not_emptied ON {table}" for table in FINAL),
        "DROP FUNCTION chain_event CASCADE",
        "ALTER FUNCTION chain_event RENAME TO chain",
        "CREATE TRIGGER mine BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        "CREATE TABLE public.more (id int)",
        "UPDATE run SET arguments = '{}' WHERE number = 6",
        "UPDATE run SET number = 7 WHERE number = 6",
        "UPDATE check_run SET name = 'x' WHERE run = 6",
        "UPDATE waiver SET reason = 'because' WHERE run = 6",
        "UPDATE alembic_version SET version_num = '0001'",
        "SET session_replication_role = replica",
        "SET ROLE canary",
    ],
)
async def test_the_bots_role_is_refused_it(history: str, statement: str) -> None:
    async with undone(as_role(history, BOT)) as conn:
        with pytest.raises(InsufficientPrivilege):
            await conn.execute(statement)


async def test_the_bots_role_has_exactly_the_privileges_it_needs(history: str) -> None:
    async with undone(history) as conn:
        rows = await (
            await conn.execute(
                "SELECT privilege_type, array_agg(table_name::text) FROM information_schema.table_privileges"
                " WHERE grantee = %s AND table_name NOT LIKE 'procrastinate%%' GROUP BY 1",
                [BOT],
            )
        ).fetchall()
        tables = await (
            await conn.execute(
                "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
            )
        ).fetchall()
    may = {privilege: set(names) for privilege, names in rows}
    changing = {"vote", "watch", "trigger", "prompt", "inbox", "message", "home", "block_type", "condition"}
    changing |= {"action", "action_preview", "packet_copy"}
    assert set(RECORD) == set(KEYS)
    assert {name for (name,) in tables} == set(TABLES)
    assert may == {
        "SELECT": {name for name in TABLES if not name.startswith("procrastinate")},
        "INSERT": {*RECORD, "run", "check_run", "capture", "waiver", "reminder", *changing},
        # run, check_run, capture, reminder and run_number: single columns only; a home_change is locked before it is deleted
        "UPDATE": {*changing, "home_change"},
        "DELETE": {"vote", "waiver", "home_change", "inbox"},
    }


# ---------------------------------------------------------------- workarounds


async def test_temporary_tables_with_the_same_names_do_not_deceive_triggers(record: str) -> None:
    async with await psycopg.AsyncConnection.connect(as_role(record, BOT), autocommit=True) as conn:
        await conn.execute("CREATE TEMP TABLE event (LIKE public.event)")
        await conn.execute("CREATE TEMP TABLE run AS SELECT number, 'deciding' AS state FROM public.run")
        await conn.execute(
            "INSERT INTO public.event (run, actor, kind, detail) VALUES (2, 'canary', 'refused', '{}')"
        )
        with pytest.raises(IntegrityConstraintViolation, match="closed run"):
            await conn.execute("DELETE FROM public.vote WHERE run = 2")
    assert await found(record) == []


async def test_number_time_and_hash_are_the_databases_own_whatever_is_given(record: str) -> None:
    async with await psycopg.AsyncConnection.connect(as_role(record, BOT), autocommit=True) as conn:
        await conn.execute(
            "INSERT INTO event (run, seq, at, actor, kind, detail, hash)"
            " SELECT 2, 1, '2020-01-01', 'U04MIA', 'refused', '{}', 'sha256:0' FROM generate_series(1, 3)"
        )
        given = "SELECT max(seq), min(at) > now() - interval '1 h' FROM event WHERE run = 2 AND seq > 16"
        last = await (await conn.execute(given)).fetchone()
    assert last == (19, True)
    assert await found(record) == []


async def test_of_two_appends_without_the_lock_one_fails(record: str) -> None:
    append = "INSERT INTO event (run, actor, kind, detail) VALUES (2, 'canary', 'refused', '{}')"
    async with two(record) as (first, second):
        await first.execute(append)
        late = asyncio.create_task(second.execute(append))
        await waits(record)
        await first.commit()
        with pytest.raises(UniqueViolation):
            await late
    assert await found(record) == []


async def test_a_vote_without_the_lock_waits_for_a_closing_run_and_is_then_refused(record: str) -> None:
    async with two(record) as (first, second):
        await first.execute("UPDATE run SET state = 'closed', closed_at = now() WHERE number = 6")
        late = asyncio.create_task(second.execute("DELETE FROM vote WHERE run = 6"))
        await waits(record)
        await first.commit()
        with pytest.raises(IntegrityConstraintViolation, match="closed run"):
            await late


@asynccontextmanager
async def two(dsn: str) -> AsyncIterator[tuple[psycopg.AsyncConnection, psycopg.AsyncConnection]]:
    """Two connections of the bot, each in a transaction of its own."""
    connect = psycopg.AsyncConnection.connect
    async with await connect(as_role(dsn, BOT)) as first, await connect(as_role(dsn, BOT)) as second:
        yield first, second


async def waits(dsn: str) -> None:
    """Wait until something waits for a lock in that database."""
    async with asyncio.timeout(30), await psycopg.AsyncConnection.connect(dsn, autocommit=True) as conn:
        query = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        while not (await conn.execute(query)).rowcount:
            await asyncio.sleep(0.02)
