"""Escapes text for a page; the only module that does. Whoever wrote it, it stays text."""

from __future__ import annotations

import re

from bot.base.plain import plain

_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})


_LONG_WORD = re.compile(r"\S{18,}")
_PIECE = re.compile(r"[_./=:,;&?|-]{0,16}[^_./=:,;&?|-]{1,16}[_./=:,;&?|-]{0,16}|[_./=:,;&?|-]{1,16}")
_DATE = re.compile(r"\b\d{4}-\d\d-\d\d\b")


def escape(text: str) -> str:
    """For content and quoted attributes: no tag, no entity, and no invisible character that changes the
    direction of text.
    """
    return plain(text).translate(_ENTITIES)


def breakable(text: str) -> str:
    """The same, for content: a long word, such as the name of a variable, can be broken after its signs, and
    nowhere else unless a part of it is long, too; a date is never broken.
    """
    written: list[str] = []
    at = 0
    shown = plain(text)
    for word in _LONG_WORD.finditer(shown):
        written += [shown[at : word.start()].translate(_ENTITIES)]
        written += ["<wbr>".join(piece.translate(_ENTITIES) for piece in _PIECE.findall(word[0]))]
        at = word.end()
    whole = "".join([*written, shown[at:].translate(_ENTITIES)])
    return _DATE.sub(r'<span class="date">\g<0></span>', whole)
