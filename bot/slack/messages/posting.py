"""A message, ready to be posted or updated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.slack.blocks import MOST_BLOCKS, Block


@dataclass(frozen=True)
class Posting:
    """`text` is the full plain summary that screen readers and notifications read; `blocks` what eyes do."""

    text: str
    blocks: tuple[Block, ...]
    broadcast: bool = False  # from the thread to the channel, too

    @classmethod
    def of(cls, text: str, blocks: Sequence[Block], *, broadcast: bool = False) -> Posting:
        assert len(blocks) <= MOST_BLOCKS
        return cls(text=text, blocks=tuple(blocks), broadcast=broadcast)
