"""The interactive elements of blocks: buttons, selects, inputs, wherever they are nested."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sandbox.slack.refusal import Json


@dataclass(frozen=True)
class Element:
    block_id: str
    label: str  # what people read: the button's text, the input's label, else the placeholder
    body: Json

    @property
    def kind(self) -> str:
        return str(self.body["type"])

    @property
    def action_id(self) -> str:
        return str(self.body["action_id"])

    def answers_to(self, name: str) -> bool:
        return name in {self.label, self.action_id, self.body.get("accessibility_label")}


_NESTED = {"container": ("child_blocks",), "carousel": ("elements",)}


def elements_of(blocks: Sequence[Json]) -> list[Element]:
    return [element for block in blocks for element in _in_block(block)]


def inputs_of(blocks: Sequence[Json]) -> list[tuple[Json, Element]]:
    """(input block, its element), in order."""
    return [(block, next(_in_block(block))) for block in blocks if block["type"] == "input"]


def _in_block(block: Json) -> Iterator[Element]:
    for nested in _NESTED.get(block["type"], ()):
        for child in block[nested]:
            yield from _in_block(child)
    block_id = str(block.get("block_id", ""))
    if block["type"] == "card":
        candidates = block.get("actions") or []
    elif block["type"] == "actions":
        candidates = block["elements"]
    elif block["type"] == "input":
        candidates = [block["element"]]
    else:
        candidates = [block.get("accessory") or {}]
    for body in candidates:
        if "action_id" in body:
            yield Element(block_id, _label(block, body), body)


def _label(block: Json, body: Json) -> str:
    named = block.get("label") or body.get("text") or body.get("placeholder") or {}
    return str(named.get("text", ""))
