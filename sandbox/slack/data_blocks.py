"""Blocks that show data: tables and charts, with the limits that Slack documents."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from sandbox.slack.refusal import Json
from sandbox.slack.rules import (
    Rule,
    anything,
    boolean,
    by_type,
    choice,
    distinct,
    integer,
    items,
    problem,
    shape,
    string,
)

MOST_TABLE_TEXT = 10_000  # characters over all cells of all tables of a message
MOST_CHARTS = 2  # in a message
MOST_SERIES = 6
MOST_POINTS = 20

_ANY = {"type": anything}
_ID = {"block_id": string(255)}


def number(value: Any, pointer: str) -> Iterator[str]:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        yield problem("must be a number", pointer)
    elif not math.isfinite(value):
        yield problem("must be a finite number", pointer)


def _positive(value: Any, pointer: str) -> Iterator[str]:
    yield from number(value, pointer)
    if isinstance(value, (int, float)) and not value > 0:
        yield problem("must be greater than 0", pointer)


_RAW: dict[str, Rule] = {
    "raw_text": shape({**_ANY, "text": string(MOST_TABLE_TEXT)}, {}),
    "raw_number": shape({**_ANY, "value": number, "text": string(MOST_TABLE_TEXT)}, {}),
}
_CELL = by_type({**_RAW, "rich_text": shape({**_ANY, "elements": items(anything, 100)}, _ID)})
_COLUMN = shape({}, {"align": choice("left", "center", "right"), "is_wrapped": boolean})

TABLE = shape({**_ANY, "rows": items(items(_CELL, 20), 100)}, {**_ID, "column_settings": items(_COLUMN, 20)})


def _rows(value: Any, pointer: str) -> Iterator[str]:
    """A heading without rich text, and rows of the same length."""
    found = list(items(items(_CELL, 20), 101, least=2)(value, pointer))
    yield from found
    if found:
        return
    yield from items(by_type(_RAW), 20)(value[0], f"{pointer}/0")
    for at, row in enumerate(value):
        if len(row) != len(value[0]):
            yield problem("all rows must have the same number of cells", f"{pointer}/{at}")


DATA_TABLE = shape(
    {**_ANY, "caption": string(3000), "rows": _rows},
    {**_ID, "page_size": integer(1, 100), "row_header_column_index": integer(0, 19)},
)

_LABEL = string(20)
_SERIES = shape(
    {"name": _LABEL, "data": items(shape({"label": _LABEL, "value": number}, {}), MOST_POINTS)}, {}
)
_AXES = shape(
    {"categories": items(_LABEL, MOST_POINTS)},
    {"x_label": string(50), "y_label": string(50)},
)
_PIE = shape(
    {**_ANY, "segments": items(shape({"label": _LABEL, "value": _positive}, {}), MOST_SERIES)},
    {},
)


def _matching(chart: Any, pointer: str) -> Iterator[str]:
    """Every series has a name of its own, and the categories as its labels."""
    yield from distinct(
        "name",
        ((each["name"], f"{pointer}/series/{at}/name") for at, each in enumerate(chart["series"])),
    )
    categories = chart["axis_config"]["categories"]
    yield from distinct("category", ((each, f"{pointer}/axis_config/categories") for each in categories))
    for at, each in enumerate(chart["series"]):
        if [point["label"] for point in each["data"]] != categories:
            yield problem("labels must match axis_config.categories", f"{pointer}/series/{at}/data")


def _with_axes(chart: Any, pointer: str) -> Iterator[str]:
    sound = shape({**_ANY, "series": items(_SERIES, MOST_SERIES), "axis_config": _AXES}, {})
    found = list(sound(chart, pointer))
    yield from found or _matching(chart, pointer)


DATA_VISUALIZATION = shape(
    {
        **_ANY,
        "title": string(50),
        "chart": by_type({"pie": _PIE, "bar": _with_axes, "area": _with_axes, "line": _with_axes}),
    },
    _ID,
)


def across(blocks: Sequence[Json], pointer: str) -> Iterator[str]:
    """Limits on all tables and charts of a message together."""
    if sum(block["type"] == "table" for block in blocks) > 1:
        yield problem("only_one_table_allowed", pointer)
    cells = [
        cell
        for block in blocks
        if block["type"] in {"table", "data_table"}
        for row in block["rows"]
        for cell in row
    ]
    if sum(len(cell.get("text", "")) for cell in cells) > MOST_TABLE_TEXT:
        yield problem(f"table must be less than {MOST_TABLE_TEXT + 1} characters in all", pointer)
    if sum(block["type"] == "data_visualization" for block in blocks) > MOST_CHARTS:
        yield problem(f"no more than {MOST_CHARTS} data_visualization blocks allowed", pointer)
