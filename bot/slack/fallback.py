"""The same content in older blocks, for a workspace that does not know the newest ones.

Messages are always built from the newest blocks; this turns what a workspace does not know into what every server knows.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.slack.blocks import Block, actions, context, section, table_as_lines

NEWEST = frozenset({"data_table", "data_visualization", "container", "alert", "card"})
TABLES = frozenset({"table"})


def fall_back(blocks: Sequence[Block], unknown: Collection[str]) -> list[Block]:
    """Replace every block whose type is among `unknown`, also inside containers."""
    return [each for block in blocks for each in _instead(block, unknown)]


def _instead(block: Block, unknown: Collection[str]) -> list[Block]:
    if block["type"] == "container":
        block = block | {"child_blocks": fall_back(block["child_blocks"], unknown)}
    if block["type"] not in unknown:
        return [block]
    match block["type"]:
        case "data_table":
            return _instead(_as_table(block), unknown)
        case "table":
            return table_as_lines(block)
        case "container":
            return [section(f"*{block['title']['text']}*"), *block["child_blocks"]]
        case "alert":
            return [section(block["text"]["text"])]
        case "card":
            return _card(block)
        case _:  # a chart: the results say the same in words
            return []


def _as_table(block: Block) -> Block:
    return {
        "type": "table",
        "column_settings": [{"is_wrapped": True} for _ in block["rows"][0]],
        "rows": block["rows"],
    }


def _card(block: Block) -> list[Block]:
    said = "\n".join(
        part for part in (f"*{block['title']['text']}*", block.get("body", {}).get("text", "")) if part
    )
    subtitle = [context(block["subtitle"]["text"])] if "subtitle" in block else []
    return [section(said), *subtitle, *([actions(block["actions"])] if "actions" in block else [])]
