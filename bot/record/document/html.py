"""Writes a document as one self-contained page: no script, no other file, no network.

Its policy forbids everything but its own style sheet, named by hash. All text, including that of charts, is
escaped by `bot.record.document.escaping`.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files

from bot.record.document.chart import Chart
from bot.record.document.escaping import breakable, escape
from bot.record.document.model import (
    Block,
    Cell,
    Code,
    Document,
    Facts,
    Figures,
    Listing,
    Long,
    Measured,
    Paragraph,
    Section,
    Several,
    Status,
    Table,
    text_of,
)
from bot.record.document.svg import draw, draw_gauge

LONGEST_UNFOLDED = 120  # characters of a statement or a command


def as_html(document: Document) -> str:
    style = _style()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    title = escape(f"{document.title}: {document.status.text}")
    return "".join(
        [
            '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer">',
            '<meta name="robots" content="noindex">',
            f"<title>{title}</title><style>{style}</style></head>\n<body>\n",
            '<a class="skip" href="#main">Skip to the decision</a>\n',
            *_header(document),
            '<main id="main">\n',
            *(part for section in document.sections for part in _section(section)),
            "</main>\n</body></html>\n",
        ]
    )


@cache
def _style() -> str:
    return files("bot.record.document").joinpath("page.css").read_text("utf-8")


def _header(document: Document) -> Iterator[str]:
    yield f"<header><p class='kicker'>Decision packet</p><h1>{escape(document.title)} {_status(document.status)}</h1>\n"
    yield from (f'<p class="summary">{breakable(sentence)}</p>\n' for sentence in document.summary)
    yield from _contents(document.sections)
    yield f"{_block(document.facts, '')}</header>\n"


def _contents(sections: Sequence[Section]) -> Iterator[str]:
    yield '<nav aria-label="Contents"><ol>'
    for section in sections:
        gist = f' <span class="gist">{escape(section.gist)}</span>' if section.gist else ""
        yield f'<li><a href="#{section.key}">{escape(section.title)}</a>{gist}</li>'
    yield "</ol></nav>\n"


def _section(section: Section) -> Iterator[str]:
    heading = f"{section.key}-h"
    yield f'<section id="{section.key}" aria-labelledby="{heading}"><h2 id="{heading}">{escape(section.title)}</h2>\n'
    for number, part in enumerate(section.parts):
        if part.title:
            yield f"<h3>{escape(part.title)}</h3>\n"
        for at, block in enumerate(part.blocks):
            yield _block(block, f"{section.key}-{number}-{at}")
    yield "</section>\n"


def _block(block: Block, name: str) -> str:
    match block:
        case Paragraph(text=text, strong=strong):
            return f"<p{' class=strong' if strong else ''}>{breakable(text)}</p>\n"
        case Facts(rows=rows):
            told = (f"<div><dt>{escape(what)}</dt><dd>{_cell(value)}</dd></div>" for what, value in rows)
            return f"<dl>{''.join(told)}</dl>\n"
        case Table():
            return _table(block)
        case Listing(items=items, ordered=ordered):
            tag = "ol" if ordered else "ul"
            return f"<{tag}>{''.join(f'<li>{breakable(item)}</li>' for item in items)}</{tag}>\n"
        case Figures(charts=charts):
            drawn = (_figure(draw(chart, f"{name}-{at}"), chart) for at, chart in enumerate(charts))
            return f'<div class="figures">{"".join(drawn)}</div>\n'


def _table(block: Table) -> str:
    """Roles are explicit because narrow screens show each row as a block, which would hide from screen
    readers that it is a table.
    """
    head = "".join(f'<th scope="col" role="columnheader">{escape(name)}</th>' for name in block.heading)
    body = "".join(_row(block.heading, row) for row in block.rows)
    return (
        f'<table role="table" class="c{len(block.heading)}"><caption>{escape(block.caption)}</caption>'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>\n<tbody role="rowgroup">{body}</tbody></table>\n'
    )


def _row(heading: Sequence[str], row: Sequence[Cell]) -> str:
    first, *others = row
    cells = [f'<th scope="row" role="rowheader">{_cell(first)}</th>']
    cells += [
        f'<td role="cell" data-label="{escape(name)}"{"" if _has_text(cell) else " class=none"}>{_cell(cell)}</td>'
        for name, cell in zip(heading[1:], others, strict=True)
    ]
    return f'<tr role="row">{"".join(cells)}</tr>\n'


def _has_text(cell: Cell) -> bool:
    return bool(text_of(cell))


def _cell(cell: Cell) -> str:
    match cell:
        case Status():
            return _status(cell)
        case Code(text=text):
            return f"<code>{breakable(text)}</code>"
        case Measured(text=text, gauge=gauge):
            return f"{breakable(text)}{draw_gauge(gauge) if gauge else ''}"
        case Several(items=items):
            return _several(items)
        case Long(text=text):
            return _long(text)
        case text:
            return breakable(text)


def _several(items: Sequence[str]) -> str:
    if len(items) == 1:
        return breakable(items[0])
    return f'<ul class="several">{"".join(f"<li>{breakable(item)}</li>" for item in items)}</ul>'


def _long(text: str) -> str:
    flat = " ".join(text.split())
    if len(flat) <= LONGEST_UNFOLDED:
        return f"<code>{breakable(flat)}</code>"
    start = breakable(flat[:LONGEST_UNFOLDED])
    return f"<details><summary><code>{start}…</code></summary><pre>{breakable(text)}</pre></details>"


def _status(status: Status) -> str:
    return f'<span class="status {status.tone}">{escape(status.text)}</span>'


def _figure(svg: str, chart: Chart) -> str:
    shaded = "".join(
        f'<span class="swatch s{at % 2}"></span>Shaded: {escape(spans.name)}. '
        for at, spans in enumerate(chart.spans)
    )
    return (
        f"<figure>{svg}<figcaption><strong>{escape(chart.title)}</strong> {shaded}"
        f"{escape(chart.description)}</figcaption></figure>\n"
    )
