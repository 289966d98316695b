"""Rows that a measure should have counted but could not, in words that the check's owner can act on. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from checks.jobs.layout import Layout
from checks.units import say_duration

_MANY = 1000


def doubts_of(row: Mapping[str, Any], layout: Layout) -> tuple[str, ...]:
    """A sentence for each reason why the readings of this row do not count everything."""
    return (*_ahead(row.get("ahead"), layout), *_unplaced(row.get("doubts") or ()))


def _ahead(seconds: float | None, layout: Layout) -> Iterator[str]:
    if seconds is None or seconds <= layout.clock_skew.total_seconds():
        return
    ahead = say_duration(timedelta(seconds=round(float(seconds))))
    yield (
        f"the rows' times are up to {ahead} ahead of the database's clock, with {layout.time_zone} as the"
        " source's `layout.time_zone`; set it to the zone in which the columns are written"
    )


def _unplaced(found: Any) -> Iterator[str]:
    counts: Counter[tuple[str, str | None]] = Counter()
    for what, word, rows in _each(found):
        counts[what, word] += rows
    for (what, word), rows in counts.items():
        if rows:
            count = f"more than {_MANY:,}" if rows > _MANY else f"{rows:,}"
            yield f"not counted: {what}{f', {word}' if word is not None else ''} ({count})"


def _each(found: Any) -> Iterator[tuple[str, str | None, int]]:
    """Of [{what: rows}, {"what": …, "word": …, "rows": …}, None, …]."""
    for one in found:
        if one and "what" in one:
            yield one["what"], one["word"], one["rows"]
        elif one:
            yield from ((what, None, rows or 0) for what, rows in one.items())
