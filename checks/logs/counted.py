"""Counts from a log, as readings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from checks.limits import Limit, Quantity
from checks.logs.flag import Flag
from checks.numbers import Scalar, exactly
from checks.reading import Measurement, Reading, Window
from checks.units import say_count, say_duration

if TYPE_CHECKING:
    from checks.logs.reasons import Reasons

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SHOWN = 200


@dataclass(frozen=True)
class Counted:
    """Counts as readings. `lacks`: why some decisions may not have been seen."""

    check: Reasons
    said: Mapping[str, Any]
    window: Window
    lacks: tuple[str, ...]

    def measurement(self, redact: Any) -> Measurement:
        flip = {"after": clock(self.said["since"])} if self.said["flip"] in {"seen", "before"} else {}
        values = dict(self._values())
        first = next(
            (name for name in self.check.passing().root if name in values and values[name] is None), ""
        )
        why = self._why()
        notes = {**dict(self._notes()), **({first: why} if first and why else {})}
        return Measurement(
            readings=tuple(
                Reading(name=name, value=values[name], note=redact(notes.get(name, ""))[:_SHOWN])
                for name in self.check.readings()
            ),
            window=self.window,
            detail=tuple(redact(line)[:_SHOWN] for line in self._detail()),
            context={"undated": self.said["undated"], **flip},
            doubts=tuple(self._doubts()),
        )

    def _why(self) -> str:
        """Why there is no number."""
        if self.said["flip"] == "never" and isinstance(self.check.after, Flag):
            return f"no decision has {self.check.after.field} {_json(self.check.after.equals)}"
        if not self.said["lines"]:
            since = f"{clock(self.said['since'])} and {self.window.end:%H:%M:%S} UTC"
            undated = f", and {self.said['undated']:,} have no time" if self.said["undated"] else ""
            return f"no decision with a reason code is between {since}{undated}"
        return "; ".join((*self.lacks, *self._silent()))

    def _silent(self) -> Iterator[str]:
        length, start, end = self.said["silence"]
        if self.check.silence and length > self.check.silence // timedelta(microseconds=1):
            yield f"the log is silent from {clock(start)} to {clock(end)}"

    def _values(self) -> Iterator[tuple[str, Scalar]]:
        """A partial count is a reading only if a larger one would have the same outcome."""
        said, is_empty = self.said, not self.said["lines"]
        is_whole = not self.lacks and not [*self._silent()]

        def least(name: str, value: int) -> int | None:
            return value if not is_empty and (is_whole or self._is_broken(name, value)) else None

        for name in self.check.codes:
            yield name, least(name, said["counts"][name])
        for name, found in said["in_a_row"].items():
            is_sure = found["least"] == found["most"] or self._is_decided(name, found["least"], found["most"])
            yield name, least(name, found["least"]) if is_sure and found["windows"] else None
        for name, number in said["sequences"].items():
            yield name, least(name, number)
        missing = len(said["missing"])
        yield "missing", None if is_empty or (missing and not is_whole) else missing
        yield "forbidden", least("forbidden", sum(said["forbidden"].values()))
        yield "other", least("other", said["other"])
        yield "lines", said["lines"]
        yield "unreadable", said["unreadable"]

    def _is_broken(self, name: str, value: int) -> bool:
        """Whether this count already breaks a limit."""
        return any(_too_many(limit, value) for limit in self.check.passing().of(name))

    def _is_decided(self, name: str, least: int, most: int) -> bool:
        """Whether the outcome is the same, whichever of these numbers it is."""
        outcomes = {self._outcome(name, least), self._outcome(name, most)}
        return len(outcomes) == 1 and "" not in outcomes

    def _outcome(self, name: str, value: int) -> str:
        """In which limits the number is; "" if a number between two such ones need not be in the same."""
        passing, warning = self.check.passing().of(name), self.check.warning().of(name)
        if _allow(passing, value):
            return "pass"
        if not any(_too_many(limit, value) for limit in passing):
            return ""
        if _allow(warning, value):
            return "warn"
        return "fail" if not warning or any(_too_many(limit, value) for limit in warning) else ""

    def _notes(self) -> Iterator[tuple[str, str]]:
        yield "missing", ", ".join(self.said["missing"])
        yield "forbidden", ", ".join(f"{number:,} {code}" for code, number in self.said["forbidden"].items())
        yield "other", ", ".join(f"{number:,} {code}" for code, number in self.said["others"])
        for name, found in self.said["in_a_row"].items():
            if found["silent"]:
                yield (
                    name,
                    f"{say_count(found['silent'], 'window')} of {found['windows']:,} without a decision",
                )

    def _detail(self) -> Iterator[str]:
        for code in self.said["missing"]:
            yield f"missing: {code}"
        for code, number in self.said["forbidden"].items():
            yield f"must not be there: {number:,} {code}"
        for line in self.said["examples"]:
            yield f"cannot be read: {line}"
        for at, code in self.said["newest"]:
            yield f"{clock(at)} {code}"

    def _doubts(self) -> Iterator[str]:
        if number := self.said["ahead"]:
            ahead = say_duration(timedelta(seconds=self.said["furthest"] // 1_000_000))
            yield f"{say_count(number, 'decision')} dated up to {ahead} ahead of now: the clocks differ"
        limited = self.check.passing().of("unreadable")
        if (number := self.said["unreadable"]) and self.check.begins and not limited:
            yield f"{say_count(number, 'line')} of decisions cannot be read; a limit on unreadable allows some"
        if (number := self.said["undated"]) and self.said["lines"]:
            yield f"{say_count(number, 'decision')} without a time, and without a line before it that has one"


def _too_many(limit: Limit, value: int) -> bool:
    """Whether a number breaks a limit, and every larger one would, too."""
    if limit.comparison in {"<", "<="}:
        return limit.breaks(value)
    bound = limit.operand
    return limit.comparison == "==" and isinstance(bound, Quantity) and exactly(bound.number) < value


def _allow(limits: Sequence[Limit], value: int) -> bool:
    """Whether the limits allow a number, and every smaller one, too."""
    return bool(limits) and all(
        limit.comparison in {"<", "<="} and isinstance(limit.operand, Quantity) and not limit.breaks(value)
        for limit in limits
    )


def micros(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1)


def clock(micros: int) -> str:
    return f"{_EPOCH + timedelta(microseconds=micros):%H:%M:%S} UTC"


def _json(value: bool | int | str) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
