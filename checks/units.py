"""Durations as people write them: 90s, 30m, 1h30m, 7d."""

from __future__ import annotations

import math
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


def say_value(value: bool | float | str | None, unit: str = "", digits: int = 3) -> str:
    """A reading for people: "184 s", "0.43 %", "18,240", "true". Whole numbers keep every digit."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"“{value}”"
    return f"{_say_number(value, digits)} {unit}".rstrip()


def _say_number(value: float, digits: int) -> str:
    if isinstance(value, int) or value.is_integer():
        return f"{int(value):,}"
    rounded = float(f"{value:.{digits}g}")
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(rounded))))
    return f"{round(value, decimals):,.{decimals}f}".rstrip("0").rstrip(".") if decimals else f"{value:,.0f}"
