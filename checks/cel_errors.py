"""Explains invalid CEL in the author's terms; the parser's own errors name its tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_LONGEST = 40  # quoted characters
_AT = re.compile(r"<input>:\d+:(\d+):")
_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'')
_SLIPS: Sequence[tuple[re.Pattern[str], str]] = tuple(
    (re.compile(pattern), said)
    for pattern, said in (
        (r"[“”„‘’]", "write straight quotes, \" or '"),
        (r"===", "write == to compare"),
        (r"=~", "write last.body.name.matches('pattern') to search"),
        (r"<>", "write != for unequal"),
        (r"(?<![=!<>])=(?!=)", "write == to compare"),
        (r"(?i)\band\b", "write && for and"),
        (r"(?i)\bor\b", "write || for or"),
        (r"(?i)\bnot\b", "write ! for not"),
        (r"\bis\b", "write == to compare"),
        (r";", "write one expectation per entry of the list, without ;"),
        (r"#", "put comments outside of the quotes"),
        (r"\b\d+(?:\.\d+)?\s*[A-Za-z%]+", "write a number without a unit: ms is in milliseconds"),
        (r"\d{19,}", "write a smaller number: 9,223,372,036,854,775,807 is the largest"),
    )
)
_CLOSING = {"(": ")", "[": "]", "{": "}"}


def explained(text: str, error: str) -> str:
    """Returns what to write instead, or the position from which it cannot be parsed."""
    return next(_slips(text), None) or _place(text, error)


def _slips(text: str) -> Iterator[str]:
    if not text.strip():
        yield "this is empty"
    if (at := text.find("\\")) >= 0:
        yield f"write \\\\ for a backslash, as in {_quoted(text, at)}"
    bare = _TEXT.sub("''", text)
    yield from (said for pattern, said in _SLIPS if pattern.search(bare))
    if re.search(r"[\"']", bare.replace("''", "")):
        yield "a quote is not closed"
    yield from _brackets(bare)


def _brackets(bare: str) -> Iterator[str]:
    opened: list[str] = []
    for character in bare:
        if character in _CLOSING:
            opened.append(character)
        elif character in _CLOSING.values() and (not opened or _CLOSING[opened.pop()] != character):
            yield f"a {character} closes nothing"
            return
    if opened:
        yield f"a {opened[-1]} is not closed"


def _place(text: str, error: str) -> str:
    found = _AT.search(error)
    at = int(found[1]) - 1 if found else 0
    if at >= len(text.rstrip()):
        return "a value is missing at the end"
    return f"it cannot be read from {_quoted(text, at)} on"


def _quoted(text: str, at: int) -> str:
    rest = text[at : at + _LONGEST]
    return repr(rest if at + _LONGEST >= len(text) else f"{rest}…")
