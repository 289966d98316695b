"""The block types that Slack added in 2026: their limits, where they may be used, and servers that do not know them."""

from __future__ import annotations

import math

import pytest

from sandbox.slack.blocks import completed, problems_in
from sandbox.slack.features import NEWEST_BLOCKS
from tests.sandbox.slack.kit import (
    a_card,
    actions,
    alert,
    button,
    cell,
    chart,
    container,
    data_table,
    mrkdwn,
    pie,
    plain,
    section,
)


def carousel(count):
    return {"type": "carousel", "elements": [a_card() for _ in range(count)]}


LIMITS = {
    "table rows and a heading": (data_table, 101, "/blocks/0/rows"),
    "table columns": (lambda n: data_table(2, n), 20, "/blocks/0/rows/0"),
    "table page": (lambda n: data_table(page_size=n), 100, "/blocks/0/page_size"),
    "chart title": (lambda n: chart(title="x" * n), 50, "/blocks/0/title"),
    "chart series": (lambda n: chart(series=n), 6, "/blocks/0/chart/series"),
    "chart points": (chart, 20, "/blocks/0/chart/series/0/data"),
    "pie": (pie, 6, "/blocks/0/chart/segments"),
    "container title": (lambda n: container(section("x"), title="x" * n), 150, "/blocks/0/title/text"),
    "container blocks": (lambda n: container(*[section("x")] * n), 10, "/blocks/0/child_blocks"),
    "card title": (lambda n: a_card("x" * n), 150, "/blocks/0/title/text"),
    "card body": (lambda n: a_card(body=mrkdwn("x" * n)), 200, "/blocks/0/body/text"),
    "card buttons": (lambda n: a_card(actions=[button("Go", f"go{at}") for at in range(n)]), 3, "/blocks/0/actions"),
    "carousel": (carousel, 10, "/blocks/0/elements"),
}  # fmt: skip


@pytest.mark.parametrize("name", LIMITS)
def test_a_limit_is_exact_to_the_character(name):
    build, most, pointer = LIMITS[name]
    assert problems_in([build(most)], "message") == []
    found = problems_in([build(most + 1)], "message")
    assert found[0].startswith("[ERROR]")
    assert found[0].endswith(f"[json-pointer:{pointer}]")


def with_value(value):
    block = chart(1)
    block["chart"]["series"][0]["data"][0]["value"] = value
    return block


def with_labels(*labels):
    block = chart(2)
    block["chart"]["axis_config"]["categories"] = list(labels)
    return block


@pytest.mark.parametrize(
    ("blocks", "words"),
    [
        ([data_table(1)], "no less than 2 items allowed"),
        ([data_table(text="")], "must be more than 0 characters"),
        ([{**data_table(), "rows": [[cell("a")], [cell("b")] * 2]}], "the same number of cells"),
        ([{**data_table(), "caption": ""}], "must be more than 0 characters"),
        ([data_table(text="x" * 5001)], "table must be less than 10001 characters in all"),
        ([data_table(text="x" * 2500), data_table(text="x" * 2501)], "less than 10001 characters in all"),
        ([chart(), chart(), chart()], "no more than 2 data_visualization blocks allowed"),
        ([with_value(math.inf)], "must be a finite number"),
        ([with_value("12")], "must be a number"),
        ([with_labels("0", "2")], "labels must match axis_config.categories"),
        ([with_labels("0", "0")], "`category` must be unique: 0"),
        ([container(data_table())], "unsupported type: data_table"),
        ([container(chart())], "unsupported type: data_visualization"),
        ([container(container(section("x")))], "unsupported type: container"),
        ([container()], "no less than 1 items allowed"),
        ([container(section("x", block_id="b")), section("y", block_id="b")], "`block_id` must be unique"),
        ([alert("x")], "unsupported type: alert"),
        ([{"type": "card"}], "must provide one of: hero_image, title, actions, body"),
    ],
)
def test_malformed_blocks_are_refused_with_an_explanation(blocks, words):
    found = problems_in(blocks, "message")
    assert any(words in problem for problem in found), found


def test_alerts_belong_in_forms_and_data_in_messages():
    assert problems_in([alert("x" * 200, level="error")], "modal") == []
    assert problems_in([alert("x" * 201)], "modal") != []
    assert problems_in([alert("x", level="loud")], "modal") != []
    for block in (data_table(), chart()):
        assert problems_in([block], "message") == []
        assert problems_in([block], "modal") != []
        assert problems_in([block], "home") != []
    for surface in ("message", "modal", "home"):
        assert problems_in([container(section("x")), a_card(), carousel(2)], surface) == []


