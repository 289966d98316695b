"""Measurements as sentences: no value appears on the other side of its limit, and no reading's name is left
unexplained.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from checks.base import Check
from checks.judge import judge
from checks.kinds import KINDS
from checks.limits import Limit
from checks.outcome import Cause, Outcome
from checks.reading import Measurement, Reading
from checks.result import Judged, Result
from checks.units import parse_quantity
from checks.wording import Wording, Words, amount, excerpt, limits_in, sentence, value_in_limits_unit
from tests.checks.test_contract import EXAMPLES

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Own(Check):
    """A kind from another package that declares no wording."""


def check(kind: str, **fields: Any) -> Check:
    given = {"kind": kind, "owner": "platform", **EXAMPLES.get(kind, {}), **fields}
    return KINDS[kind].model_validate(given)


def found(of: Check, *readings: Reading, **more: Any) -> str:
    """The sentence about these readings, judged by the check's own limits."""
    measurement = Measurement(readings=readings)
    judgement = judge(measurement, of.passing(), of.warn, at_least=of.at_least)
    fields: dict[str, Any] = {
        "outcome": judgement.outcome,
        "reason": judgement.reason,
        "cause": judgement.cause,
        "judged": judgement.judged,
        "measurements": (measurement,),
    } | more
    return sentence(of, of.title, Result(started_at=NOW, seconds=1, **fields))


def sql(reading: str, limit: Any, *, title: str = "", warn: str = "", **fields: Any) -> Check:
    warning = {"warn": {reading: warn}} if warn else {}
    return check(
        "sql", **{"query": "SELECT 1", "title": title, "pass": {reading: limit}, **warning, **fields}
    )


# ---------------------------------------------------------------- the wording of each kind


@pytest.mark.parametrize(
    ("of", "readings", "said"),
    [
        (
            check("jobs.duplicates", **{"pass": {"signals": "== 0"}}),
            [Reading(name="signals", value=2, n=5379), Reading(name="repeated", value=0, n=10)],
            "2 duplicates reported by jobs and runs, must be 0 (5,379 checked)",
        ),
        (
            check("jobs.queue_age", **{"pass": {"p95": "< 90s"}, "warn": {"p95": "< 300s"}}),
            [Reading(name="p95", value=182.4, unit="s", n=31)],
            "p95 182 s, should be under 90 s (31 jobs)",
        ),
        (
            check("jobs.queue_age", **{"pass": {"p95": "< 90s"}, "warn": {"p95": "< 300s"}}),
            [Reading(name="p95", value=400, unit="s", n=1)],
            "p95 400 s, should be under 90 s, must be under 300 s (1 job)",
        ),
        (
            check("jobs.coverage", **{"pass": {"covered": "== total"}}),
            [Reading(name="covered", value=61), Reading(name="total", value=62)],
            "61 of 62 rows covered, must be all",
        ),
        (
            check("jobs.stale_runs"),
            [Reading(name="stale", value=1)],
            "1 run still going after 15m, must be 0",
        ),
        (
            check("http.probe"),
            [
                Reading(name="status", value=500),
                Reading(name="expectations_met", value=3, note="last.body.ok: last.body.ok was false"),
                Reading(name="expectations_total", value=4),
            ],
            "3 of 4 answers as expected, must be all; not as expected: last.body.ok: last.body.ok was false",
        ),
        (
            check(
                "http.probe", request={"path": "/", "repeat": 2}, expect=[], **{"pass": {"status": "== 200"}}
            ),
            [Reading(name="status", value=503)],
            "status 503, must be 200",
        ),
        (check("gate"), [Reading(name="exit_code", value=1)], "exit code 1, must be 0"),
        (
            check("gate", success="^OK$"),
            [Reading(name="exit_code", value=0), Reading(name="success", value=False)],
            "success message not found, must be found",
        ),
        (
            check("scenario"),
            [
                Reading(name="scenarios", value=4),
                Reading(name="as_expected", value=3, note='burst, decision 2: reasonCode is "hold"'),
            ],
            '3 of 4 scenarios as expected, must be all; burst, decision 2: reasonCode is "hold"',
        ),
        (
            check("control.autoscale", signals="", decisions="SELECT {{start}}"),
            [
                Reading(name="decisions", value=120),
                Reading(name="decisions_as_expected", value=119, n=120, note="11:55 UTC: ramp_step"),
                Reading(name="out_of_bounds", value=0),
                Reading(name="unexplained", value=0),
            ],
            "119 of 120 decisions as expected, must be all; 11:55 UTC: ramp_step",
        ),
        (
            check("prometheus.alerts"),
            [Reading(name="firing", value=1, note="CartDown{} firing")],
            "1 alert firing, must be 0; CartDown{} firing",
        ),
        (
            check("prometheus.query", **{"pass": {"errors": "<= 0.5%"}}, title="Errors"),
            [Reading(name="errors", value=0.8, unit="%", n=1200)],
            "0.8%, must be at most 0.5% (1,200 samples)",
        ),
    ],
)
def test_each_kind_words_its_readings(of: Check, readings: list[Reading], said: str) -> None:
    assert found(of, *readings) == said


