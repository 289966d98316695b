"""Whoever changes what became of a condition is found out: its row, the log, the votes and the addendum agree."""

from __future__ import annotations

import psycopg
import pytest
from psycopg.errors import IntegrityConstraintViolation

from tests.audit.conftest import found, tamper

# the history is made once: run #1 is a conditional go that was rolled back
pytestmark = pytest.mark.xdist_group("audit")


async def test_the_condition_of_a_run_that_was_rolled_back_is_lifted(record: str) -> None:
    async with await psycopg.AsyncConnection.connect(record) as conn:
        cursor = await conn.execute("SELECT run, number, state, owner, closed_by, statement FROM condition")
        assert await cursor.fetchall() == [
            (1, 1, "lifted", "U02BEN", "U03RAJ", "the version was rolled back")
        ]


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE condition SET text = 'nothing'", "condition 1: is not what the log says"),
        ("UPDATE condition SET owner = 'U04MIA'", "condition 1: is not what the log says"),
        ("UPDATE condition SET due_at = due_at + interval '1 day'", "condition 1: is not what the log says"),
        ("UPDATE condition SET holds = '{promote}'", "condition 1: is not what the log says"),
        ("UPDATE condition SET state = 'met'", "condition 1: is not what the log says"),
        ("UPDATE condition SET closed_by = 'U04MIA'", "condition 1: is not what the log says"),
        ("UPDATE condition SET overdue_at = closed_at", "condition 1: is not what the log says"),
        (
            "UPDATE condition SET state = 'open', closed_at = NULL, closed_by = NULL, statement = ''",
            "addendum: does not agree with the conditions about whether all are closed",
        ),
        ("DELETE FROM condition", "condition 1: is not what the log says"),
        (
            "INSERT INTO condition (run, number, text, owner, set_by, due_at) SELECT 2, 1, text, owner, set_by, due_at FROM condition",
            "run #2: condition 1: is not what the log says",
        ),
        ("DELETE FROM addendum", "addendum: is not the one in the log"),
        ("UPDATE addendum SET digest = 'sha256:0'", "addendum: is not the one in the log"),
        (
            "UPDATE addendum SET document = replace(document, 'lifted', 'met')",
            "addendum: its digest is sha256:",
        ),
    ],
)
async def test_a_change_of_a_condition_is_found(record: str, statement: str, says: str) -> None:
    await tamper(record, statement)
    assert [problem for problem in await found(record) if says in problem]


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE condition SET statement = 'no'", "a closed condition never changes"),
        ("DELETE FROM condition", "condition never changes"),
        ("UPDATE addendum SET digest = 'sha256:0'", "addendum never changes"),
    ],
)
async def test_a_closed_condition_is_final_for_anybody(record: str, statement: str, says: str) -> None:
    async with await psycopg.AsyncConnection.connect(record, autocommit=True) as conn:
        with pytest.raises(IntegrityConstraintViolation, match=says):
            await conn.execute(statement)


async def test_what_an_open_condition_says_is_final_too(record: str) -> None:
    await tamper(
        record,
        "UPDATE condition SET state = 'overdue', overdue_at = now(), closed_at = NULL, closed_by = NULL",
    )
    async with await psycopg.AsyncConnection.connect(record, autocommit=True) as conn:
        for change in ("text = 'nothing'", "owner = 'U04MIA'", "holds = '{promote}'", "number = 2"):
            with pytest.raises(IntegrityConstraintViolation, match="what a condition says never changes"):
                await conn.execute(f"UPDATE condition SET {change}")
        with pytest.raises(IntegrityConstraintViolation, match="stays overdue until it is closed"):
            await conn.execute("UPDATE condition SET state = 'open'")
