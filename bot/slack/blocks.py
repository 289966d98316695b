"""Builders for Block Kit: the only file that knows its dictionaries and limits."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import accumulate
from typing import Any, Literal, TypeAlias

from bot.base.plain import plain
from bot.slack.text import cut, escape

Block: TypeAlias = dict[str, Any]
Element: TypeAlias = dict[str, Any]

MOST_BLOCKS = 50
MOST_FIELDS = 10
MOST_ROWS = 100
MOST_CHILDREN = 10  # blocks in a container
MOST_SERIES = 6
MOST_POINTS = 20  # of a chart
MOST_TEXT = 4000  # characters of `text`; an update with more is rejected
MOST_CHARACTERS = 12_000  # of JSON over all blocks except tables; Slack rejects about 13,000
MOST_TABLE_TEXT = 10_000  # characters over all cells
LONGEST_SECTION = 3000
LONGEST_FIELD = 2000
LONGEST_CELL = 400  # our choice, for a readable table


def markdown(text: str, length: int = LONGEST_SECTION) -> Element:
    """mrkdwn; `verbatim` keeps Slack from linking names and URLs by itself."""
    return {"type": "mrkdwn", "text": cut(text, length), "verbatim": True}


def words(text: str, length: int) -> Element:
    return {"type": "plain_text", "text": cut(plain(text), length), "emoji": False}


def header(text: str) -> Block:
    return {"type": "header", "text": words(text, 150)}


def section(text: str) -> Block:
    return {"type": "section", "text": markdown(text)}


def beside(text: str, element: Element) -> Block:
    """A section with a button next to it."""
    return section(text) | {"accessory": element}


def fields(pairs: Iterable[tuple[str, str]]) -> Block:
    """(label, markup) pairs, at most ten."""
    shown = [markdown(f"*{label}*\n{value}", LONGEST_FIELD) for label, value in pairs]
    return {"type": "section", "fields": shown[:MOST_FIELDS]}


def context(text: str) -> Block:
    return {"type": "context", "elements": [markdown(text)]}


def divider() -> Block:
    return {"type": "divider"}


def actions(elements: Sequence[Element]) -> Block:
    return {"type": "actions", "elements": list(elements)}


def button(
    text: str,
    *,
    action: str,
    value: str,
    label: str,
    style: Literal["primary", "danger"] | None = None,
    confirm: Element | None = None,
) -> Element:
    """`value` is opaque; `label` is for screen readers, and must be unique."""
    built: Element = {
        "type": "button",
        "text": words(text, 75),
        "action_id": action,
        "value": value,
        "accessibility_label": cut(plain(label), 75),
    }
    if confirm:
        built["confirm"] = confirm
    return built | {"style": style} if style else built


def confirmation(
    title: str, text: str, *, confirm: str, deny: str = "Cancel", danger: bool = True
) -> Element:
    """Asked before a click counts. `text` is markup."""
    built: Element = {
        "title": words(title, 100),
        "text": markdown(text, 300),
        "confirm": words(confirm, 30),
        "deny": words(deny, 30),
    }
    return built | {"style": "danger"} if danger else built


def table(rows: Sequence[Sequence[str]]) -> Block:
    """Rows of plain cells, heading first; as many as Slack accepts."""
    cells = [[_cell(cell) for cell in row] for row in rows[:MOST_ROWS]]
    lengths = accumulate(sum(len(cell["text"]) for cell in row) for row in cells)
    return {
        "type": "table",
        "column_settings": [{"is_wrapped": True} for _ in rows[0]],
        "rows": [row for row, length in zip(cells, lengths, strict=True) if length <= MOST_TABLE_TEXT],
    }


def data_table(caption: str, rows: Sequence[Sequence[str]], *, page: int = 10) -> Block:
    """Rows of plain cells, heading first. People can sort, filter and page through it; `caption` names it to screen readers."""
    cells = table(rows)["rows"]
    return {"type": "data_table", "caption": cut(plain(caption), 150), "page_size": page, "rows": cells}


def container(title: str, blocks: Sequence[Block], *, collapsed: bool = True) -> Block:
    """Blocks under a title, folded away until somebody opens it. At most ten; no data table or chart can be among them."""
    return {
        "type": "container",
        "title": words(title, 150),
        "child_blocks": list(blocks[:MOST_CHILDREN]),
        "is_collapsible": True,
        "default_collapsed": collapsed,
    }


def data_chart(
    title: str, series: Mapping[str, Sequence[tuple[str, float]]], *, x_label: str, y_label: str
) -> Block:
    """A line for each of the (at most six) series: name -> (label, value), with the same labels in each, at most twenty."""
    data = {name: points[:MOST_POINTS] for name, points in list(series.items())[:MOST_SERIES]}
    return {
        "type": "data_visualization",
        "title": cut(plain(title), 50),
        "chart": {
            "type": "line",
            "series": [
                {
                    "name": cut(plain(name), 20),
                    "data": [{"label": cut(label, 20), "value": value} for label, value in points],
                }
                for name, points in data.items()
            ],
            "axis_config": {
                "categories": [cut(label, 20) for label, _ in next(iter(data.values()), ())],
                "x_label": cut(plain(x_label), 50),
                "y_label": cut(plain(y_label), 50),
            },
        },
    }


def alert(text: str, level: Literal["info", "warning", "error", "success"] = "warning") -> Block:
    """Only in forms."""
    return {"type": "alert", "text": markdown(text), "level": level}


def card(title: str, body: str, buttons: Sequence[Element] = (), *, subtitle: str = "") -> Block:
    """Markup with a title, and at most three buttons. Only short texts: 150, 150 and 200 characters."""
    built: Block = {"type": "card", "title": markdown(title, 150), "body": markdown(body, 200)}
    if subtitle:
        built["subtitle"] = markdown(subtitle, 150)
    return built | {"actions": list(buttons[:3])} if buttons else built


def table_as_lines(block: Block) -> list[Block]:
    """The same as sections: a line per row, under the heading."""
    rows = [[cell["text"] for cell in row] for row in block["rows"]]
    heading, *body = (" · ".join(escape(cell) for cell in row if cell != "–") for row in rows)
    return sections([f"*{heading}*", *body])


def _cell(text: str) -> Element:
    return {"type": "raw_text", "text": cut(plain(text), LONGEST_CELL) or "–"}


def sections(lines: Iterable[str]) -> list[Block]:
    """As few sections as the lines fit into; only a line longer than a section is cut."""
    blocks: list[Block] = []
    gathered = ""
    for line in lines:
        whole = f"{gathered}\n{line}" if gathered else line
        if len(whole) > LONGEST_SECTION and gathered:
            blocks.append(section(gathered))
            whole = line
        gathered = whole
    return [*blocks, section(gathered)] if gathered else blocks


def fitted(blocks: Sequence[Block], *, tail: int = 1) -> list[Block]:
    """As many of the first blocks as fit, and the last `tail` ones, such as the table and buttons."""
    if len(blocks) <= MOST_BLOCKS and _length(blocks) <= MOST_CHARACTERS:
        return list(blocks)
    end = [_CUT_SHORT, *blocks[-tail:]]
    room = MOST_CHARACTERS - _length(end)
    lengths = accumulate(_length([block]) for block in blocks)
    start = [block for block, length in zip(blocks[:-tail], lengths, strict=False) if length <= room]
    return [*start[: MOST_BLOCKS - len(end)], *end]


_TABLES = {"table", "data_table"}
_CUT_SHORT = context("… and more than one message can hold")


def _length(blocks: Sequence[Block]) -> int:
    """In characters of JSON; a table has a limit of its own."""
    return sum(len(json.dumps(block, ensure_ascii=False)) for block in blocks if block["type"] not in _TABLES)


def modal(
    *, callback: str, title: str, submit: str, metadata: str, blocks: Sequence[Block]
) -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": callback,
        "title": words(title, 24),
        "submit": words(submit, 24),
        "close": words("Cancel", 24),
        "private_metadata": metadata,
        "blocks": list(blocks),
    }


def ask(name: str, label: str, element: Element, *, hint: str = "") -> Block:
    """An input of a form; its value is returned under `name`."""
    built: Block = {
        "type": "input",
        "block_id": name,
        "label": words(label, 2000),
        "element": element | {"action_id": name},
    }
    return built | {"hint": words(hint, 2000)} if hint else built


def text_input(*, placeholder: str = "", longest: int = 1000) -> Element:
    built: Element = {"type": "plain_text_input", "multiline": True, "max_length": longest}
    return built | {"placeholder": words(placeholder, 150)} if placeholder else built


def user_input() -> Element:
    return {"type": "users_select"}


def time_input(initial: datetime) -> Element:
    return {"type": "datetimepicker", "initial_date_time": int(initial.timestamp())}


def choice_input(options: Mapping[str, str]) -> Element:
    """`choices`: value -> label."""
    built = [{"text": words(shown, 75), "value": value} for value, shown in options.items()]
    return {"type": "static_select", "options": built[:100]} | (
        {"initial_option": built[0]} if len(built) == 1 else {}
    )
