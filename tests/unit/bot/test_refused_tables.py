"""What a server's refusal of a message with a table says about tables, and what it does not."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.slack.client import knows_no_tables, refuses_blocks


def refusal(error: str, *messages: str) -> SlackApiError:
    data: dict[str, Any] = {"ok": False, "error": error}
    if messages:
        data["response_metadata"] = {"messages": list(messages)}
    response = SlackResponse(
        client=None, http_verb="POST", api_url="", req_args={}, data=data, headers={}, status_code=200
    )
    return SlackApiError("refused", response)


@pytest.mark.parametrize(
    ("error", "messages"),
    [
        ("invalid_blocks", ["[ERROR] unsupported type: table [json-pointer:/blocks/1/type]"]),
        ("invalid_blocks", []),
        ("invalid_blocks_format", []),
        ("invalid_arguments", ["[ERROR] unsupported type: table [json-pointer:/blocks/1/type]"]),
        ("invalid_arguments", ["[ERROR] invalid block type: table"]),
    ],
)
def test_a_server_that_does_not_know_tables(error: str, messages: list[str]) -> None:
    assert refuses_blocks(refusal(error, *messages))
    assert knows_no_tables(refusal(error, *messages))


@pytest.mark.parametrize(
    ("error", "messages"),
    [
        ("invalid_blocks", ["[ERROR] must be less than 101 rows [json-pointer:/blocks/1/rows]"]),
        ("invalid_arguments", ["[ERROR] table must be less than 10001 characters in all"]),
        ("invalid_blocks", ["[ERROR] only_one_table_allowed [json-pointer:/blocks]"]),
    ],
)
def test_a_table_that_is_refused_for_what_is_in_it_is_shown_otherwise_and_the_next_one_is_tried(
    error: str, messages: list[str]
) -> None:
    assert refuses_blocks(refusal(error, *messages))
    assert not knows_no_tables(refusal(error, *messages))


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
def test_what_has_nothing_to_do_with_blocks_is_not_tried_without_the_table(
    error: str, messages: list[str]
) -> None:
    assert not refuses_blocks(refusal(error, *messages))
