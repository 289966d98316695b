"""PostgreSQL's own grammar: a statement's text becomes a tree, and is edited so that it means an edited tree. Pure.

The parser is PostgreSQL's, so nothing that PostgreSQL reads differently can hide in a comment, a string or a name. It is bounded: by
the text's size, by the depth of the tree, and against nested comments, for which PostgreSQL's scanner takes quadratic time.

A node is written `{kind: {field: value}}`, a value being a node, a list of nodes, or a plain one; a field that always holds one
kind of node holds its fields alone. What has its default (0, false, empty) is left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from checks.outcome import Cause, CheckError
from checks.sources.postgres.parser import SyntaxProblem, tree_in_json

Fields: TypeAlias = dict[str, Any]
Node: TypeAlias = dict[str, Fields]  # of one kind; empty if there is none

MOST_TEXT = 30_000  # characters of a statement; a check's own is at most 20,000
_MOST_COMMENTS = 100
_DEEPEST = 500  # nested lists and mappings: seven per subquery, three per operator
_SHOWN = 200
_BLANK = " \t\n\r\f\v"  # to PostgreSQL; others are part of a name
PLACES = frozenset(  # fields with positions in the text
    {"location", "stmt_location", "stmt_len", "list_start", "list_end", "rexpr_list_start", "rexpr_list_end"}
)
# Fields that contain the fields of one kind of node.
_TYPED: Mapping[tuple[str, str], str] = {
    ("SelectStmt", "larg"): "SelectStmt",
    ("SelectStmt", "rarg"): "SelectStmt",
    ("SelectStmt", "withClause"): "WithClause",
    ("RangeVar", "alias"): "Alias",
    ("RangeSubselect", "alias"): "Alias",
    ("RangeFunction", "alias"): "Alias",
    ("JoinExpr", "alias"): "Alias",
    ("JoinExpr", "join_using_alias"): "Alias",
    ("ColumnDef", "typeName"): "TypeName",
    ("TypeCast", "typeName"): "TypeName",
    ("FuncCall", "over"): "WindowDef",
}
_NESTED = (dict, list)  # a union would be made anew each time
_LEAVES = frozenset({"A_Const", "String", "Integer"})


@dataclass(frozen=True)
class Wanted:
    """What kind of statement is expected, for people."""

    said: str
    hint: str


SELECT = Wanted("a SELECT", "Ask one SELECT.")


@dataclass(frozen=True)
class Statement:
    """The one statement of a text, without the surrounding text."""

    text: bytes
    start: int  # where it begins; positions in the tree count from the text's beginning
    tree: Node


@dataclass(frozen=True)
class Edit:
    """Replaces the bytes `start` to `end` by `instead`."""

    start: int
    end: int
    instead: str


def parse(text: str, wanted: Wanted = SELECT) -> Statement:
    """Raises CheckError if it is not exactly one statement, or too large."""
    if len(text) > MOST_TEXT:
        raise _refused(f"the query has {len(text):,} characters, at most {MOST_TEXT:,} are read")
    if text.count("/*") > _MOST_COMMENTS:
        raise _refused(f"the query has more than {_MOST_COMMENTS} comments")
    if "\0" in text or _is_broken(text):
        raise _refused("the query contains a character that PostgreSQL cannot store")
    parsed = _parsed(text, wanted)
    if len(parsed) != 1:
        raise _refused(f"the query is {len(parsed)} statements, expected one", wanted.hint)
    start, whole = parsed[0].get("stmt_location", 0), text.encode()
    length = parsed[0].get("stmt_len", len(whole) - start)
    return Statement(whole[start : start + length], start, parsed[0]["stmt"])


def edited(statement: Statement, edits: Iterable[Edit]) -> str:
    """The edited text of the statement, if it parses to the tree, which is already edited. Raises CheckError.

    The tree loses its positions.
    """
    text, at = b"", 0
    for edit in sorted(edits, key=lambda each: each.start):
        start, end = edit.start - statement.start, edit.end - statement.start
        if not at <= start <= end <= len(statement.text):
            raise _not_safe()
        text += statement.text[at:start] + edit.instead.encode()
        at = end
    try:
        written = (text + statement.text[at:]).decode().strip(_BLANK)
        again = _trees(written)
    except (UnicodeDecodeError, SyntaxProblem, RecursionError):
        raise _not_safe() from None
    if len(again) != 1 or _forget_places(again[0]["stmt"]) != _forget_places(statement.tree):
        raise _not_safe()
    return written


def children(kind: str, fields: Fields) -> Iterator[tuple[str, Fields]]:
    """(kind, fields) of every direct child. Raises CheckError for a value that is not a node."""
    if kind in _LEAVES:
        return
    for field, value in fields.items():
        if isinstance(value, dict):
            typed = _TYPED.get((kind, field))
            yield (typed, value) if typed else opened(value)
        elif isinstance(value, list):
            for each in value:
                if each:
                    yield opened(each)


def opened(node: Node) -> tuple[str, Fields]:
    """(kind, fields). Raises CheckError for anything that is not one node."""
    found = list(node.items())
    if len(found) == 1 and isinstance(found[0][1], dict):
        return found[0]
    raise _refused("the query uses a construct that checks do not read")


def fields_of(node: Node | None, kind: str) -> Fields | None:
    """The node's fields if it is of this kind."""
    return node.get(kind) if node else None


def _parsed(text: str, wanted: Wanted = SELECT) -> list[Fields]:
    try:
        found = _trees(text)
        _must_be_shallow(found)
    except SyntaxProblem as problem:
        said = str(problem)[:_SHOWN]
        raise _refused(f"PostgreSQL cannot parse the query as {wanted.said}: {said}", wanted.hint) from None
    except RecursionError:
        raise _too_deep() from None
    return found


def _trees(text: str) -> list[Fields]:
    """Of each statement, however deep. Raises SyntaxProblem or RecursionError."""
    return list(json.loads(tree_in_json(text))["stmts"])


def _must_be_shallow(found: list[Any]) -> None:
    level: list[Any] = [found]
    for _ in range(_DEEPEST):
        level = [
            part
            for each in level
            for part in (each.values() if isinstance(each, dict) else each)
            if isinstance(part, _NESTED)
        ]
        if not level:
            return
    raise _too_deep()


def _forget_places(tree: Node) -> Node:
    left: list[Any] = [tree]
    while left:
        part = left.pop()
        if isinstance(part, dict):
            for place in PLACES & part.keys():
                del part[place]
            left.extend(part.values())
        elif isinstance(part, list):
            left.extend(part)
    return tree


def _is_broken(text: str) -> bool:
    """An unpaired surrogate has no UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _too_deep() -> CheckError:
    return _refused(
        "the query is nested too deeply",
        "Name its parts in a WITH; write a long sum or concatenation with fewer operators in a row.",
    )


def _not_safe() -> CheckError:
    return _refused("the query cannot be written down safely", "Write it in a simpler form.")


def _refused(message: str, hint: str = "") -> CheckError:
    return CheckError(message, cause=Cause.CONFIGURATION, hint=hint)
