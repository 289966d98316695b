"""What an action may do in a database: one change to a listed table, with all names qualified."""

from __future__ import annotations

import re

import pytest

from checks.outcome import CheckError
from checks.sources.postgres.catalog import Catalog, Relation
from checks.sources.postgres.writing import guarded_change, verb_of

SETTINGS = Relation("app", "Settings", True, ("id", "on"), ("", ""), frozenset())
JOB = Relation("public", "Job", True, ("id", "key", "size"), ("", "", "app.size"), frozenset())
CATALOG = Catalog((SETTINGS, JOB), (), ("Settings", "Job"))


@pytest.mark.parametrize(
    ("text", "run_instead"),
    [
        (
            'UPDATE "Settings" SET "on" = true WHERE NOT "on"',
            'UPDATE "app"."Settings" SET "on" = true WHERE NOT "on"',
        ),
        (
            'update only "Settings" s set "on" = true from "Job" j where j.id = s.id -- all',
            'update only "app"."Settings" s set "on" = true from public."Job" j where j.id = s.id -- all',
        ),
        (
            'DELETE FROM "Job" USING "Settings" s WHERE s.id = "Job".id;',
            'DELETE FROM public."Job" USING "app"."Settings" s WHERE s.id = "Job".id',
        ),
        (
            "INSERT INTO \"Job\" (id, key) VALUES (1, lower('A')) ON CONFLICT (id) DO NOTHING",
            "INSERT INTO public.\"Job\" (id, key) VALUES (1, pg_catalog.lower('A')) ON CONFLICT (id) DO NOTHING",
        ),
        (
            'WITH old AS (SELECT id FROM "Job") DELETE FROM "Settings" WHERE id IN (SELECT id FROM old)',
            'WITH old AS (SELECT id FROM public."Job") DELETE FROM "app"."Settings" WHERE id IN (SELECT id FROM old)',
        ),
    ],
)
def test_names_in_a_change_are_qualified(text: str, run_instead: str) -> None:
    assert guarded_change(text, CATALOG).text == run_instead


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("SELECT 1", "not an INSERT, UPDATE or DELETE"),
        ('TRUNCATE "Job"', "not an INSERT, UPDATE or DELETE"),
        ('DROP TABLE "Job"', "not an INSERT, UPDATE or DELETE"),
        ('ALTER TABLE "Job" DISABLE TRIGGER ALL', "not an INSERT, UPDATE or DELETE"),
        ("DO $$ BEGIN DELETE FROM x; END $$", "not an INSERT, UPDATE or DELETE"),
        ("COMMIT", "not an INSERT, UPDATE or DELETE"),
        (
            'MERGE INTO "Job" USING "Settings" s ON true WHEN MATCHED THEN DELETE',
            "not an INSERT, UPDATE or DELETE",
        ),
        ('UPDATE "Job" SET id = 1; DELETE FROM "Job"', "is 2 statements, expected one"),
        ('EXPLAIN ANALYZE DELETE FROM "Job"', "not an INSERT, UPDATE or DELETE"),
        ('UPDATE "Other" SET a = 1', "reads Other, which `tables` of the source does not list"),
        ('UPDATE "Job" SET id = 1 FROM pg_class', "reads pg_class, which"),
        ('DELETE FROM "Job" WHERE id IN (SELECT id FROM "Secret")', "reads Secret, which"),
        ('UPDATE "Job" SET idd = 1', "Job.idd does not exist"),
        ('INSERT INTO "Job" (idd) VALUES (1)', "Job.idd does not exist"),
        ('UPDATE "Job" SET id = 1 RETURNING id', "uses RETURNING"),
        ('WITH x AS (DELETE FROM "Job" RETURNING id) DELETE FROM "Settings"', "only a SELECT may be asked"),
        ('WITH "Job" AS (SELECT 1) DELETE FROM "Job"', "a part of WITH like the table that it changes"),
        ('UPDATE "Job" SET id = DEFAULT', "uses DEFAULT"),
        ('INSERT INTO "Job" DEFAULT VALUES', "inserts defaults only"),
        ('UPDATE "Job" SET (id, key) = (SELECT 1, 2)', "MultiAssignRef"),
        ('UPDATE "Job" SET id = 1 WHERE CURRENT OF c', "CURRENT OF"),
        ('UPDATE "Job" SET id = app.evil()', "calls app.evil()"),
        ('DELETE FROM "Job" WHERE pg_sleep(9) IS NULL', "calls pg_sleep()"),
        ('DELETE FROM "Job" WHERE id OPERATOR(app.=) 1', "operator app.="),
        ('UPDATE "Job" SET id = 1 WHERE size > 3', "has the type app.size"),
        (
            'INSERT INTO "Job" (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET id = 2',
            "ON CONFLICT otherwise than DO NOTHING",
        ),
        (
            'INSERT INTO "Job" (id) VALUES (1) ON CONFLICT (app.evil(id)) DO NOTHING',
            "ON CONFLICT otherwise than DO NOTHING",
        ),
        ('INSERT INTO "Job" (id) SELECT id FROM "Settings" FOR UPDATE', "FOR UPDATE or another lock"),
        ("COPY \"Job\" FROM PROGRAM 'id'", "not an INSERT, UPDATE or DELETE"),
    ],
)
def test_other_statements_are_refused(text: str, why: str) -> None:
    with pytest.raises(CheckError, match=re.escape(why)):
        guarded_change(text, CATALOG)


def test_a_missing_table_is_reported() -> None:
    with pytest.raises(CheckError, match="which this database does not have"):
        guarded_change('DELETE FROM "Job"', Catalog((JOB,), ("Gone",), ("Job", "Gone")))


@pytest.mark.parametrize("text", ["SELECT 1", "DELETE FROM", "DELETE FROM a; DELETE FROM b", ""])
def test_other_statements_are_refused_without_a_database(text: str) -> None:
    with pytest.raises(CheckError):
        verb_of(text)
