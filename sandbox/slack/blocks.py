"""Blocks: what Slack accepts on each surface, and what it fills in."""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from typing import Any, Literal

from sandbox.slack import data_blocks
from sandbox.slack.block_elements import (
    BUTTON,
    IMAGE,
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
MOST_CHILDREN = 10  # blocks in a container

_ANY = {"type": anything}
_ID = {"block_id": string(255)}
_CARD = all_of(
    shape(
        _ANY,
        {
            **_ID,
            "hero_image": IMAGE,
            "icon": IMAGE,
            "title": any_text(150),
            "subtitle": any_text(150),
            "body": any_text(200),
            "actions": items(by_type({"button": BUTTON}), 3),
        },
    ),
    any_field("hero_image", "title", "actions", "body"),
)
_IN_CONTAINER: dict[str, Rule] = {
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
}
_EVERYWHERE: dict[str, Rule] = {
    **_IN_CONTAINER,
    "input": shape(
        {**_ANY, "label": plain_text(2000), "element": IN_INPUT},
        {**_ID, "hint": plain_text(2000), "optional": boolean, "dispatch_action": boolean},
    ),
    "rich_text": shape({**_ANY, "elements": items(anything, 500)}, _ID),
    "card": _CARD,
    "carousel": shape({**_ANY, "elements": items(by_type({"card": _CARD}), 10)}, _ID),
}
_TABLE = {"table": data_blocks.TABLE}
_ONLY_IN: dict[Surface, dict[str, Rule]] = {
    "message": {
        **_TABLE,
        "markdown": shape({**_ANY, "text": string(MOST_MARKDOWN)}, _ID),
        "data_table": data_blocks.DATA_TABLE,
        "data_visualization": data_blocks.DATA_VISUALIZATION,
    },
    "modal": {
        "alert": shape(
            {**_ANY, "text": any_text(200)},
            {**_ID, "level": choice("default", "info", "warning", "error", "success")},
        )
    },
    "home": {},
}


def _container(children: dict[str, Rule]) -> Rule:
    """What Slack accepts in a container: what both its documentation and its validator name."""
    return all_of(
        shape(
            {**_ANY, "child_blocks": items(by_type(children), MOST_CHILDREN)},
            {
                **_ID,
                "title": plain_text(150),
                "rich_text_title": anything,
                "subtitle": any_text(150),
                "width": choice("narrow", "standard", "wide", "full"),
                "icon": IMAGE,
                "is_collapsible": boolean,
                "default_collapsed": boolean,
                "has_header_divider": boolean,
            },
        ),
        any_field("title", "rich_text_title"),
    )


@cache
def _block(surface: Surface, unknown: frozenset[str]) -> Rule:
    """The rule for a block, on a server that does not know some of them."""
    children = {**_IN_CONTAINER, **(_TABLE if surface == "message" else {})}
    known = {kind: rule for kind, rule in children.items() if kind not in unknown}
    rules = {**_EVERYWHERE, **_ONLY_IN[surface], "container": _container(known)}
    return by_type({kind: rule for kind, rule in rules.items() if kind not in unknown})


def problems_in(
    blocks: Any, surface: Surface, *, pointer: str = "/blocks", unknown: Collection[str] = ()
) -> list[str]:
    """Returns Slack's error message for each problem; empty if the blocks are valid."""
    rule = items(_block(surface, frozenset(unknown)), MOST[surface], least=0)
    return list(rule(blocks, pointer)) or list(_across(blocks, pointer))


def _across(blocks: Sequence[Json], pointer: str) -> Iterator[str]:
    """Problems that involve several blocks."""
    nested = list(_nested(blocks, pointer))
    yield from distinct(
        "block_id", ((block["block_id"], at) for block, at in nested if block.get("block_id"))
    )
    for block, at in nested:
        elements = block.get("elements", []) if block["type"] == "actions" else []
        yield from distinct(
            "action_id", ((e["action_id"], f"{at}/elements") for e in elements if e.get("action_id"))
        )
    flat = [block for block, _ in nested]
    if sum(len(block["text"]) for block in flat if block["type"] == "markdown") > MOST_MARKDOWN:
        yield problem(f"markdown must be less than {MOST_MARKDOWN + 1} characters in all", pointer)
    yield from data_blocks.across(flat, pointer)


def _nested(blocks: Sequence[Json], pointer: str) -> Iterator[tuple[Json, str]]:
    """Yields (block, pointer) for each block, including those in containers and carousels."""
    for at, block in enumerate(blocks):
        yield block, f"{pointer}/{at}"
        for name in _HOLD.get(block["type"], ()):
            yield from _nested(block[name], f"{pointer}/{at}/{name}")


_HOLD = {"container": ("child_blocks",), "carousel": ("elements",)}


def completed(blocks: Sequence[Json]) -> list[Json]:
    """Returns a copy with the block and action ids that Slack adds."""
    copied = copy.deepcopy(list(blocks))
    for block, _ in _nested(copied, ""):
        block.setdefault("block_id", short_id())
        for element in _identified(block):
            element.setdefault("action_id", short_id())
    return copied


def _identified(block: Json) -> list[Json]:
    """The elements that have an action_id: all but images."""
    if block["type"] == "actions":
        return list(block["elements"])
    if block["type"] == "card":
        return list(block.get("actions") or ())
    if block["type"] == "input":
        return [block["element"]]
    accessory = block.get("accessory")
    return [accessory] if accessory and accessory["type"] != "image" else []
