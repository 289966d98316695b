"""Common YAML mistakes: what was probably meant, and how to write it."""

from __future__ import annotations

import re

TO_BE_REPLACED = "Replace this"  # begins a text that `canary init` cannot know
_SIGN = re.compile(r"(?:^\s*|[:-]\s+|[,\[{]\s*)(?P<text>(?:[<>]=?|!=|@|%|`)[^,\]}#]*)")
_PLACEHOLDER = re.compile(r"(?<![\"'\w])[^\"':,\[]*\{\{[^{}]*\}\}")
_ODD = "\u00a0\u1680\u2000-\u200b\u202f\u205f\u2060\u3000\ufeff"
_ODD_SPACE = re.compile(rf"^[ \t-]*(?:[\w\"'-]+:)?[{_ODD}]")


def odd_space(line: str) -> bool:
    """Whether the line is indented, or its key followed, by a character that YAML does not treat as a space."""
    return _ODD_SPACE.match(line) is not None


def how_to_write(line: str) -> str:
    """The end of an error about a line that cannot be parsed; "" if there is no hint."""
    if _PLACEHOLDER.search(line):
        return '; put text with {{…}} in quotes: "{{version}}"'
    if found := _SIGN.search(line):
        text = found["text"].strip()
        return f'; put it in quotes: "{text}"' if '"' not in text else f"; put it in quotes: '{text}'"
    return ""
