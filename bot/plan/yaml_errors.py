"""Explains invalid YAML in the author's terms; ruamel's own errors describe its parser."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from ruamel.yaml.error import MarkedYAMLError

from bot.plan.hints import how_to_write

_COLONS = re.compile(r":\s.*:(?:\s|$)")
_FOUND = re.compile(r"(?:found|got) (?:character )?'(.*)'", re.DOTALL)
_ESCAPE = re.compile(r"\\(?![0abtnvfre \"/\\N_LPxuU\t])(.)|\\[xuU]")


class _Broken(NamedTuple):
    """`line` is where the error was noticed, `began` where the broken construct begins."""

    line: int
    began: int
    context: str
    problem: str
    text: str  # of the line
    found: str  # what the parser found instead


def explained(error: MarkedYAMLError, lines: Sequence[str]) -> tuple[int, str]:
    """Returns the line number, and what was expected there with how to write it."""
    noticed, began = error.problem_mark or error.context_mark, error.context_mark or error.problem_mark
    line, first = (int(mark.line) + 1 if mark else 0 for mark in (noticed, began))
    problem, text = str(error.problem or ""), lines[line - 1] if 0 < line <= len(lines) else ""
    found = _FOUND.search(problem)
    broken = _Broken(line, first, str(error.context or ""), problem, text, found[1] if found else "")
    for recognized, told in _TOLD:
        if recognized in broken.context or recognized in broken.problem:
            where, said = told(broken)
            hint = "" if "; " in said else how_to_write(lines[where - 1] if 0 < where <= len(lines) else "")
            return where, f"{said}{hint}"
    return line, f"expected YAML, like key: value{how_to_write(text)}"


def _tab(broken: _Broken) -> tuple[int, str]:
    return broken.line, "expected spaces: a tab cannot indent YAML"


def _quote(broken: _Broken) -> tuple[int, str]:
    return broken.began, 'expected a closing quote for the text that begins on this line, like "text"'


def _escape(broken: _Broken) -> tuple[int, str]:
    found = _ESCAPE.search(broken.text)
    written = found[0] if found else "\\"
    said = f"expected an escape like \\n after the backslash in double quotes, not {written}"
    return broken.line, f"{said}; put text with backslashes in single quotes"


def _bracket(opening: str, closing: str, example: str) -> Callable[[_Broken], tuple[int, str]]:
    def told(broken: _Broken) -> tuple[int, str]:
        where = "this line" if broken.began == broken.line else f"line {broken.began}"
        return (
            broken.line,
            f"expected a comma or the closing {closing} of the {opening} on {where}, like {example}",
        )

    return told


def _colon(broken: _Broken) -> tuple[int, str]:
    if _COLONS.search(broken.text):
        return (
            broken.line,
            "expected one key and its value on a line; put text with a colon and a space in quotes",
        )
    return (
        broken.line,
        "expected the same indentation as the keys above; or a colon and a space after the key above",
    )


def _block(broken: _Broken) -> tuple[int, str]:
    if broken.found == "<scalar>" and re.search(r"[\"']", broken.text):
        return (
            broken.line,
            "expected nothing after the closing quote; if only part of a text is in quotes, put all of it in single quotes",
        )
    return broken.line, "expected the same indentation as the entries above; a list's - and keys do not mix"


def _sign(broken: _Broken) -> tuple[int, str]:
    return broken.line, f"expected text that does not begin with {broken.found}"


def _folded(broken: _Broken) -> tuple[int, str]:
    return broken.line, "expected nothing after > or |, which begins text on the lines below"


def _dash(broken: _Broken) -> tuple[int, str]:
    return (
        broken.line,
        "expected a value, not the - of a list; begin the list on the next line, or write [a, b]",
    )


def _question(broken: _Broken) -> tuple[int, str]:
    return broken.line, "expected text that does not begin with a ? and a space; put it in quotes"


def _key(broken: _Broken) -> tuple[int, str]:
    return (
        broken.began,
        "expected a colon and a space after the key, like key: value, or a space after the - of a list",
    )


def _value(broken: _Broken) -> tuple[int, str]:
    before = {"<document start>": "---", "<document end>": "...", "<stream end>": "the end"}
    shown = before.get(broken.found, broken.found)
    return broken.line, f"expected a value before {shown}; put text that begins with {shown} in quotes"


def _start(broken: _Broken) -> tuple[int, str]:
    return broken.line, "expected a key and its value, like version: 1"


def _name(broken: _Broken) -> tuple[int, str]:
    return broken.line, "expected text that does not begin with *, &, ! or %; put it in quotes"


_TOLD: Sequence[tuple[str, Callable[[_Broken], tuple[int, str]]]] = (
    ("'\\t'", _tab),
    ("unknown escape", _escape),
    ("expected escape sequence", _escape),
    ("quoted scalar", _quote),
    ("flow sequence", _bracket("[", "]", "[a, b]")),
    ("flow mapping", _bracket("{", "}", "{a: 1, b: 2}")),
    ("mapping values are not allowed", _colon),
    ("expected <block end>", _block),
    ("cannot start any token", _sign),
    ("block scalar", _folded),
    ("sequence entries are not allowed", _dash),
    ("mapping keys are not allowed", _question),
    ("simple key", _key),
    ("expected the node content", _value),
    ("<document start>", _start),
    ("scanning an alias", _name),
    ("scanning an anchor", _name),
    ("parsing a tag", _name),
    ("directive", _name),
)
