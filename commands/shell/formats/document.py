"""For programs: JSON that also hides nothing from a person who reads it in a terminal."""

from __future__ import annotations

import json
from typing import Any

from bot.base.plain import plain


def as_json(document: Any) -> str:
    r"""Indented, with control and invisible characters as \u escapes."""
    text = json.dumps(document, indent=2, ensure_ascii=False)
    if plain(text) == text:
        return text
    return "".join(char if plain(char) == char else _escaped(char) for char in text)


def _escaped(char: str) -> str:
    return f"\\u{ord(char):04x}" if char.isascii() else json.dumps(char)[1:-1]
