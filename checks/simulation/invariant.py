"""Invariants: CEL expressions over all decisions of a scenario, which must be true."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, WithJsonSchema

from checks.expect import LONGEST, parsed
from checks.placeholders import names_in

NAMES = ("decisions", "first", "last", "pairs", "scenario", "seed", "clock")
EXAMPLE = "decisions.all(d, d.toCapacity >= 1024)"


def _check(text: Any) -> Any:
    parsed(text, NAMES, EXAMPLE)
    if names_in(text):
        raise ValueError("expected no placeholder in an invariant")
    return text


Invariant = Annotated[
    str,
    AfterValidator(_check),
    WithJsonSchema({"type": "string", "maxLength": LONGEST, "examples": [EXAMPLE]}),
]
