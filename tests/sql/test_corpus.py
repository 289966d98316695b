"""Accepted statements give the same answers as without the guard, and reach nothing unlisted."""

from __future__ import annotations

import json

import pytest

from checks.numbers import number_in_json
from checks.outcome import CheckError
from checks.sources.postgres.guard import guarded
from tests.sql.conftest import Planted
from tests.sql.corpus import accepted, changing, compared, refused
from tests.sql.oracle import Oracle

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def unguarded(planted: Planted, statement: str) -> list[dict]:
    """The answer on a database where nothing was planted."""
    async with planted.clean.transaction():
        await planted.clean.execute("SET LOCAL TimeZone = 'UTC'; SET LOCAL IntervalStyle = 'iso_8601'")
        text = statement.strip().rstrip(";")
        rows = await planted.clean.execute(
            f"SELECT row_to_json(answered)::text FROM (\n{text}\n) AS answered"
        )
        return [
            json.loads(line, parse_int=number_in_json, parse_float=number_in_json) async for (line,) in rows
        ]


async def test_the_corpus_has_five_hundred_statements() -> None:
    assert len(accepted()) + len(refused()) >= 500


@pytest.mark.parametrize("statement", compared())
async def test_an_accepted_statement_answers_as_without_the_guard(planted: Planted, statement: str) -> None:
    answer = await planted.database.query(statement.replace("%", "%%"), {})
    found = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
    assert found == await unguarded(planted, statement)


async def test_nondeterministic_statements_are_answered(planted: Planted) -> None:
    for statement in changing():
        assert (await planted.database.query(statement, {})).rows


async def test_an_accepted_statement_reaches_nothing_unlisted(planted: Planted) -> None:
    oracle = await Oracle.of(planted.owner)
    for statement in accepted():
        assert await oracle.reached(guarded(statement, planted.catalog)) == set(), statement


async def test_the_oracle_detects_forbidden_reaches(planted: Planted) -> None:
    oracle = await Oracle.of(planted.owner)
    for statement in (
        "SELECT count(*) FROM public.secrets",
        "SELECT rolname FROM pg_authid",
        "SELECT public.touch()",
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT public.total_of(h) FROM public.hits AS h",
        "SELECT t.pg_read_file FROM unnest(ARRAY['/etc/passwd']) AS t",
        "SELECT 1 OPERATOR(public.+) 2",
        "SELECT odd::text FROM public.hits_opaque",
        "SELECT pg_table_size('pg_catalog.pg_authid'::regclass)",
        "SELECT public.own_sum(id) FROM public.hits",
        "SELECT '(1,2)'::public.pair",
    ):
        assert await oracle.reached(statement), statement


@pytest.mark.parametrize(("statement", "words"), refused())
async def test_a_refused_statement_is_also_refused_with_a_real_catalog(
    planted: Planted, statement: str, words: str
) -> None:
    with pytest.raises(CheckError) as caught:
        guarded(statement, planted.catalog)
    assert words in str(caught.value)
