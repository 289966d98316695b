"""How a program prints its decisions."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

import re2
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from checks.search import compiled

_LONGEST = 500
_FORMATS = {  # key -> the formats in which it has a meaning
    "decisions": ("json",),
    "separator": ("csv",),
    "begins": ("lines", "text"),
    "pattern": ("text",),
}


def _named_groups(pattern: Any) -> str:
    if not isinstance(pattern, str) or not 1 <= len(pattern) <= _LONGEST:
        raise ValueError(f"expected a regular expression of 1 to {_LONGEST} characters")
    try:
        found = compiled(pattern)
    except re2.error as error:
        raise ValueError(f"expected a regular expression (RE2): {error.args[0].decode()}") from None
    if not found.groups or found.groups != len(found.groupindex):
        raise ValueError(
            "expected every group in round brackets to have the name of a field, like (?P<reasonCode>[a-z_]+)"
        )
    return pattern


class Output(BaseModel):
    """`{format: json, decisions: result.steps}`"""

    model_config = ConfigDict(defer_build=True, extra="forbid", frozen=True)
    format: Literal["lines", "json", "csv", "text"] = Field(
        default="lines",
        description="lines: a JSON object a line; json: lists or objects; csv: names in the first line; "
        "text: a reason code a line, or what pattern finds",
    )
    decisions: str = Field(
        default="", max_length=200, description="json: where the list is, like result.steps"
    )
    separator: str = Field(
        default=",", min_length=1, max_length=1, description="csv: between values", examples=["\t"]
    )
    begins: str = Field(
        default="",
        max_length=200,
        description="lines, text: only lines with this text are read, from its end on",
        examples=["[Background Autoscale]"],
    )
    pattern: Annotated[str, BeforeValidator(_named_groups)] | None = Field(
        default=None,
        description="text: only lines that match are read; each named group is a field",
        examples=[r"^(?P<tick>\d+) (?P<reasonCode>\w+)$"],
    )
    skip: int = Field(default=0, ge=0, le=1000, description="The number of lines before the first decision")

    @model_validator(mode="after")
    def _fits_the_format(self) -> Self:
        for key, formats in _FORMATS.items():
            # a stored configuration names every key
            is_chosen = getattr(self, key) != type(self).model_fields[key].default
            if is_chosen and self.format not in formats:
                raise ValueError(
                    f"expected {key} only with format: {' or '.join(formats)}, not {self.format}"
                )
        if self.separator in '"\r\n':
            raise ValueError("expected separator to be neither a quotation mark nor the end of a line")
        return self
