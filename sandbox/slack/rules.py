"""Composable validation rules for Slack's blocks; each yields Slack's error message with its location."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

Rule: TypeAlias = Callable[[Any, str], Iterator[str]]


def problem(what: str, pointer: str) -> str:
    return f"[ERROR] {what} [json-pointer:{pointer}]"


def anything(_value: Any, _pointer: str) -> Iterator[str]:
    return iter(())


def boolean(value: Any, pointer: str) -> Iterator[str]:
    if not isinstance(value, bool):
        yield problem("must be a boolean", pointer)


def integer(least: int, most: int) -> Rule:
    def check(value: Any, pointer: str) -> Iterator[str]:
        if isinstance(value, bool) or not isinstance(value, int):
            yield problem("must be an integer", pointer)
        elif not least <= value <= most:
            yield problem(f"must be between {least} and {most}", pointer)

    return check


def string(most: int, *, least: int = 1) -> Rule:
    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield problem("must be a string", pointer)
        elif len(value) > most:
            yield problem(f"must be less than {most + 1} characters", pointer)
        elif len(value) < least:
            yield problem(f"must be more than {least - 1} characters", pointer)

    return check


def choice(*words: str) -> Rule:
    def check(value: Any, pointer: str) -> Iterator[str]:
        if value not in words:
            yield problem(f"must be one of: {', '.join(words)}", pointer)

    return check


def items(rule: Rule, most: int, *, least: int = 1) -> Rule:
    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield problem("must be an array", pointer)
            return
        if len(value) > most:
            yield problem(f"no more than {most} items allowed", pointer)
        if len(value) < least:
            yield problem(f"no less than {least} items allowed", pointer)
        for position, item in enumerate(value):
            yield from rule(item, f"{pointer}/{position}")

    return check


def shape(required: Mapping[str, Rule], optional: Mapping[str, Rule]) -> Rule:
    fields = {**optional, **required}

    def check(value: Any, pointer: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield problem("must be an object", pointer)
            return
        for name in required:
            if value.get(name) is None:
                yield problem(f"missing required field: {name}", pointer)
        for name, part in value.items():
            if name not in fields:
                yield problem(f"invalid additional property: {name}", pointer)
            elif part is not None:
                yield from fields[name](part, f"{pointer}/{name}")

    return check


def by_type(rules: Mapping[str, Rule]) -> Rule:
    """The rule for an object's `type`, which must be one of these."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        kind = value.get("type") if isinstance(value, dict) else None
        if kind is None:
            yield problem("missing required field: type", pointer)
        elif kind not in rules:
            yield problem(f"unsupported type: {kind}", f"{pointer}/type")
        else:
            yield from rules[kind](value, pointer)

    return check


def all_of(*rules: Rule) -> Rule:
    def check(value: Any, pointer: str) -> Iterator[str]:
        for rule in rules:
            yield from rule(value, pointer)

    return check


def any_field(*names: str) -> Rule:
    """At least one of the fields must be present."""

    def check(value: Any, pointer: str) -> Iterator[str]:
        if isinstance(value, dict) and not any(value.get(name) for name in names):
            yield problem(f"must provide one of: {', '.join(names)}", pointer)

    return check


def initial_value_fits(value: Any, pointer: str) -> Iterator[str]:
    """What an input holds at first must not be longer than what people may type into it."""
    match value:
        case {"initial_value": str(initial), "max_length": int(most)} if len(initial) > most:
            yield problem(f"must be less than {most + 1} characters", f"{pointer}/initial_value")


def distinct(name: str, values: Iterable[tuple[str, str]]) -> Iterator[str]:
    """A problem for each repeated value among (value, pointer)."""
    seen: set[str] = set()
    for value, pointer in values:
        if value in seen:
            yield problem(f"`{name}` must be unique: {value}", pointer)
        seen.add(value)
