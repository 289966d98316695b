"""What a refusal of blocks says about the types that a server knows."""

from __future__ import annotations

import time
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.slack.blocks import Block, container, data_table, section, table
from bot.slack.client import problems, refused_by_hook, refuses_blocks
from bot.slack.known_blocks import unknown_types

BLOCKS: list[Block] = [
    section("x"),
    data_table("Results", [["check"], ["a"]]),
    container("Passed", [section("y"), table([["check"], ["b"]])]),
    table([["check"], ["c"]]),
]


def refusal(error: str, *messages: Any, errors: Any = None) -> SlackApiError:
    data: dict[str, Any] = {"ok": False, "error": error}
    if messages:
        data["response_metadata"] = {"messages": list(messages)}
    if errors:
        data["errors"] = errors
    response = SlackResponse(
        client=None, http_verb="POST", api_url="", req_args={}, data=data, headers={}, status_code=200
    )
    return SlackApiError("refused", response)


def unknown(error: SlackApiError) -> set[str]:
    assert refuses_blocks(error)
    return set(unknown_types(problems(error), BLOCKS))


@pytest.mark.parametrize(
    ("error", "messages", "types"),
    [
        ("invalid_blocks", ["[ERROR] unsupported type: table [json-pointer:/blocks/3/type]"], {"table"}),
        ("invalid_blocks", ["[ERROR] unsupported type: data_table [json-pointer:/blocks/1/type]"], {"data_table"}),
        ("invalid_blocks", ["[ERROR] unknown block type [json-pointer:/blocks/1/type]"], {"data_table"}),
        ("invalid_blocks", ["[ERROR] unsupported type: table [json-pointer:/blocks/2/child_blocks/1/type]"], {"table"}),
        ("invalid_arguments", ["[ERROR] unsupported type: container [json-pointer:/view/blocks/2/type]"], {"container"}),
        ("invalid_arguments", ["[ERROR] invalid block type: table"], {"table"}),
        ("invalid_arguments", ["[ERROR] unsupported type: card"], {"card"}),
        (
            "invalid_blocks_format",
            ["unsupported type: data_table [json-pointer:/blocks/1/type]", "unsupported type: container [json-pointer:/blocks/2/type]"],
            {"data_table", "container"},
        ),
    ],
)  # fmt: skip
def test_unknown_types_are_read_from_a_refusal(error: str, messages: list[str], types: set[str]) -> None:
    assert unknown(refusal(error, *messages)) == types


def test_unknown_types_are_read_from_a_validation_error() -> None:
    found = {"code": "failed_constraint", "message": "unsupported type: data_table", "pointer": "/1/type"}
    assert unknown(refusal("invalid_blocks", errors=[found])) == {"data_table"}


@pytest.mark.parametrize(
    ("error", "messages"),
    [
        ("invalid_blocks", []),
        ("invalid_blocks", ["[ERROR] must be less than 101 rows [json-pointer:/blocks/1/rows]"]),
        ("invalid_blocks", ["[ERROR] must be more than 0 characters [json-pointer:/blocks/1/rows/1/0/text]"]),
        ("invalid_blocks", ["[ERROR] unsupported type: raw_number [json-pointer:/blocks/3/rows/1/0/type]"]),
        ("invalid_blocks", ["[ERROR] unsupported type: data_table [json-pointer:/blocks/2/child_blocks/0/type]"]),
        ("invalid_arguments", ["[ERROR] table must be less than 10001 characters in all"]),
        ("invalid_blocks", ["[ERROR] only_one_table_allowed [json-pointer:/blocks]"]),
        ("invalid_blocks", ["[ERROR] unsupported type: marquee [json-pointer:/blocks/0/type]"]),
        ("invalid_blocks", ["[ERROR] unknown type [json-pointer:/blocks/99/type]"]),
    ],
)  # fmt: skip
def test_a_block_refused_for_its_content_stays_known(error: str, messages: list[str]) -> None:
    assert unknown(refusal(error, *messages)) == set()


@pytest.mark.parametrize(
    ("error", "messages"),
    [
        ("invalid_arguments", []),
        ("invalid_arguments", ["[ERROR] missing required field: channel"]),
        ("invalid_arguments", ["[ERROR] must be a valid ts [json-pointer:/thread_ts]"]),
        ("channel_not_found", []),
        ("not_in_channel", ["[ERROR] table"]),
    ],
)
def test_a_refusal_unrelated_to_blocks_is_not_retried_with_other_blocks(
    error: str, messages: list[str]
) -> None:
    assert not refuses_blocks(refusal(error, *messages))


@pytest.mark.parametrize(
    ("status", "body", "found"),
    [
        (400, "invalid_blocks", []),
        (400, '{"ok": false, "error": "invalid_blocks", "errors": ["[ERROR] bad"]}', [("[ERROR] bad", "")]),
        (400, "invalid_payload", None),
        (200, "ok", None),
        (500, "invalid_blocks", None),
    ],
)
def test_a_refusal_by_a_response_url_is_understood(status: int, body: str, found: list[Any] | None) -> None:
    said = refused_by_hook(status, body)
    assert said is None if found is None else [tuple(each) for each in said or ()] == found or said == found


def test_a_very_long_refusal_is_read_quickly() -> None:
    """Only the beginning of each message is searched: backtracking over many blanks would take minutes."""
    began = time.monotonic()
    found = problems(refusal("invalid_blocks", *[" " * 100_000] * 100))
    assert time.monotonic() - began < 1
    assert len(found) <= 50