def test_every_built_in_kind_words_all_readings_that_the_configuration_does_not_name() -> None:
    for kind in EXAMPLES:
        if kind not in {"sql", "prometheus.query"}:
            of = check(kind)
            assert set(of.wording()) == set(of.readings() or {}), kind


def test_a_reading_without_wording_goes_by_its_name_unless_the_title_says_it() -> None:
    assert found(sql("error_rate", "<= 0.5"), Reading(name="error_rate", value=2)) == (
        "error rate 2, must be at most 0.5"
    )
    of = sql("error_rate", "<= 0.5%", title="Error rate")
    assert found(of, Reading(name="error_rate", value=0.8, unit="%")) == "0.8%, must be at most 0.5%"


# ---------------------------------------------------------------- limits


@pytest.mark.parametrize(
    ("limit", "value", "said"),
    [
        ("> 5", 3, "x 3, must be more than 5"),
        ([">= 200", "< 300"], 250, "x 250, must be at least 200 and under 300"),
        ("!= 0", 0, "x 0, must not be 0"),
        ("== true", False, "x is false, must be true"),
        ('== "ok"', "bad", "x is “bad”, must be “ok”"),
        ('== "a, b"', "bad", "x is “bad”, must be “a, b”"),
        ("== total", 416, "x 416, must be equal to total (417)"),
        (">= total", 416, "x 416, must be at least total (417)"),
        ("<= 0.000001", 1, "x 1, must be at most 0.000001"),
        ([">= 200", "!= 404"], 404, "x 404, must not be 404"),
        ("< 99999999999999999999", 10**40, f"x 1e40, must be under {10**20 - 1:,}"),
    ],
)
def test_limits_are_put_into_words(limit: Any, value: Any, said: str) -> None:
    assert found(sql("x", limit), Reading(name="x", value=value), Reading(name="total", value=417)) == said


@pytest.mark.parametrize("text", ["", "nonsense", "< ", "<b>", "== <!channel>"])
def test_an_unreadable_limit_is_shown_unchanged(text: str) -> None:
    judged = Judged(reading=Reading(name="x", value=1), outcome=Outcome.FAIL, limit=text)
    said = Words(sql("x", "== 0"), "", [judged]).of(judged)
    assert said.limit == (f"limit {text.strip()}" if text.strip() else "")


@pytest.mark.parametrize(
    ("of", "reading", "said"),
    [
        (
            "jobs.queue_age",
            Reading(name="p95", value=0, unit="s"),
            "p95 0 s, must be under 90 s (nothing waited)",
        ),
        (
            "jobs.queue_age",
            Reading(name="started_max", value=0, unit="s"),
            "longest wait 0 s, must be under 90 s (nothing started)",
        ),
        (
            "jobs.duplicates",
            Reading(name="signals", value=0),
            "0 duplicates reported by jobs and runs, must be under 90 s (nothing to check)",
        ),
        ("jobs.queue_age", Reading(name="p95", value=3, unit="s"), "p95 3 s, must be under 90 s"),
        ("jobs.queue_age", Reading(name="due", value=0), "0 jobs waiting, must be under 90 s"),
    ],
)
def test_a_zero_from_nothing_is_not_told_like_a_zero_from_many(of: str, reading: Reading, said: str) -> None:
    kind = check(of)
    judged = Judged(reading=reading, outcome=Outcome.PASS, limit="< 90s")
    assert str(Words(kind, "", [judged]).of(judged)) == said


