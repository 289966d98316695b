"""Every limit on blocks: accepted at the limit, and refused beyond it with Slack's error name and location."""

from __future__ import annotations

import pytest

from sandbox.slack.blocks import completed, problems_in
from tests.sandbox.slack.kit import actions, ask_for, button, mrkdwn, plain, section


def context(count):
    return {"type": "context", "elements": [mrkdwn("x")] * count}


def header(length):
    return {"type": "header", "text": plain("x" * length)}


def fields(count, length=1):
    return {"type": "section", "fields": [mrkdwn("x" * length)] * count}


def confirming(**parts):
    return actions(button("Go", confirm={"title": plain("Sure?"), "text": plain("Really"), **parts}))


def options(count, length=1):
    return [{"text": plain("x" * length), "value": str(n)} for n in range(count)]


def select(**parts):
    return actions({"type": "static_select", "action_id": "s", "options": options(1), **parts})


def overflow(count):
    return actions({"type": "overflow", "action_id": "o", "options": options(count)})


def checkboxes(count):
    return actions({"type": "checkboxes", "action_id": "c", "options": options(count)})


def image(alt):
    return {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "x" * alt}


def markdown(length):
    return {"type": "markdown", "text": "x" * length}


def table(rows, columns):
    return {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * columns for _ in range(rows)]}


LIMITS = {
    "section text": (lambda n: section("x" * n), 3000, "/blocks/0/text/text"),
    "section fields": (fields, 10, "/blocks/0/fields"),
    "field text": (lambda n: fields(1, n), 2000, "/blocks/0/fields/0/text"),
    "header": (header, 150, "/blocks/0/text/text"),
    "button text": (lambda n: actions(button("x" * n)), 75, "/blocks/0/elements/0/text/text"),
    "button value": (lambda n: actions(button("Go", value="x" * n)), 2000, "/blocks/0/elements/0/value"),
    "action_id": (lambda n: actions(button("Go", "x" * n)), 255, "/blocks/0/elements/0/action_id"),
    "block_id": (lambda n: section("x", block_id="x" * n), 255, "/blocks/0/block_id"),
    "accessibility_label": (
        lambda n: actions(button("Go", accessibility_label="x" * n)),
        75,
        "/blocks/0/elements/0/accessibility_label",
    ),
    "actions": (lambda n: actions(*(button("Go", f"go{at}") for at in range(n))), 25, "/blocks/0/elements"),
    "context": (context, 10, "/blocks/0/elements"),
    "confirm title": (
        lambda n: confirming(title=plain("x" * n)),
        100,
        "/blocks/0/elements/0/confirm/title/text",
    ),
    "confirm text": (
        lambda n: confirming(text=plain("x" * n)),
        300,
        "/blocks/0/elements/0/confirm/text/text",
    ),
    "confirm button": (
        lambda n: confirming(confirm=plain("x" * n)),
        30,
        "/blocks/0/elements/0/confirm/confirm/text",
    ),
    "deny button": (lambda n: confirming(deny=plain("x" * n)), 30, "/blocks/0/elements/0/confirm/deny/text"),
    "options": (lambda n: select(options=options(n)), 100, "/blocks/0/elements/0/options"),
    "option text": (
        lambda n: select(options=options(1, n)),
        75,
        "/blocks/0/elements/0/options/0/text/text",
    ),
    "overflow": (overflow, 5, "/blocks/0/elements/0/options"),
    "checkboxes": (checkboxes, 10, "/blocks/0/elements/0/options"),
    "alt_text": (image, 2000, "/blocks/0/alt_text"),
    "markdown": (markdown, 12_000, "/blocks/0/text"),
    "table rows": (lambda n: table(n, 1), 100, "/blocks/0/rows"),
    "table columns": (lambda n: table(1, n), 20, "/blocks/0/rows/0"),
    "input label": (lambda n: ask_for("x" * n), 2000, "/blocks/0/label/text"),
}


@pytest.mark.parametrize("name", LIMITS)
def test_a_limit_is_exact_to_the_character(name):
    build, most, pointer = LIMITS[name]
    assert problems_in([build(most)], "message") == []
    [found] = problems_in([build(most + 1)], "message")
    assert found.startswith("[ERROR]")
    assert found.endswith(f"[json-pointer:{pointer}]")


@pytest.mark.parametrize(("surface", "most"), [("message", 50), ("modal", 100), ("home", 100)])
def test_the_number_of_blocks_is_limited(surface, most):
    divider = {"type": "divider"}
    assert problems_in([divider] * most, surface) == []
    assert problems_in([divider] * (most + 1), surface) == [
        f"[ERROR] no more than {most} items allowed [json-pointer:/blocks]"
    ]


@pytest.mark.parametrize(
    ("blocks", "words"),
    [
        ([{"type": "marquee"}], "unsupported type: marquee"),
        ([{"text": "x"}], "missing required field: type"),
        ([{"type": "section"}], "must provide one of: text, fields"),
        ([section("")], "must be more than 0 characters"),
        ([section("x", colour="red")], "invalid additional property: colour"),
        ([{"type": "header", "text": mrkdwn("x")}], "unsupported type: mrkdwn"),
        ([actions()], "no less than 1 items allowed"),
        ([actions(button("Go"), button("No"))], "`action_id` must be unique: go"),
        ([section("a", block_id="b"), section("c", block_id="b")], "`block_id` must be unique: b"),
        ([actions(button("Go", style="loud"))], "must be one of: primary, danger"),
        ([{"type": "image", "alt_text": "x"}], "must provide one of: image_url, slack_file"),
        ([{"type": "image", "image_url": "https://example.com/a.png"}], "missing required field: alt_text"),
        (
            [{"type": "actions", "elements": [{"type": "plain_text_input"}]}],
            "unsupported type: plain_text_input",
        ),
        ([markdown(6000), markdown(6001)], "markdown must be less than 12001 characters in all"),
        ([table(1, 1), table(1, 1)], "only_one_table_allowed"),
        ("[]", "must be an array"),
    ],
)
def test_malformed_blocks_are_refused_with_an_explanation(blocks, words):
    found = problems_in(blocks, "message")
    assert any(words in problem for problem in found), found


def test_tables_and_markdown_are_accepted_only_in_messages():
    assert problems_in([table(1, 1)], "modal") != []
    assert problems_in([markdown(1)], "home") != []


def test_slack_adds_missing_ids_and_keeps_existing_ones():
    [with_ids, without] = completed([actions(button("Go"), block_id="mine"), section("x")])
    assert (with_ids["block_id"], with_ids["elements"][0]["action_id"]) == ("mine", "go")
    assert len(without["block_id"]) == 5


async def test_refused_blocks_are_named_in_the_response(client, refused):
    error, answer = await refused(
        client.chat_postMessage(channel="C0RELEASES", text="x", blocks=[header(151)])
    )
    assert error == "invalid_blocks"
    assert answer["response_metadata"]["messages"] == [
        "[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]"
    ]
