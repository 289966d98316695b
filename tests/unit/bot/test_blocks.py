"""Slack accepts every message, with the newest blocks and with the fallbacks for those that it does not know."""

from __future__ import annotations

import json
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.slack.blocks import (
    LONGEST_ALERT,
    Block,
    actions,
    alert,
    ask,
    button,
    card,
    choice_input,
    confirmation,
    container,
    context,
    data_chart,
    data_table,
    every_block,
    fitted,
    header,
    section,
    table,
    text_input,
)
from bot.slack.fallback import NEGOTIABLE, NEWEST, fall_back
from bot.slack.messages.posting import Posting
from sandbox.slack.blocks import problems_in

_numbers = count()
words = st.text(max_size=30) | st.integers(1, 4000).map("x".__mul__) | st.just("& <>" * 200)
texts = words.filter(lambda text: bool(text.strip()))
rows = st.lists(st.lists(words, min_size=1, max_size=6), min_size=1, max_size=150)
points = st.lists(st.tuples(words, st.floats()), max_size=30)


def buttons(text: str) -> Block:
    number = next(_numbers)
    sure = confirmation(text or "Sure?", text or "Really?", confirm="Yes" * 20)
    return actions([button("Go", action=f"go{number}", value="1", label=text, confirm=sure)])


def chart(series: dict[str, Any]) -> Block:
    try:
        return data_chart("A chart" * 10, series, x_label="UTC", y_label="")
    except ValueError:  # no point can be drawn
        return context("no chart")


plain_blocks = st.one_of(texts.map(section), texts.map(context), rows.map(table), words.map(buttons))
newest_blocks = st.one_of(
    st.builds(data_table, words, rows),
    st.dictionaries(words, points, min_size=1, max_size=8).map(chart),
    st.builds(card, texts, words),
)
blocks = st.lists(
    st.one_of(
        plain_blocks,
        newest_blocks,
        st.builds(container, texts, st.lists(plain_blocks | newest_blocks, max_size=12)),
    ),
    min_size=1,
    max_size=12,
)
unknown_sets = st.frozensets(st.sampled_from(sorted(NEGOTIABLE)))


def pressed(shown: list[Block]) -> set[str]:
    found = [block for block in every_block(shown) if block["type"] == "actions"]
    return {element["action_id"] for block in found for element in block["elements"]}


@settings(deadline=None, max_examples=150)
@given(blocks, unknown_sets, st.integers(1, 3))
def test_every_message_is_valid_with_newer_and_with_older_blocks(
    given_blocks: list[Block], unknown: frozenset[str], tail: int
) -> None:
    posting = Posting.of("x", given_blocks, tail=tail)
    assert problems_in(list(posting.blocks), "message") == []
    older = posting.without(unknown)
    assert problems_in(list(older.blocks), "message", unknown=unknown) == []
    top_level = {e["action_id"] for b in posting.blocks if b["type"] == "actions" for e in b["elements"]}
    assert top_level <= pressed(list(older.blocks))


def test_buttons_are_kept_however_long_the_message_is_and_wherever_they_are() -> None:
    long = [buttons("first"), *[section("x" * 3000)] * 60, buttons("last"), section("the end")]
    shown = fitted(long)
    assert [block["type"] for block in shown if block["type"] == "actions"] == ["actions"] * 2
    assert shown[-1] == section("the end")
    assert problems_in(shown, "message") == []


def test_a_second_plain_table_becomes_lines_and_loses_nothing() -> None:
    two = [data_table("One", [["check"], ["first"]]), data_table("Two", [["check"], ["second"]])]
    assert fitted(two) == two
    shown = fitted(fall_back(two, NEWEST))
    assert [block["type"] for block in shown] == ["table", "section"]
    assert "second" in str(shown[1])


def test_what_does_not_fit_into_a_container_follows_its_title() -> None:
    several = [section(f"part {at}") for at in range(9)]
    inside = container("13 passed", [*several, data_table("Rows", [["a" * 400]] * 30)])
    assert [block["type"] for block in inside["child_blocks"]] == ["section"] * 9 + ["table"]
    older = fall_back([inside], {"table"})
    assert {block["type"] for block in older} == {"section"}
    assert "part 8" in str(older)


@pytest.mark.parametrize(("length", "kind"), [(LONGEST_ALERT, "alert"), (LONGEST_ALERT + 1, "section")])
def test_an_alert_is_never_cut(length: int, kind: str) -> None:
    block = alert("x" * length)
    assert block["type"] == kind
    assert problems_in([block], "modal") == []


def test_a_chart_omits_points_that_cannot_be_drawn() -> None:
    series = {"p95": [("1:00", 1.0), ("1:00", 2.0), ("1:10", float("nan")), ("1:20", 4.0)]}
    built = data_chart("Queue age", series, x_label="UTC", y_label="s")
    assert built["chart"]["axis_config"]["categories"] == ["1:00", "1:20"]
    with pytest.raises(ValueError, match="a point"):
        data_chart("Queue age", {"p95": []}, x_label="UTC", y_label="s")


@pytest.mark.parametrize("text", ["", " ", "\u200b", "\u202e\u2066", "\n\u3000", "\x00"])
def test_invisible_text_does_not_make_a_message_invalid(text: str) -> None:
    shown = [
        header(text),
        section(text),
        context(text),
        data_table(text, [[text, "b"], [text, text]]),
        container(text, [section(text)]),
        actions([button(text, action="a", value="1", label=text)]),
    ]
    assert problems_in(shown, "message") == []
    assert not [block for block in shown if '"text": ""' in json.dumps(block)]
    form = [
        ask("a", text, text_input(placeholder=text), hint=text or "\u200b"),
        ask("b", "b", choice_input({"x": text, "y": text})),
    ]
    assert problems_in(form, "modal") == []