@pytest.mark.parametrize(
    ("of", "reading", "limit", "said"),
    [
        (
            check("jobs.queue_age", **{"pass": {"p95": "< 90s"}, "warn": {"p95": "< 300s"}}),
            "p95",
            "< 90s",
            "p95 age should be under 90 s, must be under 300 s",
        ),
        (
            check("jobs.coverage", **{"pass": {"covered": "== total"}}),
            "covered",
            "== total",
            "all rows must be covered",
        ),
        (
            check("jobs.coverage", **{"pass": {"covered": "== total"}, "warn": {"covered": ">= 5"}}),
            "covered",
            "== total",
            "all rows should be covered; number of covered rows must be at least 5",
        ),
        (check("http.probe"), "expectations_met", "== expectations_total", "all answers must be as expected"),
        (check("scenario"), "as_expected", "== scenarios", "all scenarios must be as expected"),
        (check("gate"), "exit_code", "== 0", "exit code must be 0"),
        (sql("x", "== 0"), "x", "nonsense", "x: limit nonsense"),
    ],
)
def test_what_is_required_can_be_said_without_a_measurement(
    of: Check, reading: str, limit: str, said: str
) -> None:
    judged = Judged(reading=Reading(name=reading, value=None), outcome=None, limit=limit)
    assert Words(of, "", []).required(judged) == said


def test_every_reading_that_is_a_part_has_words_for_all_of_it() -> None:
    for kind in EXAMPLES:
        for reading, wording in check(kind).wording().items():
            assert bool(wording.whole) is bool(wording.all_of), (kind, reading)


def test_for_the_record_nothing_is_left_out() -> None:
    of = sql("a", "== 0", **{"pass": dict.fromkeys("abcde", "== 0")})
    measured = Measurement(readings=tuple(Reading(name=name, value=1) for name in "abcde"))
    judgement = judge(measured, of.passing(), of.warn, at_least=0)
    result = Result(
        outcome=judgement.outcome, reason="x" * 999, judged=judgement.judged, started_at=NOW, seconds=1
    )
    assert "and 3 more" in sentence(of, "", result)
    whole = sentence(of, "", result, whole=True)
    assert "more" not in whole
    assert "e 1, must be 0" in whole
    failed = result.model_copy(update={"outcome": Outcome.ERROR, "judged": ()})
    assert "…" in sentence(of, "", failed)
    assert "…" not in sentence(of, "", failed, whole=True)


def test_must_is_said_only_of_limits_that_fail() -> None:
    of = sql("x", "< 10", warn="< 20")
    assert found(of, Reading(name="x", value=3)) == "x 3, should be under 10"
    assert found(of, Reading(name="x", value=13)) == "x 13, should be under 10"
    assert found(of, Reading(name="x", value=23)) == "x 23, should be under 10, must be under 20"


# ---------------------------------------------------------------- values


