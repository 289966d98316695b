"""The same content in older blocks, for a workspace that does not know the newest ones.

Messages are always built from the newest blocks; this converts unknown ones to blocks that every server
knows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from bot.slack.blocks import (
    MOST_CHILDREN,
    Block,
    alert_as_section,
    as_plain_table,
    card_as_sections,
    every_block,
    section,
    table_as_lines,
)

NEWEST = frozenset({"data_table", "data_visualization", "container", "alert", "card"})
TABLES = frozenset({"table"})
NEGOTIABLE = NEWEST | TABLES


def negotiable(blocks: Sequence[Block]) -> frozenset[str]:
    """The types among these blocks that a server may not know, including those inside containers."""
    return frozenset(block["type"] for block in every_block(blocks)) & NEGOTIABLE


def fall_back(blocks: Sequence[Block], unknown: Collection[str]) -> list[Block]:
    """Replace every block whose type is in `unknown`, including those inside containers. The result may
    exceed a message's limits.
    """
    return [each for block in blocks for each in _instead(block, unknown)]


def _instead(block: Block, unknown: Collection[str]) -> Iterator[Block]:
    if block["type"] == "container":
        yield from _container(block, unknown)
    elif block["type"] not in unknown:
        yield block
    elif block["type"] == "data_table":
        yield from _instead(as_plain_table(block), unknown)
    elif block["type"] == "table":
        yield from table_as_lines(block)
    elif block["type"] == "alert":
        yield alert_as_section(block)
    elif block["type"] == "card":
        yield from card_as_sections(block)
    # a chart: the results say the same in words


def _container(block: Block, unknown: Collection[str]) -> Iterator[Block]:
    """If it is unknown, or its converted blocks are more than it can hold, they follow its title."""
    children = fall_back(block["child_blocks"], unknown)
    if "container" not in unknown and len(children) <= MOST_CHILDREN:
        yield block | {"child_blocks": children}
        return
    yield section(f"*{block['title']['text']}*")
    yield from children
