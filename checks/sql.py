"""Readings from your own SELECT."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from checks import placeholders, spelling
from checks.base import Check
from checks.limits import Quantity
from checks.numbers import Scalar, is_number
from checks.outcome import Cause, CheckError
from checks.reading import Measurement, Moment, Reading, Window
from checks.sources.postgres import Database, Rows
from checks.sources.postgres.clock import naive
from checks.units import UNITS, Unit, in_unit, interval_seconds, known_units, say_value

_APART = re.compile(  # what PostgreSQL reads as one token: a text, a name, a comment
    r"""[eE]'(?:[^'\\]|\\.|'')*' | '(?:[^']|'')*' | \$(?P<tag>\w*)\$.*?\$(?P=tag)\$ | "(?:[^"]|"")*" | --[^\n]* | /\*.*?\*/""",
    re.VERBOSE | re.DOTALL,
)
_SHOWN = 40  # characters of something unexpected
_LISTED = {"name", "value"}
_NOT_NUMBERS = {"NaN", "Infinity", "-Infinity"}  # how JSON represents non-finite numbers


class Sql(Check):
    """`query` returns one row, a reading a column, or rows of (name, value[, unit][, n]).

    In one row a column `n` is the sample size of the others, and `units` says their units. The query may
    name `{{start}}` and `{{end}}` of the window, `{{now}}` (all UTC, without zone) and values of the run,
    `{{version}}`: they are bound, never pasted, and stand without quotes.
    """

    source_kind: ClassVar[str | None] = "postgres"
    filled: ClassVar = (*Check.filled, ("query",))
    known: ClassVar = (*placeholders.OWN, *placeholders.TIMES)

    kind: Literal["sql"]
    query: placeholders.CodeTemplate = Field(
        min_length=1,
        max_length=20_000,
        description="One SELECT; {{start}}, {{end}}, {{now}} and values of the run are bound",
    )
    units: dict[str, Unit] = Field(
        default_factory=dict, description="Reading -> its unit; an interval is in seconds anyway"
    )

    @property
    def captured(self) -> bool:
        return True

    @model_validator(mode="after")
    def _names_what_there_is(self) -> Self:
        check_bound(self.query)
        for problem in self._name_problems():
            raise ValueError(problem)
        for name in placeholders.names_in(self.query):
            if name in {"start", "end"} and self.window is None:
                raise ValueError(f"the query asks for {{{{{name}}}}}: expected a window as well")
        return self

    def _name_problems(self) -> Iterator[str]:
        """What is wrong with the names of readings, as far as the query's text shows."""
        limits, code = set(self.pass_.root), _APART.sub(" ", self.query)
        if "n" in limits:
            yield "expected another name than n for a reading: a column n is the sample size of the others"
        for name in sorted(limits | set(self.units)):
            if name != name.lower() and _word(name).search(code) and f'"{name}"' not in self.query:
                yield (
                    f'expected AS "{name}", in double quotes: PostgreSQL reads {name} without them as {name.lower()}'
                )
        for name in sorted(set(self.units) - limits):
            if not _word(name).search(self.query):
                yield f"units has {name!r}, which neither the query nor a limit names{spelling.did_you_mean(name, limits)}"
        for name, unit in self.units.items():
            for limit in (*self.pass_.of(name), *self.warn.of(name)):
                if isinstance(limit.operand, Quantity) and limit.operand.unit != UNITS[unit][0]:
                    given = limit.operand.unit or "no unit"
                    yield f"limit {limit.text!r} is in {given}, but {name} is in {unit or 'no unit'} by units"

    async def measure(self, source: Database, moment: Moment, window: Window | None) -> Measurement:
        answer = await source.query(bound(self.query), bound_values(self.query, moment, window))
        if not set(placeholders.TIMES).isdisjoint(placeholders.names_in(self.query)):
            source.compare_clocks(moment)
        columns = set(answer.columns)
        listed = columns >= _LISTED and columns <= _LISTED | {"unit", "n"}
        readings = self._rows(answer) if listed else self._columns(answer)
        _refuse_folded({reading.name for reading in readings}, {*self.pass_.root, *self.units})
        return Measurement(readings=readings, window=window)

    def _columns(self, answer: Rows) -> tuple[Reading, ...]:
        if len(answer.rows) > 1:
            raise CheckError(
                f"the query returned {len(answer.rows):,} rows, expected one, or columns name and value",
                cause=Cause.CONFIGURATION,
            )
        row = dict(zip(answer.columns, answer.rows[0], strict=True)) if answer.rows else {}
        n = row.pop("n", None)
        return tuple(self._reading(name, value, "", n) for name, value in row.items())

    def _rows(self, answer: Rows) -> tuple[Reading, ...]:
        found = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
        _refuse_twice([str(row["name"]) for row in found])
        return tuple(
            self._reading(str(row["name"]), row["value"], str(row.get("unit") or ""), row.get("n"))
            for row in found
        )

    def _reading(self, name: str, found: Any, unit: str, n: Any) -> Reading:
        """The value as limits read it, in the readings' unit."""
        unit = unit or self.units.get(name, "")
        if unit not in UNITS:
            raise CheckError(
                f"the unit of {name} is {unit[:_SHOWN]!r}, expected none or one of {known_units()}",
                cause=Cause.CONFIGURATION,
            )
        seconds = interval_seconds(found) if isinstance(found, str) else None
        if seconds is not None and UNITS[unit][0] in {"", "s"}:
            return Reading(name=name, value=seconds, unit="s", n=_sample_size(name, n))
        value = self._value(name, found)
        if is_number(value):
            value, unit = in_unit(value, unit)
        elif unit and value is not None:
            raise CheckError(
                f"{name} is {say_value(value)}, expected a number, for its unit is {unit}",
                cause=Cause.CONFIGURATION,
                hint="Return the number itself, without separators, signs and units.",
            )
        return Reading(name=name, value=value, unit=UNITS[unit][0], n=_sample_size(name, n))

    def _value(self, name: str, found: Any) -> Scalar:
        if isinstance(found, str):
            return None if found in _NOT_NUMBERS else self.as_read(name, found)
        if found is None or isinstance(found, Scalar):
            return found
        raise CheckError(f"{name} is neither a number nor text nor true or false", cause=Cause.CONFIGURATION)


