"""Builders for Block Kit: the only file that knows its dictionaries and limits."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import accumulate
from math import isfinite
from typing import Any, Literal, TypeAlias

from bot.base.plain import plain
from bot.slack.text import cut, escape

Block: TypeAlias = dict[str, Any]
Element: TypeAlias = dict[str, Any]

MOST_BLOCKS = 50
LONGEST_CHART_TITLE = 50  # characters
MOST_ROWS = 100
MOST_CHILDREN = 10  # blocks in a container
MOST_CHARTS = 2  # in a message
MOST_SERIES = 6
MOST_OPTIONS = 100  # of a select
LONGEST_OPTION = 75  # its label
MOST_POINTS = 20  # of a chart
MOST_TEXT = 4000  # characters of `text`; an update with more is rejected
MOST_CHARACTERS = 12_000  # of JSON over all blocks except tables; Slack rejects about 13,000
MOST_TABLE_TEXT = 10_000  # characters over all cells of all tables of a message
LONGEST_SECTION = 3000
LONGEST_ALERT = 200
LONGEST_CELL = 400  # our choice, for readable tables


def markdown(text: str, length: int = LONGEST_SECTION) -> Element:
    """mrkdwn; `verbatim` keeps Slack from linking names and URLs on its own."""
    return {"type": "mrkdwn", "text": _visible(cut(text, length)), "verbatim": True}


def words(text: str, length: int) -> Element:
    return {"type": "plain_text", "text": _visible(cut(plain(text), length)), "emoji": False}


def _visible(text: str) -> str:
    """Slack refuses a whole message for one empty text, and removing invisible characters can leave a text
    empty.
    """
    return text if text.strip() else "–"


def header(text: str) -> Block:
    return {"type": "header", "text": words(text, 150)}


def section(text: str) -> Block:
    return {"type": "section", "text": markdown(text)}


def beside(text: str, element: Element) -> Block:
    """A section with a button next to it."""
    return section(text) | {"accessory": element}


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
        "accessibility_label": _visible(cut(plain(label), 75) or cut(plain(text), 75)),
    }
    if confirm:
        built["confirm"] = confirm
    return built | {"style": style} if style else built


def link_button(text: str, url: str, *, action: str, label: str) -> Element:
    """Opens a link. Slack reports the click as well, but nothing has to be done about it."""
    return {
        "type": "button",
        "text": words(text, 75),
        "action_id": action,
        "url": url,
        "accessibility_label": _visible(cut(plain(label), 75)),
    }


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
    columns = max(map(len, rows))
    cells = [[_cell(cell) for cell in (*row, *[""] * (columns - len(row)))] for row in rows[:MOST_ROWS]]
    return {
        "type": "table",
        "column_settings": [{"is_wrapped": True} for _ in range(columns)],
        "rows": _within(cells, MOST_TABLE_TEXT),
    }


def data_table(caption: str, rows: Sequence[Sequence[str]], *, page: int = 10) -> Block:
    """Rows of plain cells, heading first. People can sort it and page through it; `caption` names it to
    screen readers.

    As many rows as a plain table can hold, which replaces it in workspaces that do not know it.
    """
    cells = table(rows)["rows"]
    if len(cells) == 1:  # Slack requires at least one row below the heading
        cells = [*cells, [_cell("") for _ in cells[0]]]
    return {
        "type": "data_table",
        "caption": cut(plain(caption), 150) or "Table",
        "page_size": page,
        "rows": cells,
    }


def as_plain_table(block: Block) -> Block:
    """A data table without the features that only data tables have."""
    return {
        "type": "table",
        "column_settings": [{"is_wrapped": True} for _ in block["rows"][0]],
        "rows": block["rows"],
    }


def container(title: str, blocks: Sequence[Block], *, collapsed: bool = True) -> Block:
    """Blocks under a title, collapsed until opened. At most ten.

    It cannot contain the newest blocks: a data table becomes a plain table, a card becomes sections, and a
    chart is left out.
    """
    children = [each for block in blocks for each in _in_container(block)][:MOST_CHILDREN]
    return {
        "type": "container",
        "title": words(title, 150),
        "child_blocks": children or [context("Nothing")],
        "is_collapsible": True,
        "default_collapsed": collapsed,
    }


def _in_container(block: Block) -> list[Block]:
    match block["type"]:
        case "data_table":
            return [as_plain_table(block)]
        case "container":
            return [section(f"*{block['title']['text']}*"), *block["child_blocks"]]
        case "data_visualization":
            return []
        case "card":
            return card_as_sections(block)
        case "alert":
            return [alert_as_section(block)]
        case _:
            return [block]


def data_chart(
    title: str, series: Mapping[str, Sequence[tuple[str, float]]], *, x_label: str, y_label: str
) -> Block:
    """A line for each of the (at most six) series: name -> (label, value), with the same labels in each, at
    most twenty.

    Points that are not finite, or that repeat a label, are left out. Raises ValueError if none is left.
    """
    named = {cut(plain(name), 20) or "value": points for name, points in list(series.items())[:MOST_SERIES]}
    at = _drawable(list(named.values()))
    if not at:
        raise ValueError("a chart needs a point")
    first = next(iter(named.values()))
    labels = [cut(first[one][0], 20) for one in at]
    data = {
        name: [{"label": label, "value": points[one][1]} for label, one in zip(labels, at, strict=True)]
        for name, points in named.items()
    }
    axes = {"categories": labels, "x_label": cut(plain(x_label), 50), "y_label": cut(plain(y_label), 50)}
    return {
        "type": "data_visualization",
        "title": cut(plain(title), LONGEST_CHART_TITLE) or "Chart",
        "chart": {
            "type": "line",
            "series": [{"name": name, "data": points} for name, points in data.items()],
            "axis_config": {name: said for name, said in axes.items() if said},
        },
    }


def _drawable(series: Sequence[Sequence[tuple[str, float]]]) -> list[int]:
    """The positions at which every series has a finite value, with a label that has not occurred before."""
    found: dict[str, int] = {}
    for at in range(min(map(len, series), default=0)):
        label = cut(series[0][at][0], 20)
        if label and all(isfinite(points[at][1]) for points in series):
            found.setdefault(label, at)
    return list(found.values())[:MOST_POINTS]


def alert(text: str, level: Literal["info", "warning", "error", "success"] = "warning") -> Block:
    """Only in forms; a text too long for it is shown as a section."""
    if len(text) > LONGEST_ALERT:
        return section(text)
    return {"type": "alert", "text": markdown(text, LONGEST_ALERT), "level": level}


def card(title: str, body: str, buttons: Sequence[Element] = (), *, subtitle: str = "") -> Block:
    """Markup with a title, and at most three buttons. Only short texts: 150, 150 and 200 characters."""
    built: Block = {"type": "card", "title": markdown(title, 150)}
    if subtitle:
        built["subtitle"] = markdown(subtitle, 150)
    if body:
        built["body"] = markdown(body, 200)
    return built | {"actions": list(buttons[:3])} if buttons else built


def alert_as_section(block: Block) -> Block:
    return section(block["text"]["text"])


def card_as_sections(block: Block) -> list[Block]:
    parts = (f"*{block['title']['text']}*", block.get("body", {}).get("text", ""))
    subtitle = [context(block["subtitle"]["text"])] if "subtitle" in block else []
    buttons = [actions(block["actions"])] if "actions" in block else []
    return [section("\n".join(filter(None, parts))), *subtitle, *buttons]


def table_as_lines(block: Block) -> list[Block]:
    """The same as sections: a line per row, under the heading."""
    rows = [[cell["text"] for cell in row] for row in block["rows"]]
    heading, *body = (" · ".join(escape(cell) for cell in row if cell != "–") for row in rows)
    return sections([f"*{heading}*", *body])


def _cell(text: str) -> Element:
    return {"type": "raw_text", "text": _visible(cut(plain(text), LONGEST_CELL))}


def _within(rows: Sequence[list[Element]], characters: int) -> list[list[Element]]:
    """As many of the leading rows as fit."""
    lengths = accumulate(sum(len(cell["text"]) for cell in row) for row in rows)
    return [row for row, length in zip(rows, lengths, strict=True) if length <= characters]


def sections(lines: Iterable[str]) -> list[Block]:
    """As few sections as the lines fit into; only a line longer than a section is truncated."""
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
    """What Slack accepts as one message: as many leading blocks as fit, the last `tail` ones, and all
    buttons.
    """
    end = len(blocks) - tail
    marked = [
        (each, at >= end or each["type"] == "actions")
        for at, limited in enumerate(_data_within_limits(blocks))
        for each in limited
    ]
    whole = [block for block, _ in marked]
    if _fits(whole):
        return whole
    kept = [at for at, (_, is_kept) in enumerate(marked) if is_kept]
    while not _fits([_CUT_SHORT, *(whole[at] for at in kept)]):
        kept.remove(next((at for at in kept if whole[at]["type"] != "actions"), kept[0]))
    for at in range(len(whole)):
        if at not in kept and not _fits([_CUT_SHORT, *(whole[each] for each in (*kept, at))]):
            break
        kept += [at] if at not in kept else []
    shown = [whole[at] for at in sorted(kept)]
    cut_at = next(at for at in range(len(whole)) if at not in kept)
    return [*shown[:cut_at], _CUT_SHORT, *shown[cut_at:]]


def _fits(blocks: Sequence[Block]) -> bool:
    return len(blocks) <= MOST_BLOCKS and _length(blocks) <= MOST_CHARACTERS


def _data_within_limits(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """Slack's limits on all tables and charts of a message: the excess becomes lines or is left out."""
    room, tables, charts = MOST_TABLE_TEXT, 0, 0
    for block in blocks:
        own = [each for each in every_block([block]) if each["type"] in _TABLES]
        text = sum(len(cell["text"]) for each in own for row in each["rows"] for cell in row)
        charts += block["type"] == "data_visualization"
        plain_tables = sum(each["type"] == "table" for each in own)
        if text > room or (plain_tables and tables + plain_tables > 1):
            yield _without_tables(block)
        elif block["type"] == "data_visualization" and charts > MOST_CHARTS:
            yield []
        else:
            room, tables = room - text, tables + plain_tables
            yield [block]