@pytest.mark.parametrize(
    ("value", "unit", "limits", "said"),
    [
        (0, "s", (), "0 s"),
        (0.25, "s", (), "250 ms"),
        (-0.25, "s", (), "-250 ms"),
        (-3600, "s", (), "-60 min"),
        (182, "s", (), "182 s"),
        (900, "s", (), "15 min"),
        (7300, "s", ["< 2h"], "2.03 h"),
        (7200.0001, "s", ["<= 2h"], "2.00000003 h"),
        (239.9, "s", ["< 180s", "< 240s"], "239.9 s"),
        (86_400, "s", ["> 1d"], "24 h"),
        (1_814_400, "s", (), "21 days"),
        (0.5, "s", ["< 1d"], "500 ms"),
        (1000, "s", ["< 1000s"], "1,000 s"),
        (5_368_709_120, "B", ["< 5GB"], "5.37 GB"),
        (12, "/min", (), "12/min"),
        (99.96, "%", ["< 99.99%"], "99.96%"),
        (99.9999999, "%", [">= 100%"], "99.9999999%"),
        (0, "", ["== 0"], "0"),
        (2**70, "", ["< 5"], f"{2**70:,}"),
        (Decimal("0.1000000000000000055"), "", ["<= 0.1"], "0.1000000000000000055"),
        (Decimal("1e-30"), "s", ["<= 0s"], "1e-27 ms"),
        (True, "", (), "true"),
        (None, "s", ["< 5s"], "nothing"),
        ("NaN", "", (), "“NaN”"),
        ("<!channel> *b*\n• x", "", (), "“<!channel> *b* • x”"),
        ("x" * 80, "", (), f"“{'x' * 59}…”"),
    ],
)
def test_values_are_readable(value: Any, unit: str, limits: list[str], said: str) -> None:
    assert amount(value, unit, [Limit.parse(limit) for limit in limits]) == said


SCALES = {"ms": "0.001", "s": 1, "min": 60, "h": 3600, "day": 86400, "days": 86400}
SCALES |= {"B": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12, "": 1, "%": 1}


@given(
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=4),
    st.integers(-(10**9), 10**9),
    st.sampled_from(["<", "<=", ">", ">=", "==", "!="]),
    st.sampled_from(["s", "B", "%", ""]),
)
def test_no_value_appears_on_the_other_side_of_its_limit(
    value: Decimal, bound: int, compared: str, unit: str
) -> None:
    limit = Limit.parse(f"{compared} {bound}{unit}")
    said = amount(value, unit, [limit])
    number, _, called = said.replace("%", " %").partition(" ")
    shown = Decimal(number.replace(",", "")) * Decimal(SCALES[called])
    assert limit.holds(shown, bound) == limit.holds(value, bound), said


@example(909, "s")
@given(st.integers(-(10**9), 10**9), st.sampled_from(["s", "m", "h", "d", "ms", "B", "MiB", "%", ""]))
def test_a_limit_is_shown_exactly(bound: int, unit: str) -> None:
    text = f"{bound}{unit}"
    parsed = parse_quantity(text)
    assert parsed
    judged = Judged(
        reading=Reading(name="x", value=1, unit=parsed[1]), outcome=Outcome.FAIL, limit=f"< {text}"
    )
    said = Words(sql("x", "== 0"), "", [judged]).of(judged).limit.removeprefix("must be under ")
    number, _, called = said.replace("%", " %").partition(" ")
    assert Decimal(number.replace(",", "")) * Decimal(SCALES[called]) == Decimal(str(parsed[0]))


# ---------------------------------------------------------------- what was not measured


def test_an_error_says_what_could_not_be_measured() -> None:
    said = found(
        sql("x", "== 0"), outcome=Outcome.ERROR, judged=(), reason="the database did not answer within 5s"
    )
    assert said == "could not be measured: the database did not answer within 5s"
    slow = "not finished within its limit of 1s; last seen: x is 2, limit == 0"
    said = found(sql("x", "== 0"), outcome=Outcome.ERROR, judged=(), reason=slow)
    assert said == "could not be measured: not finished within its limit of 1s"
    crashed = "could not be measured: KeyError inside the check kind x"
    assert found(sql("x", "== 0"), outcome=Outcome.ERROR, judged=(), reason=crashed) == crashed


def test_too_little_data_says_how_little() -> None:
    of = check("jobs.queue_age", at_least=10)
    assert found(of, Reading(name="p95", value=4, unit="s", n=3)) == (
        "too little data for the p95 age: 3 jobs, at least 10 needed"
    )
    assert found(of, Reading(name="p95", value=None, unit="s")) == "no data for the p95 age"
    assert found(sql("x", "== 0")) == "no data for x"


