"""Builds Markdown from text by people, checks and servers, escaped so that it stays text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.base.plain import plain

_MARKUP = re.compile(r"[\\|\[\]`]")


def table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """ "" if there are no rows."""
    lines = [_row(row) for row in rows]
    return "\n".join([_row(heading), _row(["---"] * len(heading)), *lines]) if lines else ""


def listed(title: str, lines: Iterable[str]) -> str:
    """A section of bullet points; "" if there are none."""
    said = [f"- {cell(line)}" for line in lines]
    return "\n".join([f"## {title}", "", *said]) if said else ""


def cell(text: str) -> str:
    """One line, which cannot start a column, heading, link or HTML."""
    line = plain(" ".join(text.split()))
    return _MARKUP.sub(r"\\\g<0>", line).replace("&", "&amp;").replace("<", "&lt;")


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell(text) for text in cells) + " |"
