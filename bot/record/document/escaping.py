"""Escapes text for a page: the only place that does. It stays text, whoever wrote it."""

from __future__ import annotations

from bot.base.plain import plain

_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})


def escape(text: str) -> str:
    """For content and for quoted attributes: no tag, no entity, and nothing invisible that turns text around."""
    return plain(text).translate(_ENTITIES)
