"""Readings from a configured query."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from checks.evaluate import evaluate
from checks.outcome import Cause, CheckError, Outcome
from checks.reading import Measurement, Moment
from checks.result import Result
from checks.sql import Sql
from tests.checks.jobs.conftest import NOBODY, Canary


def check(query: str, **fields: Any) -> Sql:
    return Sql.model_validate(
        {"kind": "sql", "owner": "platform", "query": query, "pass": {"jobs": "> 0"}} | fields
    )


async def measure(
    canary: Canary, query: str, arguments: dict[str, str] | None = None, **fields: Any
) -> Measurement:
    moment = Moment(now=canary.system.now, values=arguments or {})
    window = canary.last(minutes=30) if "window" in fields else None
    return await check(query, **fields).measure(canary.database, moment, window)


def values(measurement: Measurement) -> dict[str, Any]:
    return {reading.name: (reading.value, reading.unit, reading.n) for reading in measurement.readings}


async def test_each_column_of_one_row_is_a_reading(canary: Canary) -> None:
    await canary.system.advance(minutes=40)
    query = """
        SELECT count(*) AS jobs, count(*) AS n, 12.5 AS age, bool_and("attempts" > 0) AS tried, NULL AS nothing
        FROM "BackgroundJob" WHERE "startedAt" >= {{start}} AND "startedAt" < {{end}} AND "startedAt" < {{now}}
    """
    measured = await measure(canary, query, window="30m", units={"age": "s"})
    window = canary.last(minutes=30)
    rows = await canary.rows("BackgroundJob")
    count = sum(
        row["startedAt"] is not None and window.start <= row["startedAt"] < window.end for row in rows
    )
    assert count > 0
    assert values(measured) == {
        "jobs": (count, "", count),
        "age": (12.5, "s", count),
        "tried": (True, "", count),
        "nothing": (None, "", count),
    }


async def test_rows_of_name_and_value_are_readings(canary: Canary) -> None:
    query = (
        "SELECT * FROM (VALUES ('p95', 3.5, 's', 12), ('state', 4, '', NULL)) AS found (name, value, unit, n)"
    )
    assert values(await measure(canary, query)) == {"p95": (3.5, "s", 12), "state": (4, "", None)}


async def test_arguments_of_the_run_are_bound(canary: Canary) -> None:
    hostile = '1.42.0\'; DROP TABLE "BackgroundJob"; --'
    measured = await measure(canary, "SELECT {{version}}::text AS version", {"version": hostile})
    assert values(measured) == {"version": (hostile, "", None)}


async def test_a_percent_sign_needs_no_escaping(canary: Canary) -> None:
    query = "SELECT 7 % 4 AS rest, 'abc' LIKE '%b%' AS found, {{run}}::text AS run"
    measured = await measure(canary, query, {"run": "12"})
    assert values(measured) == {"rest": (3, "", None), "found": (True, "", None), "run": (12, "", None)}


async def test_a_query_that_finds_nothing_is_unknown(canary: Canary) -> None:
    asked = check('SELECT count(*) AS jobs FROM "BackgroundJob" HAVING count(*) > 0')
    result = await evaluate(asked, canary.database, Moment(now=canary.system.now), NOBODY)
    assert result.outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("expression", "limit", "outcome"),
    [
        ("20260115093000124::bigint", "== 20260115093000123", Outcome.FAIL),
        ("20260115093000124::bigint", "== 20260115093000124", Outcome.PASS),
        ("9007199254740993::numeric", "<= 9007199254740992", Outcome.FAIL),
        ("0.1::numeric + 0.2", "== 0.3", Outcome.PASS),
        ("0.30000000000000000001::numeric", "== 0.3", Outcome.FAIL),
        ("1::numeric / 3", "< 0.34", Outcome.PASS),
        ("0.1::float8", "== 0.1", Outcome.PASS),
        ("10::numeric ^ 5000", "< 10", Outcome.FAIL),
        ("10::numeric ^ 5000", "> 10", Outcome.PASS),
        ("'9.6e-06'::text", "< 0.001", Outcome.PASS),
        ("'+12'::text", "== 12", Outcome.PASS),
        ("'20260115093000124'::text", "== 20260115093000123", Outcome.FAIL),
        ("'1.10'::text", '== "1.10"', Outcome.PASS),
        ("'1.1'::text", '== "1.10"', Outcome.FAIL),
        ("'1,234'::text", "< 2000", Outcome.ERROR),
        ("'99.5%'::text", "> 99", Outcome.ERROR),
        ("'true'::text", "== true", Outcome.PASS),
        ("interval '5 seconds'", "< 6s", Outcome.PASS),
        ("interval '1 day 2 hours'", "< 1d", Outcome.FAIL),
        ("-interval '0.5 seconds'", "== -0.5s", Outcome.PASS),
        ("interval '5 seconds'", "< 6", Outcome.ERROR),
        ("NULL::numeric", "!= 3", Outcome.UNKNOWN),
        ("'NaN'::numeric", "!= 3", Outcome.UNKNOWN),
        ("'infinity'::float8", "> 3", Outcome.UNKNOWN),
    ],
)
async def test_a_value_is_compared_with_its_limit_exactly(
    canary: Canary, expression: str, limit: str, outcome: Outcome
) -> None:
    asked = check(f"SELECT {expression} AS found", **{"pass": {"found": limit}})
    result = await evaluate(asked, canary.database, Moment(now=canary.system.now), NOBODY)
    assert result.outcome is outcome, result.reason
    assert Result.model_validate_json(result.model_dump_json()) == result


@pytest.mark.parametrize("found", ["1,234", "99.5%"])
async def test_text_in_place_of_a_number_is_quoted(canary: Canary, found: str) -> None:
    asked = check(f"SELECT '{found}' AS found", **{"pass": {"found": "< 2000"}})
    result = await evaluate(asked, canary.database, Moment(now=canary.system.now), NOBODY)
    assert f"'< 2000' needs a number, not the words '{found}'" in result.reason


async def test_units_are_converted_to_those_of_readings(canary: Canary) -> None:
    query = "SELECT 250 AS lag, 2 AS rate, 1.5 AS size, interval '1 minute' AS wait, NULL AS gone"
    units = {"lag": "ms", "rate": "/s", "size": "KiB", "wait": "s", "gone": "s"}
    assert values(await measure(canary, query, units=units)) == {
        "lag": (0.25, "s", None),
        "rate": (120, "/min", None),
        "size": (1536, "B", None),
        "wait": (60, "s", None),
        "gone": (None, "s", None),
    }


async def test_nan_and_infinity_count_as_nothing_measured(canary: Canary) -> None:
    measured = await measure(canary, "SELECT 'NaN'::float8 AS mean, '-Infinity'::float8 AS least")
    assert values(measured) == {"mean": (None, "", None), "least": (None, "", None)}


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELECT 1 AS jobs UNION ALL SELECT 2", "returned 2 rows"),
        ("SELECT * FROM (VALUES ('p95', 1), ('p95', 2)) AS found (name, value)", "p95 twice"),
        ("SELECT ARRAY[1, 2] AS jobs", "neither a number nor text"),
        ("SELECT 1 AS jobs, 'many' AS n", "the column n is “many”, expected a whole number"),
        ("SELECT 1 AS jobs, 12.5 AS n", "the column n is 12.5, expected a whole number"),
        ("SELECT 1 AS jobs, -1 AS n", "the column n is -1, expected a whole number"),
        ("SELECT * FROM (VALUES ('p95', 1, 'sec')) AS found (name, value, unit)", "the unit of p95 is 'sec'"),
        ("SELECT {{version}} AS version", "needs {{version}}, which this run was not given"),
    ],
)
async def test_an_answer_that_contains_no_readings_is_an_error(
    canary: Canary, query: str, words: str
) -> None:
    with pytest.raises(CheckError) as caught:
        await measure(canary, query)
    assert caught.value.cause is Cause.CONFIGURATION
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELECT {{start}} AS start", "expected a window as well"),
        ("SELECT {{Version}} AS version", "lower-case letters"),
        ("SELECT count(*) AS jobs FROM x WHERE version = '{{version}}'", "outside quotes"),
        ("SELECT E'\\'{{version}}' AS jobs", "outside quotes"),
        ('SELECT 1 AS "{{version}}"', "outside quotes"),
        ("SELECT $a$ {{version}} $a$ AS jobs", "outside quotes"),
        ("SELECT 1 AS jobs -- {{version}}", "outside quotes and comments"),
        ("SELECT 1 /* {{version}} */ AS jobs", "outside quotes and comments"),
        ("", "at least 1 character"),
    ],
)
def test_a_query_that_cannot_be_bound_is_refused_at_load(query: str, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        check(query)


@pytest.mark.parametrize(
    ("query", "fields", "said"),
    [
        (
            "SELECT count(*) AS n FROM x",
            {"pass": {"n": "== 0"}},
            "a column n is the sample size of the others",
        ),
        (
            "SELECT 1 AS errorCount",
            {"pass": {"errorCount": "== 0"}},
            'expected AS "errorCount", in double quotes',
        ),
        ("SELECT 1 AS Total, 2 AS jobs", {"units": {"Total": "s"}}, 'expected AS "Total", in double quotes'),
        (
            "SELECT 1 AS jobs",
            {"units": {"lag": "s"}},
            "units has 'lag', which neither the query nor a limit names",
        ),
        ("SELECT 1 AS jobs", {"units": {"job": "s"}}, "did you mean 'jobs'?"),
        ("SELECT 1 AS jobs", {"units": {"jobs": "sec"}}, "not 'sec'"),
        (
            "SELECT 1 AS jobs",
            {"units": {"jobs": "s"}},
            "limit '> 0' is in no unit, but jobs is in s by units",
        ),
        (
            "SELECT 1 AS jobs",
            {"units": {"jobs": "ms"}, "pass": {"jobs": "< 5%"}},
            "is in %, but jobs is in ms",
        ),
    ],
)
def test_unknown_names_are_refused_at_load(query: str, fields: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError) as caught:
        check(query, **fields)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ('SELECT 1 AS "errorCount"', {"pass": {"errorCount": "== 1"}}),
        ("SELECT 'errorCount' AS name, 1 AS value", {"pass": {"errorCount": "== 1"}}),
        ("SELECT 1 AS jobs, interval '1 s' AS lag", {"units": {"lag": "s"}}),
        ("SELECT 1 AS jobs", {"units": {"jobs": "ms"}, "pass": {"jobs": "< 5s"}}),
    ],
)
def test_known_names_are_accepted(query: str, fields: dict[str, Any]) -> None:
    assert check(query, **fields).query == query


async def test_a_case_folded_name_is_reported_as_postgresql_returned_it(canary: Canary) -> None:
    with pytest.raises(CheckError, match="the query returned errorcount, not errorCount"):
        await measure(
            canary, 'SELECT * FROM (SELECT 1 AS "errorcount") AS x', **{"pass": {"errorCount": "== 0"}}
        )
