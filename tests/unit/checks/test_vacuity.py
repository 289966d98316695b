"""An expectation that is true only because nothing was measured does not pass, and says how to allow that."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.cel import compiled
from checks.expect import Expectation
from checks.responses import Seen, why_not
from checks.vacuity import Guarded, Vacuity

PROMETHEUS = {"status": "success", "data": {"resultType": "vector", "result": []}}
FACTS = {
    "none": [],
    "map": {},
    "some": [1, 2],
    "state": None,
    "text": "down",
    "blank": "",
    "nan": "NaN",
    "inf": "+Inf",
    "huge": 1e999,  # JSON allows it
    "nulls": [{"state": None}],
    "objects": [{"ok": True, "n": 1}],
}


def seen(body: Any) -> Seen:
    return Seen.of([{"status": 200, "headers": {"x-state": "ok"}, "body": body, "ms": 1.5}])


def vacuity(text: str, body: Any) -> Vacuity | None:
    """The vacuity of an expectation that lint accepts and that holds."""
    world = seen(body)
    assert why_not(Expectation.parse(text).text, world) == ""
    return world.vacuity(text)


VACUOUS = [
    ("last.body.none.all(x, x > 1)", "last.body.none is empty"),
    ("last.body.map.all(x, x != 'a')", "last.body.map is empty"),
    ("!last.body.none.exists(x, x > 1)", "last.body.none is empty"),
    ("!last.body.none.exists_one(x, x > 1)", "last.body.none is empty"),
    ("size(last.body.none.filter(x, x > 1)) == 0", "last.body.none is empty"),
    ("last.body.none.map(x, x + 1) == []", "last.body.none is empty"),
    ("last.status == 200 && last.body['none'].all(x, x > 1)", "last.body['none'] is empty"),
    ("(last.body.none).all(x, x > 1)", "(last.body.none) is empty"),
    ("false ? false : last.body.none.all(x, x > 1)", "last.body.none is empty"),
    ("!(3 in last.body.none)", "last.body.none is empty"),
    ("!('error' in last.body.map)", "last.body.map is empty"),
    ('last.body.state != "down"', "last.body.state is null"),
    ('!(last.body.state == "down")', "last.body.state is null"),
    ("!(last.body.state in ['down', 'failed'])", "last.body.state is null"),
    ("last.body.state == first.body.state", "last.body.state is null"),
    ('last.body.state != ""', "last.body.state is null"),
    ('last.body.state != "null"', "last.body.state is null"),
    ("last.body.nulls.all(one, one.state != 'down')", "one.state is null"),
    ("double(last.body.inf) > 5.0", "double(last.body.inf) is infinite"),
    ("double(last.body.nan) != 5.0", "double(last.body.nan) is not a number"),
    ("1.0 / double(last.body.inf) < 0.5", "double(last.body.inf) is infinite"),
    ("last.body.huge > 5.0", "last.body.huge is infinite"),
    ("1.0 / 0.0 > 5.0", "1.0 / 0.0 is infinite"),
    ('double("inf") > 5.0', 'double("inf") is infinite'),
    ('last.ms < double("inf")', 'double("inf") is infinite'),
    ('last.body.nan != "0"', 'last.body.nan is "NaN"'),
    ('!(last.body.inf in ["0", "1"])', 'last.body.inf is "+Inf"'),
]


@pytest.mark.parametrize(("text", "said"), VACUOUS)
def test_a_vacuous_expectation_says_what_was_empty(text: str, said: str) -> None:
    assert str(vacuity(text, FACTS)) == f"{text} is true although nothing was measured: {said}"


NO_BODY = [
    '!last.body.contains("error")',
    '!last.body.matches("err.*")',
    '!last["body"].startsWith("error")',
    '!responses[0].body.endsWith("error")',
    '!string(last.body).contains("error")',
    '!responses.exists(r, r.body.contains("error"))',
    'last.body != "down"',
    "last.body == first.body",
    '!(last.body in ["down", "failed"])',
]


@pytest.mark.parametrize("text", NO_BODY)
@pytest.mark.parametrize(("body", "was"), [("", "empty"), (" \r\n", "blank")])
def test_a_negation_about_an_empty_body_is_vacuous(text: str, body: str, was: str) -> None:
    assert str(vacuity(text, body)).endswith(f" is {was}")


@pytest.mark.parametrize("text", [text for text, _ in VACUOUS[:22]])
def test_the_suggested_condition_resolves_the_vacuity(text: str) -> None:
    found = vacuity(text, FACTS)
    assert found
    if found.if_fine and "one." not in found.if_fine:  # `one` is known only within the quantifier
        assert vacuity(f"{found.if_fine} || ({text})", FACTS) is None
        assert vacuity(f"({text}) || {found.if_fine}", FACTS) is None


@pytest.mark.parametrize("text", NO_BODY[:5])
@pytest.mark.parametrize("body", ["", "\n", "\N{NO-BREAK SPACE}"])
def test_the_suggested_condition_for_an_empty_body_does_too(text: str, body: str) -> None:
    found = vacuity(text, body)
    assert found
    assert vacuity(f"{found.if_fine} || {text}", body) is None


@pytest.mark.parametrize(
    "text",
    [
        "size(last.body.none) == 0",
        "size(last.body.none) <= 5",
        "last.body.none.size() == 0",
        "last.body.none == []",
        "last.body.map == {}",
        "last.body.state == null",
        "null == last.body.state",
        "last.body.state in [null, 'up']",
        "last.body.text != null",
        'last.body.blank == ""',
        'last.body.blank != "down"',
        "!last.body.blank.contains('error')",  # the field exists, and reports no error
        'last.body.nan == "NaN"',
        "last.body.some.all(x, x > 0)",
        "!last.body.some.exists(x, x > 5)",
        "!(5 in last.body.some)",
        "size(last.body.some.filter(x, x > 5)) == 0",
        "last.body.objects.all(one, one.ok && one.n < 5)",
        "responses.all(r, r.status in [200, 204])",
        'responses.all(r, r.body.text != "(up.all(x, x"  )',
        "last.status == 200 || last.body.none.all(x, x > 1)",
        "size(last.body.none) == 0 ? true : last.body.none.all(x, x > 1)",
        "has(last.body.text) && !has(last.body.error)",
        'last.headers["x-state"] != "bad"',
        "-last.body.some[0] < 0",
        'double("3") > 1.0',
        "last.body.text in ['down'] == true",
        "true // last.body.none.all(x, x)",
    ],
)
def test_a_measured_or_deliberately_empty_value_passes(text: str) -> None:
    assert vacuity(text, FACTS) is None


def test_the_size_of_an_empty_body_is_measured() -> None:
    for text in ("size(last.body) == 0", "last.body.size() < 9", 'last.body == ""', "'' == last.body"):
        assert vacuity(text, "") is None


def test_a_query_without_series_is_vacuous() -> None:
    text = "last.body.data.result.all(s, double(s.value[1]) < 0.05)"
    found = vacuity(text, PROMETHEUS)
    assert found
    assert found.hint == "Where that is fine, write size(last.body.data.result) == 0 || …"


def test_nested_brackets_do_not_blow_up_a_condition() -> None:
    text = "1 in [" * 20 + "1" + "]" * 20
    assert len(Guarded(text).text) < 20 * len(text)


VALUES = [
    "last.status",
    "last.body",
    "responses[0].body",
    "last.body.some",
    '"a (b"',
    "r'\\'",
    "1.5e3",
    "-2",
    "null",
]


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    relations = st.sampled_from(["==", "!=", "<", ">=", " in ", "&&", "||", "+", "-", "/"])
    return st.one_of(
        st.tuples(inner, relations, inner).map("".join),
        st.tuples(inner, inner, inner).map(lambda parts: "({} ? {} : {})".format(*parts)),
        inner.map(lambda one: f"!({one})"),
        inner.map(lambda one: f"size({one})"),
        inner.map(lambda one: f"double({one})"),
        inner.map(lambda one: f"[{one}, 1]"),
        inner.map(lambda one: f"[{one}].all(x, x != {one})"),
        inner.map(lambda one: f"({one}).contains('a')"),
    )


@given(st.recursive(st.sampled_from(VALUES), _grown, max_leaves=12))
def test_any_cel_stays_valid_with_guards(text: str) -> None:
    compiled(text)
    compiled(Guarded(text).text)