def test_missing_ids_are_added_in_nested_blocks_too():
    [outer, cards] = completed([container(actions({"type": "button", "text": plain("Go")})), carousel(1)])
    inner = outer["child_blocks"][0]
    assert inner["block_id"]
    assert inner["elements"][0]["action_id"]
    assert cards["elements"][0]["block_id"]


@pytest.mark.parametrize(
    "block",
    [a_card(), carousel(1), container(section("x")), data_table(), chart()],
    ids=lambda block: block["type"],
)
async def test_a_server_may_not_know_one_of_them(block, slack, client, refused):
    async def post():
        return await client.chat_postMessage(channel="C0RELEASES", text="x", blocks=[section("x"), block])

    slack.withdraw(*(feature for feature in NEWEST_BLOCKS if feature != block["type"]))
    await post()
    slack.withdraw(block["type"])
    error, answer = await refused(post())
    assert error == "invalid_blocks"
    assert answer["response_metadata"]["messages"] == [
        f"[ERROR] unsupported type: {block['type']} [json-pointer:/blocks/1/type]"
    ]


async def test_a_server_may_learn_and_forget_them_while_running(slack, client, refused):
    async def post():
        return await client.chat_postMessage(
            channel="C0RELEASES", text="x", blocks=[section("x"), container(section("y"))]
        )

    await post()
    slack.withdraw("container")
    error, answer = await refused(post())
    assert error == "invalid_blocks"
    assert answer["response_metadata"]["messages"] == [
        "[ERROR] unsupported type: container [json-pointer:/blocks/1/type]"
    ]
    slack.withdraw("error details")
    error, answer = await refused(post())
    assert (error, answer.get("response_metadata"), answer.get("errors")) == ("invalid_blocks", None, None)
    slack.introduce("container")
    await post()


async def test_a_person_can_press_buttons_in_nested_blocks(slack, client, bot):
    pressed = []

    async def press(ack, body):
        await ack()
        pressed.append(body["actions"][0]["block_id"])

    bot.action("go")(press)
    bot.action("open")(press)
    cards = {"type": "carousel", "elements": [a_card(block_id="third", actions=[button("Open", "open")])]}
    blocks = [container(actions(button("Go"), block_id="inner")), cards]
    await client.chat_postMessage(channel="C0RELEASES", text="x", blocks=blocks)
    message = slack.channel("#releases").messages[-1]
    assert message.buttons == ["Go", "Open"]
    await slack.user("ana").click(message, "Go")
    await slack.user("ana").click(message, "Open")
    assert pressed == ["inner", "third"]


async def test_blocks_are_validated_without_being_shown(slack, client, refused):
    async def validate(**given):
        return await client.api_call("blocks.validate", json=given)

    slack.app.scopes.clear()
    assert (await validate(blocks=[data_table()]))["ok"]
    assert (await validate(message={"blocks": [chart()]}))["ok"]
    home = {"type": "home", "blocks": [a_card()]}
    assert (await validate(view=home))["ok"]
    error, answer = await refused(validate(blocks=[container(chart())]))
    assert error == "invalid_blocks"
    assert answer["errors"] == [
        {
            "code": "failed_constraint",
            "message": "unsupported type: data_visualization",
            "pointer": "/0/child_blocks/0/type",
        }
    ]
    error, answer = await refused(validate(message={"blocks": [section("")]}))
    assert (error, answer["errors"][0]["pointer"]) == ("invalid_message", "/blocks/0/text/text")
    error, answer = await refused(validate(view={**home, "blocks": [alert("x")]}))
    assert (error, answer["errors"][0]["pointer"]) == ("invalid_view", "/blocks/0/type")
    error, _ = await refused(validate(view=home, blocks=[]))
    assert error == "invalid_arguments"
    slack.withdraw("blocks.validate")
    error, _ = await refused(validate(blocks=[]))
    assert error == "unknown_method"


async def test_all_of_them_rendered_as_text(slack, client):
    blocks = [
        {**data_table(), "rows": [[cell("Check"), cell("Limit")], [cell("Queue age"), cell("90 s")]]},
        chart(2, 2),
        pie(),
        container(section("*Tests*\nall good"), actions(button("Show", "show"))),
        a_card(subtitle=mrkdwn("staging"), body=mrkdwn("Waiting"), actions=[button("Open", "open")]),
    ]
    await client.chat_postMessage(channel="C0RELEASES", text="summary", blocks=blocks)
    assert slack.render_text(slack.channel("#releases").messages[-1]).splitlines() == [
        "Check      Limit",
        "Queue age  90 s",
        "[chart: Queue age]",
        "  s0: 0 0, 1 1",
        "  s1: 0 0, 1 1",
        "[chart: Checks]",
        "  0 1, 1 2",
        "▸ Passed",
        "  *Tests*",
        "  all good",
        "  [ Show ]",
        "Run #1",
        "staging",
        "Waiting",
        "[ Open ]",
    ]
