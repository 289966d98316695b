"""A column is read only if that calls no user-defined cast, check or ordering of its type."""

from __future__ import annotations

from collections.abc import AsyncIterator

import psycopg
import pytest

from checks.context import opened
from checks.outcome import CheckError
from checks.secrets import Secrets
from checks.sources.postgres import PostgresSource
from tests.databases import throwaway_database

PLANTED = """
CREATE FUNCTION touched(text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE 'touched %', $1; END $$;
CREATE DOMAIN own AS text CHECK (VALUE IS NULL OR touched(VALUE));
CREATE DOMAIN of_own AS own;
CREATE DOMAIN plain AS text CHECK (VALUE ~ '^[a-z]+$' AND length(VALUE) < 10);
CREATE TYPE mood AS ENUM ('sad', 'well');
CREATE TYPE odd_mood AS ENUM ('sad', 'well');
CREATE FUNCTION compared(odd_mood, odd_mood) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RAISE 'touched'; END $$;
CREATE OPERATOR CLASS odd DEFAULT FOR TYPE odd_mood USING btree AS FUNCTION 1 compared(odd_mood, odd_mood);
CREATE TABLE held (id int, plain plain, plains plain[], mood mood, own own, of_own of_own, owns own[], odd odd_mood);
INSERT INTO held (id, plain, plains, mood, odd) VALUES (1, 'a', '{a}', 'sad', 'sad'), (2, 'b', '{b}', 'well', 'well');
"""


@pytest.fixture
async def source(postgres_server: str) -> AsyncIterator[PostgresSource]:
    async with throwaway_database(postgres_server) as dsn:
        async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as owner:
            await owner.execute(PLANTED)
        yield PostgresSource(kind="postgres", dsn=dsn, tables=("held",))


@pytest.mark.parametrize(
    "query",
    [
        "SELECT lag(own, 1, 'x') OVER () FROM held",
        "SELECT id FROM held WHERE owns = '{x}'",
        "SELECT array_append(owns, 'x') FROM held",
        "SELECT of_own FROM held",
        "SELECT id FROM held ORDER BY odd",
        "SELECT DISTINCT odd FROM held",
    ],
)
async def test_a_type_that_calls_a_user_defined_function_is_refused(
    source: PostgresSource, query: str
) -> None:
    async with opened(source, Secrets({})) as database:
        with pytest.raises(CheckError, match="is not one of PostgreSQL's own"):
            await database.query(query, {})


async def test_builtin_checks_and_orderings_are_accepted(source: PostgresSource) -> None:
    async with opened(source, Secrets({})) as database:
        answer = await database.query("SELECT plain, plains, mood FROM held ORDER BY mood DESC, plain", {})
    assert answer.rows == (("b", ["b"], "well"), ("a", ["a"], "sad"))


async def test_a_column_may_have_a_name_that_we_use_internally(source: PostgresSource) -> None:
    async with opened(source, Secrets({})) as database:
        assert await database.one("SELECT count(*) AS answer, 1 AS line FROM held", {}) == {
            "answer": 2,
            "line": 1,
        }


async def test_a_database_in_another_encoding_accepts_only_ascii_queries(postgres_server: str) -> None:
    """It folds and truncates names differently from the parser, and could read an unlisted table."""
    async with await psycopg.AsyncConnection.connect(postgres_server, autocommit=True) as owner:
        await owner.execute(
            "CREATE DATABASE latin ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0"
        )
    dsn = psycopg.conninfo.make_conninfo(postgres_server, dbname="latin")
    try:
        async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as owner:
            await owner.execute(
                'CREATE TABLE "É" (word text); CREATE TABLE "é" (word text); CREATE TABLE plain (word text)'
            )
            await owner.execute("INSERT INTO plain VALUES ('Grüße')")
        source = PostgresSource(kind="postgres", dsn=dsn, tables=("É", "plain"))
        async with opened(source, Secrets({})) as database:
            assert await database.one("SELECT word FROM plain", {}) == {"word": "Grüße"}
            for query in (
                "SELECT word FROM É",
                'SELECT word FROM "É"',
                'SELECT word FROM U&"\\00c9"',
                "SELECT '€'",
            ):
                with pytest.raises(CheckError, match="the database's encoding is LATIN1"):
                    await database.query(query, {})
    finally:
        async with await psycopg.AsyncConnection.connect(postgres_server, autocommit=True) as owner:
            await owner.execute("DROP DATABASE latin")
