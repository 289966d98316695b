"""A message, ready to be posted, updated or uploaded."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from bot.slack.blocks import MOST_TEXT, Block, fitted
from bot.slack.fallback import fall_back
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
    view: bool = False  # a page, which holds twice as many blocks as a message, and is fitted to that
    tail: int = 1  # number of last blocks that are always kept

    @classmethod
    def of(cls, text: str, blocks: Sequence[Block], *, broadcast: bool = False, tail: int = 1) -> Posting:
        """Truncated to Slack's limits; the last `tail` blocks are always kept."""
        shown = tuple(fitted(blocks, tail=tail))
        return cls(text=cut(text, MOST_TEXT), blocks=shown, broadcast=broadcast, tail=tail)

    def showing(self, blocks: Sequence[Block]) -> Posting:
        """The same content in other blocks, truncated to Slack's limits."""
        return replace(self, blocks=tuple(self.fit(blocks)))

    def fit(self, blocks: Sequence[Block]) -> list[Block]:
        return list(blocks) if self.view else fitted(blocks, tail=self.tail)

    def without(self, unknown: Collection[str]) -> Posting:
        """For a server that does not know these types of blocks."""
        return self.showing(fall_back(self.blocks, unknown))
