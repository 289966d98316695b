"""Durations as people write them: 90s, 30m, 1h30m, 7d."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": 86400.0}
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|min|m|h|d)", re.ASCII)
_WHOLE = r"^(\s*\d+(\.\d+)?\s*(ms|s|min|m|h|d))+\s*$"
_LONGEST_TEXT = 40
LONGEST = timedelta(days=366)


def parse_duration(text: Any) -> timedelta:
    """One hour and a half for "1h30m". Raises ValueError with an example for anything else, plain numbers included."""
    if isinstance(text, timedelta):
        return text
    if not isinstance(text, str) or len(text) > _LONGEST_TEXT or not re.match(_WHOLE, text, re.ASCII):
        raise ValueError(f"expected a duration with its unit, like 30s, 15m, 24h or 7d, not {text!r}")
    length = timedelta(seconds=sum(float(number) * _SECONDS[unit] for number, unit in _PART.findall(text)))
    if length > LONGEST:
        raise ValueError(f"{text!r} is longer than {LONGEST.days} days")
    return length


def say_duration(length: timedelta) -> str:
    """1:30:00 -> "1h30m"; what `parse_duration` reads back as the same length."""
    milliseconds = round(length.total_seconds() * 1000)
    parts = []
    for unit, size in (("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)):
        count, milliseconds = divmod(milliseconds, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"


Duration = Annotated[
    timedelta,
    BeforeValidator(parse_duration),
    PlainSerializer(say_duration, return_type=str),
    WithJsonSchema({"type": "string", "pattern": _WHOLE, "examples": ["30s", "15m", "24h"]}),
]
