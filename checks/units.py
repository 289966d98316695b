"""Units: those that quantities may be written in, and those of readings; durations as people write them: 90s,
30m, 1h30m, 7d.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, PlainSerializer, WithJsonSchema

from checks.numbers import FORM, Number, Scalar, exactly, number_in_json, times

UNITS: Mapping[str, tuple[str, Decimal]] = {  # written unit -> the readings' unit, and the factor
    "": ("", Decimal(1)),
    "%": ("%", Decimal(1)),
    "ratio": ("%", Decimal(100)),  # of 1, as for a quotient of two counts
    "us": ("s", Decimal("0.000001")),
    "ms": ("s", Decimal("0.001")),
    "s": ("s", Decimal(1)),
    "m": ("s", Decimal(60)),
    "min": ("s", Decimal(60)),
    "h": ("s", Decimal(3600)),
    "d": ("s", Decimal(86400)),
    "/min": ("/min", Decimal(1)),
    "/s": ("/min", Decimal(60)),
    "B": ("B", Decimal(1)),
    **{f"{prefix}B": ("B", Decimal(1000**power)) for power, prefix in enumerate(("k", "M", "G", "T"), 1)},
    **{f"{prefix}iB": ("B", Decimal(1024**power)) for power, prefix in enumerate(("K", "M", "G", "T"), 1)},
    "B/s": ("B/s", Decimal(1)),
    **{f"{prefix}B/s": ("B/s", Decimal(1000**power)) for power, prefix in enumerate(("k", "M", "G", "T"), 1)},
    **{
        f"{prefix}iB/s": ("B/s", Decimal(1024**power)) for power, prefix in enumerate(("K", "M", "G", "T"), 1)
    },
}
_QUANTITY = re.compile(rf"({FORM})\s*({'|'.join(sorted(UNITS, key=len, reverse=True))})", re.ASCII)
_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|min|m|h|d)", re.ASCII)
_INTERVAL = re.compile(
    r"P(?:(N)Y)?(?:(N)M)?(?:(N)W)?(?:(N)D)?(?:T(?:(N)H)?(?:(N)M)?(?:(N)S)?)?".replace(
        "N", r"-?\d+(?:\.\d+)?"
    ),
    re.ASCII,
)
_INTERVAL_PARTS = (31_557_600, 2_592_000, 604_800, 86_400, 3600, 60, 1)  # seconds


def known_units() -> str:
    return ", ".join(unit for unit in UNITS if unit)


def _known_unit(unit: str) -> str:
    if unit not in UNITS:
        raise ValueError(f"expected one of {known_units()}, not {unit[:40]!r}")
    return unit


Unit = Annotated[
    str,
    AfterValidator(_known_unit),
    WithJsonSchema({"enum": list(UNITS), "type": "string"}),
]
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": 86400.0}
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|min|m|h|d)", re.ASCII)
_WHOLE = r"^(\s*\d+(\.\d+)?\s*(ms|s|min|m|h|d))+\s*$"
_LONGEST_TEXT = 40
_MOST_SHOWN = 30  # digits of a whole number
_MOST_ZEROS = 10  # after the point
LONGEST = timedelta(days=366)


def parse_quantity(text: str) -> tuple[Number, str] | None:
    """(number, the readings' unit):

    (180, "s") for "3m", (5400, "s") for "1h30m", (99.5, "%"); None for anything else.
    """
    if single := _QUANTITY.fullmatch(text):
        return in_unit(number_in_json(single[1]), single[2])
    if re.match(_WHOLE, text, re.ASCII):
        seconds = sum(Decimal(number) * UNITS[unit][1] for number, unit in _SPAN.findall(text))
        return number_in_json(str(seconds)), "s"
    return None


def interval_seconds(text: str) -> Number | None:
    """The seconds of an ISO 8601 interval, "P1DT2H0.5S"; a month has 30 days, a year 365.25."""
    found = _INTERVAL.fullmatch(text)
    if found is None or not any(found.groups()):
        return None
    seconds = sum(
        Decimal(amount) * size for amount, size in zip(found.groups(), _INTERVAL_PARTS, strict=True) if amount
    )
    return number_in_json(str(seconds))


def in_unit(number: Number, unit: str) -> tuple[Number, str]:
    """The same amount in the readings' unit: (0.25, "s") for 250 and "ms". Raises KeyError for an unknown
    unit.
    """
    of, factor = UNITS[unit]
    return times(number, factor), of


def parse_duration(text: Any) -> timedelta:
    """90 minutes for "1h30m". Raises ValueError with an example for anything else, including plain numbers."""
    if isinstance(text, timedelta):
        return text
    if not isinstance(text, str) or len(text) > _LONGEST_TEXT or not re.match(_WHOLE, text, re.ASCII):
        raise ValueError(f"expected a duration with its unit, like 30s, 15m, 24h or 7d, not {text!r}")
    seconds = sum(float(number) * _SECONDS[unit] for number, unit in _PART.findall(text))
    if seconds > LONGEST.total_seconds():  # compared as numbers: a timedelta holds less than people can type
        raise ValueError(f"{text!r} is longer than {LONGEST.days} days")
    return timedelta(seconds=seconds)


def say_duration(length: timedelta) -> str:
    """1:30:00 -> "1h30m"; `parse_duration` parses it to the same length."""
    milliseconds = round(length.total_seconds() * 1000)
    parts = []
    for unit, size in (("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)):
        count, milliseconds = divmod(milliseconds, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"


def say_count(number: int, noun: str, plural: str = "") -> str:
    """1, "check" -> "1 check"; 1200, "job" -> "1,200 jobs". `plural`: if it is not the noun and an s."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


Duration = Annotated[
    timedelta,
    BeforeValidator(parse_duration),
    PlainSerializer(say_duration, return_type=str),
    WithJsonSchema({"type": "string", "pattern": _WHOLE, "examples": ["30s", "15m", "24h"]}),
]


def parse_size(text: Any) -> int:
    """Bytes: 2147483648 for "2GiB". Raises ValueError with an example for anything else, including plain
    numbers.
    """
    if isinstance(text, int) and not isinstance(text, bool):
        return text
    found = parse_quantity(text) if isinstance(text, str) and len(text) <= _LONGEST_TEXT else None
    if found is None or found[1] != "B" or found[0] < 1:
        raise ValueError(f"expected a size with its unit, like 512MiB or 4GiB, not {text!r}")
    return int(found[0])


def say_size(size: int) -> str:
    """2147483648 -> "2GiB"; `parse_size` parses it to the same size."""
    for unit, factor in (("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)):
        if size and size % factor == 0:
            return f"{size // factor}{unit}"
    return f"{size}B"


Size = Annotated[
    int,
    BeforeValidator(parse_size),
    PlainSerializer(say_size, return_type=str),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^\s*\d+(\.\d+)?\s*([kMGT]|[KMGT]i)?B$",
            "examples": ["512MiB", "4GiB"],
        }
    ),
]


def say_value(value: Scalar, unit: str = "", digits: int = 3) -> str:
    """A reading for people: "184 s", "0.43 %", "18,240", "true". Whole numbers keep every digit, up to 30."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"“{value}”"
    return f"{_say_number(value, digits)} {unit}".rstrip()


def _say_number(value: Number, digits: int) -> str:
    number = exactly(value)
    if not -_MOST_ZEROS <= number.adjusted() < _MOST_SHOWN and number:
        return f"{rounded(number, digits).normalize():e}".replace("e+", "e")
    if number == number.to_integral_value():
        return f"{int(number):,}"
    decimals = max(0, digits - 1 - rounded(number, digits).adjusted())
    return f"{number:,.{decimals}f}".rstrip("0").rstrip(".") if decimals else f"{number:,.0f}"


def rounded(number: Decimal, digits: int) -> Decimal:
    """Round to `digits` significant digits."""
    return Decimal(f"{number:.{digits - 1}e}")
