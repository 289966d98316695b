"""The rows that a query returned about a control loop: one for each decision, or for each tick of its
signals. Pure.

A row's fields are named as in the loop's log lines (`fromCapacity`, `guardrailState`). A column `decision`
may contain such a line as JSON; other columns take precedence, so that a query can replace the loop's beliefs
by measurements.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from checks import spelling
from checks.control.capacity import MOST
from checks.numbers import Number, Scalar, exactly, is_number
from checks.outcome import Cause, CheckError
from checks.sources.postgres import Rows
from checks.units import say_value

T = TypeVar("T")

DECISION = "decision"
TIME = "timestamp"
_NESTED = ("guardrailState", "signals")  # objects within a decision, whose keys are fields, too
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_LONGEST = 80  # shown characters of a text


@dataclass(frozen=True)
class Record:
    """One row. Its methods raise CheckError for a value of another type, and return None if there is none."""

    at: datetime
    place: int  # from 1
    fields: Mapping[str, Any]

    def whole(self, name: str) -> int | None:
        return self._of(name, _whole, "a whole number")

    def number(self, name: str) -> Number:
        """Required."""
        found = self.fields.get(name)
        if found is None:
            raise self._wrong(f"has no {name}")
        if not is_number(found) or not 0 <= exactly(found) <= MOST:
            raise self._wrong(f"has {shown(say(found))} as {name}, expected a number of at least 0")
        return found

    def truth(self, name: str) -> bool | None:
        return self._of(name, lambda value: value if isinstance(value, bool) else None, "true or false")

    def word(self, name: str) -> str:
        """For people: short, and without control characters. "" if there is none."""
        found = self.fields.get(name)
        return "" if found is None else shown(found if isinstance(found, str) else say(found))

    def needed(self, name: str, value: T | None) -> T:
        """Returns the value. Raises CheckError if it is None."""
        if value is None:
            raise self._wrong(f"has no {name}")
        return value

    def _of(self, name: str, read: Callable[[Any], T | None], expected: str) -> T | None:
        found = self.fields.get(name)
        if found is None:
            return None
        value = read(found)
        if value is None:
            raise self._wrong(f"has {shown(say(found))} as {name}, expected {expected}")
        return value

    def _wrong(self, what: str) -> CheckError:
        return CheckError(
            f"row {self.place} of the query {what}",
            cause=Cause.CONFIGURATION,
            hint="Return the fields as the loop logs them; see control.* in docs/measures.md.",
        )


def records(answer: Rows, known: Sequence[str]) -> list[Record]:
    """Ordered by time. `known`: the fields that the loop reads. Raises CheckError for any other column."""
    for column in answer.columns:
        if column not in (TIME, DECISION, *known):
            raise CheckError(
                f"the query returned a column {shown(column)!r}, expected {TIME}, {DECISION} or one of "
                f"{', '.join(known)}{spelling.did_you_mean(column, known)}",
                cause=Cause.CONFIGURATION,
                hint='PostgreSQL reads names without quotes in lower case: write AS "fromCapacity".',
            )
    found = [
        _record(place, dict(zip(answer.columns, row, strict=True)))
        for place, row in enumerate(answer.rows, 1)
    ]
    return sorted(found, key=lambda record: record.at)


def _record(place: int, row: dict[str, Any]) -> Record:
    decision = row.pop(DECISION, None)
    if decision is not None and not isinstance(decision, Mapping):
        raise CheckError(
            f"row {place} of the query has {shown(say(decision))} as {DECISION}, expected a JSON object",
            cause=Cause.CONFIGURATION,
            hint=f"Cast the column: SELECT line::jsonb AS {DECISION}.",
        )
    fields = {
        **dict(_flat(decision or {})),
        **{name: value for name, value in row.items() if value is not None},
    }
    return Record(_time(place, fields.get(TIME)), place, fields)


def _flat(decision: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name in _NESTED:
        nested = decision.get(name)
        if isinstance(nested, Mapping):
            yield from nested.items()
    yield from decision.items()


def _time(place: int, found: Any) -> datetime:
    """A time without a zone is in UTC."""
    try:
        at = datetime.fromisoformat(found) if isinstance(found, str) else None
        if at is not None:
            return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise CheckError(
        f"row {place} of the query has {shown(say(found))} as {TIME}, expected a time",
        cause=Cause.CONFIGURATION,
        hint="Return it as a timestamp, or as text like 2026-02-11T08:00:00.000Z.",
    )


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST else None


def say(value: Any) -> str:
    return say_value(value) if value is None or isinstance(value, Scalar) else "a list or mapping"


def shown(text: str) -> str:
    clean = _CONTROLS.sub("", text)
    return clean if len(clean) <= _LONGEST else f"{clean[:_LONGEST]}…"
