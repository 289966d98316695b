"""pydantic's errors in the author's terms: path, expected, given, closest known name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pydantic_core import ErrorDetails

from bot.plan.problems import Path, nearest, show
from bot.plan.schema import Schema, has
from checks.kinds import ACTIONS, KINDS, SOURCES, Kinds

_EXPECTED: Mapping[str, str] = {
    "string_type": "expected text",
    "bool_type": "expected true or false",
    "int_type": "expected a whole number",
    "int_from_float": "expected a whole number",
    "float_type": "expected a number",
    "dict_type": "expected a mapping",
    "model_type": "expected a mapping",
    "model_attributes_type": "expected a mapping",
    "tuple_type": "expected a list",
    "list_type": "expected a list",
    "none_required": "expected this to be left out",
    "greater_than_equal": "expected at least {ge}",
    "greater_than": "expected more than {gt}",
    "less_than_equal": "expected at most {le}",
    "less_than": "expected less than {lt}",
    "literal_error": "expected {expected}",
    "enum": "expected {expected}",
    "string_pattern_mismatch": "expected text that matches {pattern}",
}
_LENGTH: Mapping[str, str] = {
    "string_too_short": "expected at least {min_length} characters, not {actual}",
    "string_too_long": "expected at most {max_length} characters, not {actual}",
    "too_short": "expected {min_length} or more entries, not {actual_length}",
    "too_long": "expected {max_length} or fewer entries, not {actual_length}",
}


def explain(errors: Iterable[ErrorDetails], data: Any) -> dict[Path, str]:
    """Returns path in the data -> what is wrong there, one message per path."""
    schema = Schema(data)
    said: dict[Path, str] = {}
    for error in errors:
        if _is_echo(error):
            continue
        path = _path(error, data)
        said.setdefault(path, _say(error, path, schema))
    return said


def _is_echo(error: ErrorDetails) -> bool:
    """A list that is too short only because invalid entries were dropped; each of them has its own error."""
    return error["type"] == "too_short" and len(error["input"]) != error["ctx"]["actual_length"]


def _path(error: ErrorDetails, data: Any) -> Path:
    """The error's path in the data, without pydantic's own steps (a union's branch, "[key]")."""
    path: list[str | int] = []
    for step in error["loc"]:
        if has(data, step):
            path.append(step)
            data = data[step]
    if error["type"] == "missing":
        path.append(error["loc"][-1])
    return (*path, "kind") if error["type"].startswith("union_tag_") else tuple(path)


def _say(error: ErrorDetails, path: Path, schema: Schema) -> str:
    kind, context, given = error["type"], error.get("ctx", {}), error["input"]
    if kind == "extra_forbidden":
        return f"unknown key{nearest(path[-1], schema.keys(path[:-1]))}"
    if kind == "missing":
        return f"missing{_purpose(schema.description(path))}"
    if kind.startswith("union_tag_"):
        return _kind(context.get("tag"), _kinds_at(path))
    if kind in _LENGTH:
        return _LENGTH[kind].format_map({**context, "actual": len(str(given))})
    if kind in _EXPECTED:
        hint = _HINTS[kind](given) if kind in _HINTS else ""
        return f"{_EXPECTED[kind].format_map(context)}, not {show(given)}{hint}"
    return error["msg"].removeprefix("Value error, ")


def _kinds_at(path: Path) -> Kinds[Any]:
    if path[0] == "sources":
        return SOURCES
    return ACTIONS if path[2:3] == ("actions",) else KINDS


def _how_to_write_text(given: Any) -> str:
    if given is None:
        return "; a # begins a comment: put text with one in quotes"
    return "; put it in quotes" if isinstance(given, int | float) else ""


def _how_to_write_a_list(given: Any) -> str:
    return f"; write [{given}]" if isinstance(given, str | int) and not isinstance(given, bool) else ""


_HINTS: Mapping[str, Callable[[Any], str]] = {
    "string_type": _how_to_write_text,
    "tuple_type": _how_to_write_a_list,
    "list_type": _how_to_write_a_list,
}


def _kind(given: str | None, known: Kinds[Any]) -> str:
    if given is None:
        return f"missing; expected one of {', '.join(sorted(known))}"
    if why := known.why_refused(given):
        return f"expected a kind that can be used: {why}"
    return f"expected a known kind, not {show(given)}{nearest(given, known)}"


def _purpose(text: str) -> str:
    return f": {text[:1].lower()}{text[1:]}" if text else ""
