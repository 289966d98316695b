"""How packets for people write times, people and lengths. Plain text, in UTC: packets are read anywhere, for
years.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime


def moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def span(start: datetime, end: datetime) -> str:
    """ "2026-11-30 14:50:18 to 16:50:18 UTC": the date is said once, if there is one."""
    same = start.astimezone(UTC).date() == end.astimezone(UTC).date()
    return f"{moment(start).removesuffix(' UTC')} to {f'{end.astimezone(UTC):%H:%M:%S} UTC' if same else moment(end)}"


def minute(at: datetime) -> str:
    """For due times: nobody is held to a second."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def listing(words: Iterable[str], nobody: str = "nobody") -> str:
    """ "a, b and c": all of them, because a record leaves nobody out."""
    every = list(words)
    if not every:
        return nobody
    return " and ".join(filter(None, (", ".join(every[:-1]), every[-1])))


def sentence(text: str) -> str:
    """With a capital and a period, on one line."""
    said = stopped(text)
    return f"{said[:1].upper()}{said[1:]}"


def stopped(text: str) -> str:
    """With a period, but otherwise unchanged: a reading such as p95 stays lowercase."""
    flat = " ".join(text.split())
    return flat if not flat or flat.endswith((".", "!", "?", "…")) else f"{flat}."


def shortened(text: str, length: int) -> str:
    """On one line of at most that many characters."""
    flat = " ".join(text.split())
    return flat if len(flat) <= length else f"{flat[: length - 1]}…"
