"""Writes a document as Markdown. Text by people, checks and servers is escaped, so that it stays text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from bot.base.plain import plain
from bot.record.document.model import (
    Block,
    Cell,
    Code,
    Document,
    Facts,
    Figures,
    Listing,
    Paragraph,
    Section,
    Table,
    text_of,
)

_MARKUP = re.compile(r"[\\|\[\]`*]|(?<!\w)_|_(?!\w)")  # an underscore within a word is harmless
_START = re.compile(r"^(\d*)([-+>#=~.)])")  # what could begin a list, a heading, a quotation, a rule


def as_markdown(document: Document) -> str:
    parts = [
        f"# {cell(document.title)}: {cell(document.status.text)}",
        *(_line(sentence) for sentence in document.summary),
        _block(document.facts),
        *(part for section in document.sections for part in _section(section)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """ "" if there are no rows."""
    lines = [_row(row) for row in rows]
    return "\n".join([_row(heading), _row(["---"] * len(heading)), *lines]) if lines else ""


def listed(title: str, lines: Iterable[str]) -> str:
    """A section of bullet points; "" if there are none."""
    said = [f"- {_line(line)}" for line in lines]
    return "\n".join([f"## {title}", "", *said]) if said else ""


def cell(text: str) -> str:
    """One line, which cannot start a column, link, emphasis or HTML."""
    line = plain(" ".join(text.split()))
    return _MARKUP.sub(r"\\\g<0>", line).replace("&", "&amp;").replace("<", "&lt;")


def _line(text: str) -> str:
    """The same at the beginning of a line: it stays a line of its paragraph or item."""
    return _START.sub(r"\1\\\2", cell(text))


def _section(section: Section) -> Iterator[str]:
    yield f"## {cell(section.title)}"
    for part in section.parts:
        if part.title:
            yield f"### {cell(part.title)}"
        yield from map(_block, part.blocks)


def _block(block: Block) -> str:
    match block:
        case Paragraph(text=text, strong=strong):
            return f"**{cell(text)}**" if strong else _line(text)
        case Facts(rows=facts):
            return "\n".join(f"- **{cell(name)}**: {_cell(value)}" for name, value in facts)
        case Table(heading=heading, rows=rows):
            return table(heading, [[text_of(each) for each in row] for row in rows])
        case Listing(items=items, ordered=ordered):
            return "\n".join(
                f"{f'{number}.' if ordered else '-'} {_line(item)}" for number, item in enumerate(items, 1)
            )
        case Figures(charts=charts):
            return "\n".join(f"- **{cell(chart.title)}**: {cell(chart.description)}" for chart in charts)


def _cell(value: Cell) -> str:
    return (
        f"`{cell(value.text)}`"
        if isinstance(value, Code) and _is_simple(value.text)
        else cell(text_of(value))
    )


def _is_simple(text: str) -> bool:
    """Whether it means the same between backticks."""
    return not _MARKUP.search(text) and "&" not in text and "<" not in text


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell(text) for text in cells) + " |"
