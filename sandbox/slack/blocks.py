"""Blocks: what Slack accepts on each surface, and what it fills in."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from typing import Any, Literal

from sandbox.slack.block_elements import (
    IN_ACTIONS,
    IN_CONTEXT,
    IN_INPUT,
    IN_SECTION,
    any_text,
    picture,
    plain_text,
)
from sandbox.slack.identifiers import short_id
from sandbox.slack.refusal import Json
from sandbox.slack.rules import (
    Rule,
    all_of,
    any_field,
    anything,
    boolean,
    by_type,
    choice,
    distinct,
    items,
    problem,
    shape,
    string,
)

Surface = Literal["message", "modal", "home"]

MOST: dict[Surface, int] = {"message": 50, "modal": 100, "home": 100}  # blocks
MOST_MARKDOWN = 12_000  # characters over all markdown blocks of a message
MOST_TABLE_TEXT = 10_000  # characters over all cells of a table

_ANY = {"type": anything}
_ID = {"block_id": string(255)}
_CELL = by_type(
    {
        "raw_text": shape({**_ANY, "text": string(MOST_TABLE_TEXT)}, {}),
        "rich_text": shape({**_ANY, "elements": items(anything, 100)}, {"block_id": string(255)}),
    }
)
_COLUMN = shape({}, {"align": choice("left", "center", "right"), "is_wrapped": boolean})
_EVERYWHERE: dict[str, Rule] = {
    "section": all_of(
        shape(
            _ANY,
            {
                **_ID,
                "text": any_text(3000),
                "fields": items(any_text(2000), 10),
                "accessory": IN_SECTION,
                "expand": boolean,
            },
        ),
        any_field("text", "fields"),
    ),
    "divider": shape(_ANY, _ID),
    "header": shape({**_ANY, "text": plain_text(150)}, _ID),
    "context": shape({**_ANY, "elements": items(IN_CONTEXT, 10)}, _ID),
    "actions": shape({**_ANY, "elements": items(IN_ACTIONS, 25)}, _ID),
    "image": picture({**_ID, "title": plain_text(2000)}),
    "input": shape(
        {**_ANY, "label": plain_text(2000), "element": IN_INPUT},
        {**_ID, "hint": plain_text(2000), "optional": boolean, "dispatch_action": boolean},
    ),
    "rich_text": shape({**_ANY, "elements": items(anything, 500)}, _ID),
}
_MESSAGE_ONLY: dict[str, Rule] = {
    "markdown": shape({**_ANY, "text": string(MOST_MARKDOWN)}, _ID),
    "table": shape(
        {**_ANY, "rows": items(items(_CELL, 20), 100)}, {**_ID, "column_settings": items(_COLUMN, 20)}
    ),
}
_BLOCK: dict[Surface, Rule] = {
    "message": by_type({**_EVERYWHERE, **_MESSAGE_ONLY}),
    "modal": by_type(_EVERYWHERE),
    "home": by_type(_EVERYWHERE),
}


def problems_in(blocks: Any, surface: Surface, *, pointer: str = "/blocks") -> list[str]:
    """-> Slack's error message for each problem; empty if the blocks are valid."""
    found = list(items(_BLOCK[surface], MOST[surface], least=0)(blocks, pointer))
    return found or list(_across(blocks, pointer))


def _across(blocks: Sequence[Json], pointer: str) -> Iterator[str]:
    """Problems that involve several blocks."""
    yield from distinct(
        "block_id",
        ((block["block_id"], f"{pointer}/{at}") for at, block in enumerate(blocks) if block.get("block_id")),
    )
    for at, block in enumerate(blocks):
        elements = block.get("elements", []) if block["type"] == "actions" else []
        yield from distinct(
            "action_id",
            ((e["action_id"], f"{pointer}/{at}/elements") for e in elements if e.get("action_id")),
        )
    if sum(len(block["text"]) for block in blocks if block["type"] == "markdown") > MOST_MARKDOWN:
        yield problem(f"markdown must be less than {MOST_MARKDOWN + 1} characters in all", pointer)
    tables = [block for block in blocks if block["type"] == "table"]
    if len(tables) > 1:
        yield problem("only_one_table_allowed", pointer)
    for table in tables:
        cells = [cell for row in table["rows"] for cell in row]
        if sum(len(cell.get("text", "")) for cell in cells) > MOST_TABLE_TEXT:
            yield problem(f"table must be less than {MOST_TABLE_TEXT + 1} characters in all", pointer)


def completed(blocks: Sequence[Json]) -> list[Json]:
    """-> a copy with the block and action ids that Slack adds."""
    copied = copy.deepcopy(list(blocks))
    for block in copied:
        block.setdefault("block_id", short_id())
        for element in _identified(block):
            element.setdefault("action_id", short_id())
    return copied


def _identified(block: Json) -> list[Json]:
    """The elements that have an action_id: all but images."""
    if block["type"] == "actions":
        return list(block["elements"])
    if block["type"] == "input":
        return [block["element"]]
    accessory = block.get("accessory")
    return [accessory] if accessory and accessory["type"] != "image" else []