def test_a_value_that_cannot_be_compared_is_named_in_words() -> None:
    said = found(check("jobs.duplicates"), Reading(name="signals", value="two"))
    assert said.startswith("duplicate sends cannot be compared with its limit")


# ---------------------------------------------------------------- a check with several readings or measurements


def test_a_reading_without_a_limit_is_not_mentioned() -> None:
    assert "due" not in found(
        check("jobs.queue_age"), Reading(name="p95", value=1, unit="s"), Reading(name="due", value=3)
    )


def test_two_readings_are_named_and_the_others_counted() -> None:
    of = check("sql", query="SELECT 1", **{"pass": dict.fromkeys("abc", "== 0")})
    said = found(of, *(Reading(name=name, value=1) for name in "abc"))
    assert said == "a 1, must be 0; b 1, must be 0; and 1 more out of limits"


def test_the_sentence_says_in_how_many_measurements() -> None:
    of = sql("x", "< 10", sample={"count": 3, "fail_at": 2, "every": "1s"})
    measurements = tuple(Measurement(readings=(Reading(name="x", value=value),)) for value in (1, 20, 30))
    said = found(of, Reading(name="x", value=30), measurements=measurements, cause=Cause.FLAKY)
    assert said == "x 30, must be under 10, in 2 of 3 measurements"


def test_a_kind_without_wording_is_never_misleading() -> None:
    of = Own.model_validate({"kind": "own", "owner": "platform", "pass": {"free_space": ">= 5GB"}})
    assert of.wording() == {}
    assert found(of, Reading(name="free_space", value=1_000_000_000, unit="B")) == (
        "free space 1 GB, must be at least 5 GB"
    )


@given(st.text(max_size=200), st.text(max_size=80))
def test_any_value_fits_on_one_line(value: str, note: str) -> None:
    said = found(sql("x", '== "ok"'), Reading(name="x", value=value, note=note))
    assert len(said.splitlines()) <= 1
    assert len(said) < 400


def test_inserted_values_are_not_expanded_again() -> None:
    class Quoting(Own):
        def wording(self) -> dict[str, Wording]:
            return {"x": Wording("{value} and {y}")}

    of = Quoting.model_validate({"kind": "own", "owner": "platform", "pass": {"x": '== "ok"'}})
    said = found(of, Reading(name="x", value="{y} {s}"), Reading(name="y", value="{value}"))
    assert said == "“{y} {s}” and “{value}”, must be “ok”"


def test_the_relevant_lines_of_output_are_chosen() -> None:
    of = check("gate")
    lines = [f"line {at}" for at in range(20)]
    assert of.telling(["failed: test_a: no", "failed: test_b", *lines]) == (
        "failed: test_a: no",
        "failed: test_b",
    )
    assert (
        of.telling([*lines, "FAIL: test_sum", "Traceback", "AssertionError: 1 != 2"])[0] == "FAIL: test_sum"
    )
    assert of.telling(lines) == tuple(lines[-8:])
    assert excerpt(lines) == tuple(lines[:8])
    assert excerpt([]) == ()


@pytest.mark.parametrize(
    ("value", "unit", "limit", "said"),
    [
        (0.6, "s", "< 500ms", "600 ms"),
        (182, "s", "< 3min", "3.03 min"),
        (182, "s", "< 180s", "182 s"),
        (0.5000001, "s", "<= 500ms", "500.0001 ms"),
        (600 * 2**20, "B", "< 512MiB", "600 MiB"),
        (None, "s", "< 5ms", "nothing"),
        (3, "", "< total", "3"),
    ],
)
def test_a_table_shows_a_value_in_the_unit_of_its_limit(value: Any, unit: str, limit: str, said: str) -> None:
    reading = Reading(name="x", value=value, unit=unit)
    assert value_in_limits_unit(Judged(reading=reading, outcome=None, limit=limit)) == said


def test_limits_are_parsed_as_results_write_them() -> None:
    assert [limit.text for limit in limits_in('>= 200, < 300, == "a, b"')] == [">= 200", "< 300", '== "a, b"']