def _without_tables(block: Block) -> list[Block]:
    if block["type"] in _TABLES:
        return table_as_lines(block)
    if block["type"] != "container":
        return [block]
    lines = [each for child in block["child_blocks"] for each in _without_tables(child)]
    if len(lines) <= MOST_CHILDREN:
        return [block | {"child_blocks": lines}]
    return [section(f"*{block['title']['text']}*"), *lines]


def every_block(blocks: Sequence[Block]) -> Iterator[Block]:
    """These blocks, and those inside containers."""
    for block in blocks:
        yield block
        yield from every_block(block.get("child_blocks", ()))


_TABLES = frozenset({"table", "data_table"})
_CUT_SHORT = context("… and more than one message can hold")


def _length(blocks: Sequence[Block]) -> int:
    """In characters of JSON; tables have a separate limit."""
    return sum(
        _length(block["child_blocks"]) + len(block["title"]["text"])
        if block["type"] == "container"
        else len(json.dumps(block, ensure_ascii=False))
        for block in blocks
        if block["type"] not in _TABLES
    )


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


def notice(*, callback: str, title: str, metadata: str, blocks: Sequence[Block]) -> dict[str, Any]:
    """A modal that is only read, or whose buttons act at once."""
    built = modal(callback=callback, title=title, submit="", metadata=metadata, blocks=blocks)
    return {name: part for name, part in built.items() if name != "submit"} | {"close": words("Close", 24)}


