"""Actions on databases and servers that are hostile, or do more than the statement says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import psycopg
import pytest
from aiohttp import web
from pydantic import ValidationError

from checks.actions.base import NotDoneError, Report, Trace, UnclearError
from checks.actions.http import HttpAction
from checks.actions.sql import SqlAction
from checks.context import opened
from checks.outcome import CheckError
from checks.secrets import Secrets
from checks.sources.http import HttpSource
from checks.sources.postgres.writer import PostgresWriter, Writer
from tests.serving import served

TABLES = """
CREATE TABLE job (id text PRIMARY KEY, size int, parent text REFERENCES job ON DELETE CASCADE);
CREATE TABLE step (job text PRIMARY KEY REFERENCES job ON DELETE CASCADE ON UPDATE CASCADE);
CREATE TABLE log (step text REFERENCES step ON DELETE SET NULL);
CREATE TABLE kept (job text REFERENCES job);
INSERT INTO job VALUES ('a', 1), ('b', 1);
INSERT INTO step VALUES ('a');
"""
EVIL = "\u202e\x1b[31m<!channel>\n```"


@asynccontextmanager
async def writing(dsn: str, tables: str, *listed: str) -> AsyncIterator[Writer]:
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as conn:
        await conn.execute(tables)
    source = PostgresWriter.model_validate(
        {"kind": "postgres.writer", "dsn": "${WRITER}", "tables": list(listed)}
    )
    async with opened(source, Secrets({"WRITER": dsn})) as writer:
        yield writer


def action(statement: str) -> SqlAction:
    given = {"kind": "sql", "title": "Clean up", "source": "admin", "statement": statement}
    return SqlAction.model_validate({**given, "rows": {"max": 100}, "allow": {"owners": 1}})


async def performed(writer: Writer, action: SqlAction, rows: int) -> Report:
    async def begin(_: str) -> None:
        pass

    trace = Trace(idempotency_key="key", mark=None, rows=rows, seconds=0)
    return await action.perform(writer, {}, trace, begin)


# ---------------------------------------------------------------- databases


@pytest.mark.parametrize(
    ("statement", "besides"),
    [
        (
            "DELETE FROM job WHERE id = 'a'",
            "it also changes or deletes rows of public.job, public.log, public.step, which",
        ),
        (
            "UPDATE job SET id = 'c' WHERE id = 'a'",
            "it also changes or deletes rows of public.step, which are not counted",
        ),
        ("UPDATE job SET size = 2", ""),
        ("INSERT INTO job (id) VALUES ('z')", ""),
        ("DELETE FROM kept", ""),
    ],
)
async def test_the_preview_names_the_tables_that_foreign_keys_lead_to(
    database: str, statement: str, besides: str
) -> None:
    async with writing(database, TABLES, "job", "kept") as writer:
        seen = await action(statement).preview(writer, {})
    assert seen.does[0] == statement
    assert len(seen.does) == (2 if besides else 1)
    assert besides in seen.does[-1]


async def test_the_preview_names_the_triggers_that_run(database: str) -> None:
    triggers = f"""
    {TABLES}
    CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
    CREATE TRIGGER audit AFTER UPDATE ON job FOR EACH ROW EXECUTE FUNCTION nothing();
    CREATE TRIGGER "{EVIL}" BEFORE UPDATE ON job FOR EACH STATEMENT EXECUTE FUNCTION nothing();
    CREATE TRIGGER off AFTER UPDATE ON job FOR EACH ROW EXECUTE FUNCTION nothing();
    CREATE TRIGGER other AFTER DELETE ON job FOR EACH ROW EXECUTE FUNCTION nothing();
    ALTER TABLE job DISABLE TRIGGER off;
    """
    async with writing(database, triggers, "job") as writer:
        seen = await action("UPDATE job SET size = 2").preview(writer, {})
    assert seen.does[1:] == ("It has these triggers run, whatever they do: audit, <!channel> ```.",)


async def test_keys_in_the_preview_are_short_and_plain(database: str) -> None:
    tables = f"""
    CREATE TABLE long (id text PRIMARY KEY, size int);
    CREATE TABLE evil (id text PRIMARY KEY, size int);
    CREATE TABLE none (size int);
    INSERT INTO long VALUES (repeat('a', 150000), 1);
    INSERT INTO evil VALUES ('{EVIL}', 1);
    INSERT INTO none VALUES (1);
    """
    async with writing(database, tables, "long", "evil", "none") as writer:

        async def keys(table: str) -> Sequence[str]:
            return (await action(f"UPDATE {table} SET size = 2").preview(writer, {})).sample

        assert await keys("long") == ("a" * 200,)
        assert await keys("evil") == ("<!channel> ```",)
        assert await keys("none") == ()


@pytest.mark.parametrize("code", ["P0001", "42501"], ids=["any", "insufficient privilege"])
async def test_an_error_that_the_database_words_is_short_and_plain(database: str, code: str) -> None:
    tables = f"""
    {TABLES}
    CREATE FUNCTION boom() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION '%', '{EVIL.partition(chr(10))[0]}' || repeat('x', 1000000) USING ERRCODE = '{code}'; END $$;
    CREATE CONSTRAINT TRIGGER late AFTER UPDATE ON job DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION boom();
    CREATE TRIGGER early BEFORE DELETE ON job FOR EACH ROW EXECUTE FUNCTION boom();
    """
    async with writing(database, tables, "job") as writer:
        with pytest.raises(CheckError) as early:
            await action("DELETE FROM job").preview(writer, {})
        with pytest.raises(NotDoneError) as late:
            await performed(writer, action("UPDATE job SET size = 2"), rows=2)
    for error in (early, late):
        said = str(error.value)
        assert "<!channel>xxx" in said
        assert len(said) < 500
        assert said.isprintable()


# ---------------------------------------------------------------- servers


def request(path: str = "/", **keys: Any) -> HttpAction:
    given = {"kind": "http", "title": "Promote", "source": "deploy", "allow": {"owners": 1}}
    return HttpAction.model_validate({**given, "request": {"path": path, **keys.pop("request", {})}, **keys})


async def sent(action: HttpAction, answer: web.Response | None) -> list[web.Request]:
    """None: it never answers. Returns what arrived."""
    arrived: list[web.Request] = []
    over = asyncio.Event()

    async def handle(given: web.Request) -> web.Response:
        arrived.append(given)
        if answer is None:
            await over.wait()
        return answer or web.Response()

    async def begin(_: str) -> None:
        pass

    app = web.Application()
    app.add_routes([web.post("/{rest:.*}", handle)])
    async with served(app) as url:
        source = HttpSource.model_validate(
            {"kind": "http", "base_url": url, "timeout": "60s", "max_bytes": 2 << 20}
        )
        trace = Trace(idempotency_key="the-key", mark=None, rows=None, seconds=0)
        async with opened(source, Secrets({"TOKEN": "s3cr3t-of-ours"})) as target:
            try:
                await action.perform(target, {}, trace, begin)
            finally:
                over.set()
    return arrived


async def test_a_server_that_never_answers_is_given_up_at_the_actions_own_limit() -> None:
    with pytest.raises(UnclearError, match="POST / was not answered within 300ms"):
        await sent(request(timeout="300ms"), None)


@pytest.mark.parametrize("name", ["Idempotency-Key", "idempotency-key", "IDEMPOTENCY-KEY"])
def test_the_key_of_the_attempt_cannot_be_configured(name: str) -> None:
    with pytest.raises(ValidationError, match="it always holds the key of the attempt"):
        request(request={"headers": {name: "always-the-same"}})


async def test_the_request_bears_the_key_of_the_attempt() -> None:
    [arrived] = await sent(request(request={"headers": {"X-Other": "1"}}), web.Response())
    assert arrived.headers.getall("Idempotency-Key") == ["the-key"]


async def test_what_a_server_answers_is_shown_redacted_plain_and_short() -> None:
    evil = web.Response(text=f"{EVIL} s3cr3t-of-ours " + "x" * 1_000_000, status=422)
    with pytest.raises(NotDoneError) as error:
        await sent(request(), evil)
    assert "<!channel> ``` [redacted]" in str(error.value)
    assert len(str(error.value)) < 300
    assert "s3cr3t" not in str(error.value)
    assert str(error.value).isprintable()


async def test_only_the_beginning_of_an_answer_is_read() -> None:
    """All of it would be redacted on the event loop, which takes a second for some megabytes."""
    late = web.Response(text=" " * 1_000_000 + "too late", status=422)
    with pytest.raises(NotDoneError) as error:
        await sent(request(), late)
    assert str(error.value) == "answered 422"
