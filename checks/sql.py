"""Readings from a SELECT of one's own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from checks.base import Check
from checks.jobs.measure import between, naive
from checks.outcome import Cause, CheckError
from checks.reading import Measurement, Moment, Reading, Scalar, Window
from checks.sources.postgres import Database, Rows

_PLACEHOLDER = re.compile(r"(?<!%)(?:%%)*%\(([^)]*)\)s")
_ARGUMENT = re.compile(r"arguments\.\w+", re.ASCII)
_LISTED = {"name", "value"}
_NOT_NUMBERS = {"NaN", "Infinity", "-Infinity"}  # how JSON carries what is no number


class Sql(Check):
    """`query` returns one row, a reading a column, or rows of (name, value[, unit][, n]).

    In one row a column `n` is the sample size of the others, and `units` says their units. The query may
    name `%(start)s` and `%(end)s` of the window, `%(now)s` (all UTC, without zone) and arguments of the run,
    `%(arguments.version)s`: values are bound, never pasted. A percent sign by itself is written `%%`.
    """

    source_kind: ClassVar[str | None] = "postgres"

    kind: Literal["sql"]
    query: str = Field(min_length=1, max_length=20_000)
    units: dict[str, Literal["s", "%", "/min", ""]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _names_what_there_is(self) -> Self:
        for name in self._placeholders():
            if name in {"start", "end"} and self.window is None:
                raise ValueError(f"the query asks for %({name})s: expected a window as well")
            if name not in {"start", "end", "now"} and not _ARGUMENT.fullmatch(name):
                raise ValueError(
                    f"the query asks for %({name})s, expected start, end, now or arguments.<name> there"
                )
        return self

    def needs(self) -> frozenset[str]:
        names = self._placeholders()
        return frozenset(name.removeprefix("arguments.") for name in names if name.startswith("arguments."))

    async def measure(self, source: Database, moment: Moment, window: Window | None) -> Measurement:
        answer = await source.query(self.query, self._params(moment, window))
        columns = set(answer.columns)
        listed = columns >= _LISTED and columns <= _LISTED | {"unit", "n"}
        readings = self._rows(answer) if listed else self._columns(answer)
        return Measurement(readings=readings, window=window)

    def _placeholders(self) -> list[str]:
        return _PLACEHOLDER.findall(self.query)

    def _params(self, moment: Moment, window: Window | None) -> Mapping[str, Any]:
        params = {"now": naive(moment.now)} | (between(window) if window else {})
        for name in self._placeholders():
            if name.startswith("arguments."):
                params[name] = _argument(moment, name.removeprefix("arguments."))
        return params

    def _columns(self, answer: Rows) -> tuple[Reading, ...]:
        if len(answer.rows) > 1:
            raise CheckError(
                f"the query returned {len(answer.rows):,} rows, expected one, or columns name and value",
                cause=Cause.CONFIGURATION,
            )
        row = dict(zip(answer.columns, answer.rows[0], strict=True)) if answer.rows else {}
        n = row.pop("n", None)
        return tuple(_reading(name, value, self.units.get(name, ""), n) for name, value in row.items())

    def _rows(self, answer: Rows) -> tuple[Reading, ...]:
        found = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
        _refuse_twice([str(row["name"]) for row in found])
        return tuple(
            _reading(
                str(row["name"]),
                row["value"],
                row.get("unit") or self.units.get(str(row["name"]), ""),
                row.get("n"),
            )
            for row in found
        )


def _argument(moment: Moment, name: str) -> str:
    if name not in moment.arguments:
        raise CheckError(
            f"the query needs the argument {name}, which this run was not given",
            cause=Cause.CONFIGURATION,
            hint=f"Start the run with {name}=…",
        )
    return moment.arguments[name]


def _reading(name: str, value: Any, unit: Any, n: Any) -> Reading:
    if not isinstance(value, Scalar | None):
        raise CheckError(f"{name} is neither a number nor text nor true or false", cause=Cause.CONFIGURATION)
    if n is not None and (isinstance(n, bool) or not isinstance(n, int)):
        raise CheckError(f"n of {name} is {n!r}, expected a whole number", cause=Cause.CONFIGURATION)
    return Reading(name=name, value=None if value in _NOT_NUMBERS else value, unit=str(unit), n=n)


def _refuse_twice(names: Sequence[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise CheckError(f"the query returned {twice[0]} twice", cause=Cause.CONFIGURATION)