def ask(
    name: str, label: str, element: Element, *, hint: str = "", optional: bool = False, reports: bool = False
) -> Block:
    """An input of a form; its value is returned under `name`. `reports`: each choice is reported at once, like a click."""
    built: Block = {
        "type": "input",
        "block_id": name,
        "label": words(label, 2000),
        "element": element | {"action_id": name},
    }
    if hint:
        built["hint"] = words(hint, 2000)
    if optional:
        built["optional"] = True
    return built | {"dispatch_action": True} if reports else built


def text_input(
    *, placeholder: str = "", longest: int = 1000, lines: bool = True, initial: str = ""
) -> Element:
    built: Element = {"type": "plain_text_input", "multiline": lines, "max_length": longest}
    if initial:
        built["initial_value"] = initial
    return built | {"placeholder": words(placeholder, 150)} if placeholder else built


def user_input(initial: str = "") -> Element:
    return {"type": "users_select"} | ({"initial_user": initial} if initial else {})


def time_input(initial: datetime) -> Element:
    return {"type": "datetimepicker", "initial_date_time": int(initial.timestamp())}


def choices_input(options: Mapping[str, str], initial: Collection[str] = ()) -> Element:
    """`options`: value -> label; any number of them can be chosen."""
    built = [{"text": words(shown, LONGEST_OPTION), "value": value} for value, shown in options.items()]
    chosen = [option for option in built[:MOST_OPTIONS] if option["value"] in initial]
    select = {"type": "multi_static_select", "options": built[:MOST_OPTIONS]}
    return select | ({"initial_options": chosen} if chosen else {})


def choice_input(options: Mapping[str, str], initial: str = "") -> Element:
    """`options`: value -> label. A single one is preselected."""
    built = [{"text": words(shown, 75), "value": value} for value, shown in options.items()][:MOST_OPTIONS]
    chosen = [option for option in built if option["value"] == initial or len(built) == 1]
    select = {"type": "static_select", "options": built}
    return select | ({"initial_option": chosen[0]} if chosen else {})
