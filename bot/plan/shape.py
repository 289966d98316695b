"""The formats of names and ids in canary.yaml: a pattern, and how an error describes it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from bot.plan import member


@dataclass(frozen=True)
class Shape:
    """An annotation of `str`. The pattern must mean the same in JSON Schema and in Python."""

    pattern: str
    expected: str
    examples: tuple[str, ...]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return handler(schema) | {"pattern": self.pattern, "examples": list(self.examples)}

    def _check(self, text: str) -> str:
        if re.fullmatch(self.pattern, text) is None:
            raise ValueError(f"expected {self.expected}, like {self.examples[0]}, not {text[:80]!r}")
        return text


Name = Annotated[
    str,
    Shape(
        pattern="^[a-z][a-z0-9_-]{0,39}$",
        expected="a name of up to 40 lower-case letters, digits, - and _",
        examples=("queue-age", "staging"),
    ),
]
ArgumentName = Annotated[
    str,
    Shape(
        pattern="^[a-z][a-z0-9_]{0,39}$",
        expected="an argument's name of up to 40 lower-case letters, digits and _",
        examples=("version", "commit"),
    ),
]
Channel = Annotated[
    str,
    Shape(
        pattern="^[CG][A-Z0-9]{2,20}$",
        expected="the id of a Slack channel (C… or G…, not its #name)",
        examples=("C0RELEASES",),
    ),
]
MemberId = Annotated[
    str,
    Shape(
        pattern=member.PATTERN,
        expected="the id of a Slack user (U… or W…) or user group (S…)",
        examples=("U01ANA", "S0PLATFORM"),
    ),
]
QuietHours = Annotated[
    str,
    Shape(
        pattern="^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$",
        expected="two times of day",
        examples=("22:00-07:00",),
    ),
]
Line = Annotated[str, Field(min_length=1, max_length=300)]
Text = Annotated[str, Field(min_length=1, max_length=2000)]  # well within a Slack section, once escaped
