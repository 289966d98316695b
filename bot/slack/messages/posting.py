"""A message, ready to be posted, updated or uploaded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.slack.blocks import MOST_TEXT, Block, fitted, table_as_lines
from bot.slack.text import cut


@dataclass(frozen=True)
class Upload:
    """A file for the thread."""

    name: str
    title: str
    content: bytes
    alt_text: str = ""


@dataclass(frozen=True)
class Posting:
    """`text`: the complete plain text, for screen readers and notifications; `blocks`: what is displayed."""

    text: str
    blocks: tuple[Block, ...]
    broadcast: bool = False  # also from the thread to the channel

    @classmethod
    def of(cls, text: str, blocks: Sequence[Block], *, broadcast: bool = False, tail: int = 1) -> Posting:
        """Truncated to Slack's limits; the last `tail` blocks are always kept."""
        return cls(text=cut(text, MOST_TEXT), blocks=tuple(fitted(blocks, tail=tail)), broadcast=broadcast)

    def without_tables(self) -> Posting:
        """For servers without tables."""
        tables = [block for block in self.blocks if block["type"] == "table"]
        if not tables:
            return self
        blocks = [
            each
            for block in self.blocks
            for each in (table_as_lines(block) if block["type"] == "table" else [block])
        ]
        return replace(self, blocks=tuple(fitted(blocks, tail=1)))