def _word(name: str) -> re.Pattern[str]:
    return re.compile(rf"\b{re.escape(name)}\b")


def check_bound(query: str) -> None:
    """Raises ValueError for a placeholder where no value can be bound."""
    for piece in _APART.finditer(query):
        for name in placeholders.names_in(piece[0]):
            raise ValueError(f"expected {{{{{name}}}}} outside quotes and comments: it is bound as a value")


def bound(query: str) -> str:
    """In the driver's syntax: `%(name)s`, with every percent sign of the query doubled."""
    return placeholders.NAME.sub(r"%(\1)s", query.replace("%", "%%"))


def bound_values(query: str, moment: Moment, window: Window | None) -> Mapping[str, Any]:
    """The values to bind. Raises CheckError if the run has none for a name."""
    times = {"now": naive(moment.now)}
    if window:
        times |= {"start": naive(window.start), "end": naive(window.end)}
    names = [name for name in placeholders.names_in(query) if name not in placeholders.TIMES]
    return times | {name: placeholders.value_of(name, moment.values) for name in names}


def _sample_size(name: str, n: Any) -> int | None:
    if n is None or (isinstance(n, int) and not isinstance(n, bool) and n >= 0):
        return n
    raise CheckError(
        f"the column n is {say_value(n) if isinstance(n, Scalar) else 'a list or mapping'}, "
        f"expected a whole number: it is the sample size of {name}",
        cause=Cause.CONFIGURATION,
        hint="Rename the column where it is not a sample size.",
    )


def _refuse_folded(returned: set[str], asked: set[str]) -> None:
    for name in sorted(asked - returned):
        if name.lower() in returned:
            raise CheckError(
                f"the query returned {name.lower()}, not {name}: PostgreSQL reads names without quotes in lower case",
                cause=Cause.CONFIGURATION,
                hint=f'Write AS "{name}", or {name.lower()} in the limits.',
            )


def _refuse_twice(names: Sequence[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise CheckError(f"the query returned {twice[0]} twice", cause=Cause.CONFIGURATION)
