"""Readings from a query of one's own."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from checks.evaluate import evaluate
from checks.outcome import Cause, CheckError, Outcome
from checks.reading import Measurement, Moment
from checks.sql import Sql
from tests.checks.jobs.conftest import NOBODY, Canary


def check(query: str, **fields: Any) -> Sql:
    return Sql.model_validate(
        {"kind": "sql", "owner": "platform", "query": query, "pass": {"jobs": "> 0"}} | fields
    )


async def measure(
    canary: Canary, query: str, arguments: dict[str, str] | None = None, **fields: Any
) -> Measurement:
    moment = Moment(now=canary.system.now, arguments=arguments or {})
    window = canary.last(minutes=30) if "window" in fields else None
    return await check(query, **fields).measure(canary.database, moment, window)


def values(measurement: Measurement) -> dict[str, Any]:
    return {reading.name: (reading.value, reading.unit, reading.n) for reading in measurement.readings}


async def test_each_column_of_one_row_is_a_reading(canary: Canary) -> None:
    await canary.system.advance(minutes=40)
    query = """
        SELECT count(*) AS jobs, count(*) AS n, 12.5 AS age, bool_and("attempts" > 0) AS tried, NULL AS nothing
        FROM "BackgroundJob" WHERE "startedAt" >= %(start)s AND "startedAt" < %(end)s AND "startedAt" < %(now)s
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
    measured = await measure(canary, "SELECT %(arguments.version)s::text AS version", {"version": hostile})
    assert values(measured) == {"version": (hostile, "", None)}


async def test_a_query_that_finds_nothing_is_unknown(canary: Canary) -> None:
    asked = check('SELECT count(*) AS jobs FROM "BackgroundJob" HAVING count(*) > 0')
    result = await evaluate(asked, canary.database, Moment(now=canary.system.now), NOBODY)
    assert result.outcome is Outcome.UNKNOWN


async def test_no_number_is_nothing_measured(canary: Canary) -> None:
    measured = await measure(canary, "SELECT 'NaN'::float8 AS mean, '-Infinity'::float8 AS least")
    assert values(measured) == {"mean": (None, "", None), "least": (None, "", None)}


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELECT 1 AS jobs UNION ALL SELECT 2", "returned 2 rows"),
        ("SELECT * FROM (VALUES ('p95', 1), ('p95', 2)) AS found (name, value)", "p95 twice"),
        ("SELECT ARRAY[1, 2] AS jobs", "neither a number nor text"),
        ("SELECT 1 AS jobs, 'many' AS n", "expected a whole number"),
        ("SELECT %(arguments.version)s AS version", "needs the argument version"),
    ],
)
async def test_an_answer_that_is_no_readings_is_an_error(canary: Canary, query: str, words: str) -> None:
    with pytest.raises(CheckError) as caught:
        await measure(canary, query)
    assert caught.value.cause is Cause.CONFIGURATION
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELECT %(start)s AS start", "expected a window as well"),
        ("SELECT %(version)s AS version", "arguments.<name>"),
        ("", "at least 1 character"),
    ],
)
def test_a_query_that_cannot_be_bound_is_refused_at_load(query: str, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        check(query)
