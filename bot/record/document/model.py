"""The structure of a packet for people, before it is written as Markdown or as a page. Pure data.

All text is plain and untrusted: writers escape it.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from bot.record.document.chart import Chart, Gauge


class Tone(enum.StrEnum):
    """What a status means for the reader. A tone is never shown without its text."""

    GOOD = "good"
    CAUTION = "caution"
    BAD = "bad"
    NEUTRAL = "neutral"


@dataclass(frozen=True)
class Status:
    text: str
    tone: Tone


@dataclass(frozen=True)
class Code:
    """Text to copy: a digest, a command, the key of a check."""

    text: str


@dataclass(frozen=True)
class Measured:
    """A value, and its position relative to its limits, if that can be drawn."""

    text: str
    gauge: Gauge | None = None


@dataclass(frozen=True)
class Several:
    """Each on a line of its own."""

    items: Sequence[str]


@dataclass(frozen=True)
class Long:
    """A statement or a command, whole. A page folds it behind its beginning, and prints all of it."""

    text: str


Cell: TypeAlias = str | Status | Code | Measured | Several | Long


@dataclass(frozen=True)
class Paragraph:
    text: str
    strong: bool = False  # what must not be overlooked


@dataclass(frozen=True)
class Facts:
    """Names and their values."""

    rows: Sequence[tuple[str, Cell]]


@dataclass(frozen=True)
class Table:
    caption: str  # what it lists, for readers who do not see the heading above it
    heading: Sequence[str]
    rows: Sequence[Sequence[Cell]]  # the first cell of each row says what the row is about


@dataclass(frozen=True)
class Listing:
    items: Sequence[str]
    ordered: bool = False


@dataclass(frozen=True)
class Figures:
    charts: Sequence[Chart]


Block: TypeAlias = Paragraph | Facts | Table | Listing | Figures


@dataclass(frozen=True)
class Part:
    """Content under a heading within a section."""

    title: str  # "" if it needs no heading
    blocks: Sequence[Block]


@dataclass(frozen=True)
class Section:
    key: str  # its name in links
    title: str
    parts: Sequence[Part]
    gist: str = ""  # in a few words, for the table of contents


@dataclass(frozen=True)
class Document:
    title: str
    status: Status
    summary: Sequence[str]  # sentences that answer: what, by whom, why, and what next
    facts: Facts
    sections: Sequence[Section] = field(default_factory=tuple)


def section(key: str, title: str, *parts: Part | Block, gist: str = "") -> Section:
    """Leaves out empty parts. If all are empty, so is the section (`Section.parts`), and it is left out, too."""
    made = (part if isinstance(part, Part) else Part("", [part]) for part in parts)
    full = (Part(part.title, [block for block in part.blocks if not is_empty(block)]) for part in made)
    return Section(key, title, [part for part in full if part.blocks], gist)


def listed(title: str, table: Table, nothing: str) -> Part:
    """A table under a heading; if it has no rows, `nothing` says so, lest a reader wonder whether it was left out."""
    return Part(title, [table] if table.rows else [Paragraph(nothing)])


def is_empty(block: Block) -> bool:
    match block:
        case Paragraph(text=text):
            return not text
        case Facts(rows=rows) | Table(rows=rows):
            return not rows
        case Listing(items=items):
            return not items
        case Figures(charts=charts):
            return not charts


def text_of(cell: Cell) -> str:
    if isinstance(cell, Several):
        return "; ".join(cell.items)
    return cell if isinstance(cell, str) else cell.text
