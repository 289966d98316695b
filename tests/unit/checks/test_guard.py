"""Which queries are accepted, decided from the syntax tree alone. For decisions on a server, see tests/sql."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from checks.outcome import Cause, CheckError
from checks.sources.postgres import grammar
from checks.sources.postgres.catalog import Catalog, Relation
from checks.sources.postgres.constructs import UNDERSTOOD
from checks.sources.postgres.guard import guarded
from checks.sources.postgres.vocabulary import FUNCTIONS, TYPES
from tests.sql.corpus import TABLES, accepted, refused

PAGE = (Path(__file__).parents[3] / "docs" / "sql.md").read_text()


def relation(
    name: str, *columns: str, schema: str = "public", enums: frozenset[tuple[str, str]] = frozenset()
) -> Relation:
    """A column written `place:pair` has the user-defined type `pair`."""
    names, kinds = zip(*(f"{column}:".split(":")[:2] for column in columns), strict=True)
    return Relation(schema, name, found_first=True, columns=names, opaque=kinds, enums=enums)


CATALOG = Catalog(
    (
        relation(
            "hits", "id", "note", "status", "tags", "doc", "place:pair", enums=frozenset({("public", "mood")})
        ),
        relation("events", "at"),
        relation("hits_view", "id", "note"),
        relation("hits_opaque", "id", "odd:odd"),
        relation("totals", "n"),
        relation("Name", "Key", schema="Odd"),
        relation("hits_id_seq", "last_value"),
    ),
    (),
    TABLES,
)


def refusal(query: str, catalog: Catalog = CATALOG) -> CheckError:
    with pytest.raises(CheckError) as caught:
        guarded(query, catalog)
    assert caught.value.cause is Cause.CONFIGURATION
    return caught.value


@pytest.mark.parametrize(("query", "words"), refused())
def test_a_query_that_is_not_understood_is_refused(query: str, words: str) -> None:
    assert words in str(refusal(query))


@pytest.mark.parametrize(
    ("query", "written"),
    [
        ("SELECT count(*) FROM hits", "SELECT pg_catalog.count(*) FROM public.hits"),
        (" select ID from HITS ; ", "select ID from public.HITS"),
        ('SELECT "Key" FROM "Odd"."Name"', 'SELECT "Key" FROM "Odd"."Name"'),
        ("SELECT 'a'::text /* b */ -- c", "SELECT 'a'::pg_catalog.text /* b */ -- c"),
        ("/* é; */ SELECT 'é' || upper(note) FROM hits", "SELECT 'é' || pg_catalog.upper(note) FROM public.hits"),
        ("SELECT date '2026-01-01', CAST(id AS text) FROM hits", "SELECT pg_catalog.date '2026-01-01', CAST(id AS pg_catalog.text) FROM public.hits"),
        ("SELECT status = 'sad'::mood FROM hits", "SELECT status = 'sad'::public.mood FROM public.hits"),
        ("WITH hits AS (SELECT id FROM hits) SELECT id FROM hits", "WITH hits AS (SELECT id FROM public.hits) SELECT id FROM hits"),
        ("SELECT id FROM ONLY hits AS h TABLESAMPLE system (1)", "SELECT id FROM ONLY public.hits AS h TABLESAMPLE pg_catalog.system (1)"),
        ("SELECT pg_table_size('hits')", "SELECT pg_catalog.pg_table_size('\"public\".\"hits\"'::pg_catalog.regclass)"),
        (
            "SELECT pg_table_size('hits'::regclass)",
            "SELECT pg_catalog.pg_table_size('\"public\".\"hits\"'::pg_catalog.regclass::pg_catalog.regclass)",
        ),
        ("SELECT id FROM hits WHERE id > $1", "SELECT id FROM public.hits WHERE id > $1"),
        ("SELECT position('a' IN note), extract(epoch FROM now()) FROM hits", "SELECT position('a' IN note), extract(epoch FROM pg_catalog.now()) FROM public.hits"),
    ],
)  # fmt: skip
def test_a_query_runs_with_all_names_qualified(query: str, written: str) -> None:
    assert guarded(query, CATALOG) == written


def test_an_unlisted_relation_is_reported_before_anything_else() -> None:
    assert "reads secrets" in str(
        refusal("SELECT pg_sleep(1), 1::regclass, (SELECT word FROM secrets) INTO x")
    )


def test_a_listed_relation_missing_from_the_database_refuses_every_query() -> None:
    catalog = Catalog(CATALOG.relations, ("hits_old",), (*TABLES, "hits_old"))
    for query in ("SELECT count(*) FROM hits", "SELECT 1", "SELECT * FROM hits_old"):
        assert "lists hits_old, which this database does not have" in str(refusal(query, catalog))
    assert "reads pg_catalog.pg_authid" in str(refusal("SELECT * FROM pg_catalog.pg_authid", catalog))


def test_only_listed_names_are_suggested() -> None:
    assert refusal("SELECT * FROM hitz").hint == 'Did you mean "hits"?'
    assert refusal("SELECT * FROM pg_authis").hint == "Add pg_authis to `tables` if the check may read it."


def test_a_relation_shadowed_on_the_search_path_needs_its_schema() -> None:
    later = Relation("app", "orders", found_first=False, columns=("id",), opaque=("",), enums=frozenset())
    catalog = Catalog((later,), (), ("app.orders",))
    assert guarded("SELECT id FROM app.orders", catalog) == "SELECT id FROM app.orders"
    assert refusal("SELECT id FROM orders", catalog).hint == 'Did you mean "app.orders"?'


def test_a_refusal_names_the_line() -> None:
    assert str(refusal("SELECT id,\n  pg_sleep(1)\nFROM hits")).endswith("(line 2)")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT " + "(SELECT " * 2000 + "1" + ")" * 2000,
        "SELECT 1" + " + 1" * 7000,
        "SELECT " + "NOT " * 7000 + "true",
        "SELECT " + "CASE WHEN true THEN " * 900 + "1" + " END" * 900,
        "SELECT 1" + "::int4" * 4000,
        "SELECT " + "ARRAY[" * 4000 + "1" + "]" * 4000,
        "SELECT 1" + " UNION SELECT 1" * 1900,
        "SELECT 1 FROM " + "(" * 1000 + "hits" + " JOIN hits ON true)" * 1000,
        "SELECT " + "/*" * 7000 + "*/" * 7000 + "1",
        "SELECT " + "x" * 40_000,
        "SELECT '\0'",
        "SELECT '\ud800'",
    ],
    ids=range(12),
)
def test_a_too_long_or_too_deep_query_is_refused(query: str) -> None:
    refusal(query)


@pytest.mark.parametrize("query", ["\ufeffSELECT id FROM hits", "SELECT id FROM hits\n\n;\n"])
def test_whitespace_and_semicolons_around_a_query_are_ignored(query: str) -> None:
    assert guarded(query, CATALOG) == "SELECT id FROM public.hits"


def test_a_query_with_very_many_relations_is_refused_quickly() -> None:
    many = ", ".join("hits AS a" for _ in range(1400))
    columns = ", ".join("a.a" for _ in range(2500))
    assert "100 relations or more" in str(refusal(f"SELECT {columns} FROM {many}"))
    assert "100 relations or more" in str(refusal("SELECT 1 FROM hits" + " NATURAL JOIN hits" * 150))
    strangers = ", ".join(f"stranger{number}" for number in range(90))
    assert "reads stranger0" in str(refusal(f"SELECT 1 FROM {strangers}"))


@pytest.mark.parametrize(
    "query",
    [
        "SELECT " + "(SELECT " * 70 + "1" + ")" * 70,
        "SELECT 1" + " + 1" * 90,
        "SELECT " + "CASE WHEN true THEN " * 45 + "1" + " END" * 45,
        "SELECT 1" + " UNION SELECT 1" * 90,
    ],
    ids=range(4),
)
async def test_queries_that_people_plausibly_write_are_not_too_deep(query: str) -> None:
    assert guarded(query, CATALOG) == query


def test_an_edit_that_changes_the_meaning_of_a_query_is_refused() -> None:
    """As a position would that a parser bug reports wrongly."""
    statement = grammar.parse("SELECT count FROM hits")
    for edit in (grammar.Edit(7, 7, "pg_catalog."), grammar.Edit(7, 7, "/*"), grammar.Edit(99, 99, "x")):
        with pytest.raises(CheckError, match="cannot be written down safely"):
            grammar.edited(statement, [edit])


def test_the_names_of_constructs_and_their_fields_match_the_parser() -> None:
    """A construct that a new grammar adds is refused. One that it renamed would be refused too, and no query could run."""
    seen: dict[str, set[str]] = {}
    for query in (*accepted(), "SELECT $1"):
        left = [grammar.opened(grammar.parse(query).tree)]
        while left:
            kind, fields = left.pop()
            seen.setdefault(kind, set()).update(fields)
            left.extend(grammar.children(kind, fields))
    assert {kind: fields - grammar.PLACES for kind, fields in seen.items()} == UNDERSTOOD


def test_the_page_lists_what_may_be_used() -> None:
    functions = PAGE[PAGE.index("## Functions") : PAGE.index("Constructs with their own syntax")]
    assert set(re.findall(r"`(\w+)`", functions)) == FUNCTIONS
    assert set(re.findall(r"`(\w+)`", PAGE[PAGE.index("## Types") :])) - {"integer"} == TYPES
