"""What a statement touches, read from its text and from the plan that the database made of it. Pure.

The plan is the database's own account of the relations: views are expanded in it, functions of SQL inlined.
Functions are sought in the text as well, for a plan does not show all expressions (LIMIT's, for one). What
this cannot see stays the business of the role's rights: operators and casts that someone defined with a
function of their own, and functions that call others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

# Where PostgreSQL nests block comments, this ends one too early and takes the rest for code: more is found
# then, never less.
_TOKEN = re.compile(
    r"""
      (?P<skip> [eE]'(?:[^'\\]|\\.|'')*'
              | '(?:[^']|'')*'
              | \$(?P<tag>\w*)\$.*?\$(?P=tag)\$
              | --[^\n]*
              | /\*.*?\*/ )
    | (?P<quoted> "(?:[^"]|"")+" )
    | (?P<word> [^\W\d][\w$]* )
    | (?P<mark> [.(] )
    | \s+ | .
    """,
    re.VERBOSE | re.DOTALL,
)


def hides_names(text: str) -> bool:
    """Whether names may be written in Unicode escapes (U&"…"), which nothing here reads."""
    return re.search(r"[uU]&\"", text) is not None


def called_in(text: str) -> set[tuple[str, str]]:
    """(schema or "", name) of all that stands before an opening parenthesis, as PostgreSQL folds it."""
    before = ("", "", "")
    called = set()
    for part in _tokens(text):
        if part == "(" and before[2].startswith(":"):
            schema = before[0][1:] if before[1] == "." else ""
            called.add((schema, before[2][1:]))
        before = (*before[1:], part)
    return called


def _tokens(text: str) -> Iterator[str]:
    """Marks as they are, names folded and with a leading colon, anything else as nothing between."""
    for match in _TOKEN.finditer(text):
        if match["quoted"]:
            yield ":" + match["quoted"][1:-1].replace('""', '"')
        elif match["word"]:
            yield ":" + match["word"].lower()
        elif match["mark"]:
            yield match["mark"]
        elif not match["skip"] and not match[0].isspace():
            yield ":"


def relations_in(plan: Any) -> set[tuple[str, str]]:
    """(schema, name) of every relation that the plan reads."""
    return {
        (node.get("Schema", ""), node["Relation Name"]) for node in _nodes(plan) if "Relation Name" in node
    }


def called_in_plan(plan: Any) -> set[tuple[str, str]]:
    """As `called_in`, of the plan's expressions, of which most come several times."""
    return {call for text in set(_texts(plan)) if "(" in text for call in called_in(text)}


def size_of(plan: Any) -> int:
    """Characters of the plan's expressions."""
    return sum(map(len, _texts(plan)))


def changes_rows(plan: Any) -> bool:
    return any(node.get("Node Type") == "ModifyTable" for node in _nodes(plan))


def _texts(plan: Any) -> Iterator[str]:
    for node in _nodes(plan):
        for value in node.values():
            yield from (
                part for part in (value if isinstance(value, list) else [value]) if isinstance(part, str)
            )


def _nodes(plan: Any) -> Iterator[dict[str, Any]]:
    left = [plan]
    while left:
        part = left.pop()
        if isinstance(part, dict):
            yield part
            left.extend(part.values())
        elif isinstance(part, list):
            left.extend(part)
