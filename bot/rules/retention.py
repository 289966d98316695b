"""How long the content of a closed run is kept."""

from __future__ import annotations

import re
from datetime import timedelta

LEAST = timedelta(days=90)  # the database refuses any earlier removal
MONTH, YEAR = 31, 366  # days: never too early
DEFAULT = timedelta(days=13 * MONTH)
NEVER = "never"

_DAYS = {"day": 1, "month": MONTH, "year": YEAR}
_LENGTH = re.compile(r"([1-9]\d{0,4}) ?(day|month|year)s?", re.ASCII)


def parse_retention(text: str) -> timedelta | None:
    """ "13 months" -> a timedelta; "never" -> None. Raises ValueError."""
    if text == NEVER:
        return None
    found = _LENGTH.fullmatch(text)
    if not found:
        raise ValueError(f"should look like 13 months, 400 days or 2 years, or be {NEVER}")
    length = timedelta(days=int(found[1]) * _DAYS[found[2]])
    if length < LEAST:
        raise ValueError(f"should be {LEAST.days} days at least")
    return length
