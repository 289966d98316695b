"""Converts a statement's template to a text with `$1`, `$2`, …, and their values. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from psycopg import sql

from checks.outcome import Cause, CheckError

_PLACE = re.compile(r"%(?:\((\w+)\)s|(%)|)")


def filled_in(
    text: str, params: Mapping[str, Any], names: Mapping[str, Sequence[str]] | None
) -> tuple[str, list[Any]]:
    """`%(name)s` is a value of `params`, `%%` a percent sign, `{name}` an identifier of `names`.

    Without `names` there are no identifiers. Raises CheckError.
    """
    numbers: dict[str, int] = {}

    def numbered(place: re.Match[str]) -> str:
        if place[2]:
            return "%"
        if not place[1]:
            raise _unbound("the query's parameters cannot be bound: a percent sign is written %%")
        if place[1] not in params:
            raise _unbound(f"the query's parameters cannot be bound: {place[1]} has no value")
        return f"${numbers.setdefault(place[1], len(numbers) + 1)}"

    text = _PLACE.sub(numbered, text)
    if names is not None:
        identifiers = {name: sql.Identifier(*parts) for name, parts in names.items()}
        text = sql.SQL(text).format(**identifiers).as_string()  # configuration is code
    return text, [params[name] for name in numbers]


def _unbound(message: str) -> CheckError:
    return CheckError(message, cause=Cause.CONFIGURATION)
