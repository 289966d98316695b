"""A method's arguments, sent as JSON, form fields, or a query string."""

from __future__ import annotations

import json
from typing import Any

from sandbox.slack.refusal import Json, Refusal

_TRUE = {True, "1", "true", "True"}


class Arguments:
    def __init__(self, given: Json) -> None:
        self.given = {name: value for name, value in given.items() if value is not None}

    def __contains__(self, name: str) -> bool:
        return name in self.given

    def text(self, name: str, default: str = "") -> str:
        return str(self.given.get(name, default))

    def required(self, name: str, *, error: str = "invalid_arguments") -> str:
        """Returns the argument. Raises the method's Refusal if it is missing."""
        value = self.text(name)
        if not value:
            messages = [f"[ERROR] missing required field: {name}"] if error == "invalid_arguments" else []
            raise Refusal(error, messages=messages)
        return value

    def flag(self, name: str) -> bool:
        return self.given.get(name) in _TRUE

    def number(self, name: str, default: int, *, most: int) -> int:
        try:
            number = int(self.given.get(name, default))
        except (TypeError, ValueError):
            raise Refusal("invalid_arguments", messages=[f"[ERROR] {name} must be an integer"]) from None
        if number < 1:
            raise Refusal("invalid_limit")
        return min(number, most)

    def json(self, name: str, *, error: str) -> Any:
        """Returns the decoded argument, or None if it was not given."""
        value = self.given.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise Refusal(error) from None
