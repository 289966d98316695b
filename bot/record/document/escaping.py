"""Escapes text for a page; the only module that does. Whoever wrote it, it stays text."""

from __future__ import annotations

from bot.base.plain import plain

_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})


def escape(text: str) -> str:
    """For content and quoted attributes: no tag, no entity, and no invisible character that changes the
    direction of text.
    """
    return plain(text).translate(_ENTITIES)
