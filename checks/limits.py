"""Limits as people write them: `"< 180s"`, `">= 99.5%"`, `"== total"`, `'== "ok"'`, `"== true"`, `">= 90% of baseline"`.

A limit compares a reading to a quantity in the reading's unit, to another reading of the same measurement (a bare
name), to a share of what the reading was in the baseline, to text (in quotes) or to a boolean. If a reading has several
limits, all must hold.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, TypeAlias

from pydantic import ConfigDict, PlainSerializer, PlainValidator, RootModel, WithJsonSchema

from checks import spelling
from checks.numbers import Number, Scalar, exactly, is_number, number_in_json, times
from checks.placeholders import fill, names_in, well_formed
from checks.reading import Typical
from checks.units import known_units, parse_quantity, say_value

_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
_LIMIT = re.compile(r"\s*(<=|>=|==|!=|<|>)\s*(\S.*?)\s*", re.ASCII | re.DOTALL)
_WORDS = re.compile(r"\"([^\"]*)\"|'([^']*)'")
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_SHARE = re.compile(r"(\d{1,6}(?:\.\d{1,6})?)\s*%\s+of\s+baseline", re.ASCII)
_BASELINE = re.compile(r"\bbaseline\b", re.ASCII)
_LONGEST = 200
_LONGEST_FOUND = 60
_EXAMPLES = ("< 180s", ">= 99.5%", "> 20/min", "== 0", "== total", '== "ok"', ">= 90% of baseline")
_MOST = 10  # limits on one reading


@dataclass(frozen=True)
class Quantity:
    """A number in a unit of readings: "s", "%", "/min", "B", "B/s" or none."""

    number: Number
    unit: str


@dataclass(frozen=True)
class Other:
    """Another reading of the same measurement."""

    name: str


@dataclass(frozen=True)
class OfBaseline:
    """A share of the reading's value in the baseline. `Limit.against` converts it to a quantity."""

    percent: Number


Operand: TypeAlias = Quantity | Other | OfBaseline | str | bool


@dataclass(frozen=True)
class Limit:
    """One comparison, with its text as written."""

    text: str
    comparison: str
    operand: Operand
    percent: Number | None = None  # of the baseline, if the operand is a share of it

    @classmethod
    def parse(cls, text: Any) -> Limit:
        """`"< 180s"` -> Limit. Raises ValueError, with what was expected, for anything else."""
        match = _LIMIT.fullmatch(text) if isinstance(text, str) and len(text) <= _LONGEST else None
        if match is None:
            raise ValueError(f"expected a limit like {_or(_EXAMPLES)}, not {_shown(text)}")
        limit = cls(text.strip(), match[1], _operand(match[2], text.strip()))
        if isinstance(limit.operand, (str, bool)) and limit.comparison not in {"==", "!="}:
            raise ValueError(f"expected == or != before words, true and false, not {text!r}")
        if isinstance(limit.operand, OfBaseline) and limit.comparison in {"==", "!="}:
            raise ValueError(f"expected <, <=, > or >= before a share of the baseline, not {text!r}")
        return limit

    def bound(self, values: Mapping[str, Scalar]) -> Scalar:
        """What the reading is compared with; None for another reading without a value, or one missing from
        the baseline.
        """
        match self.operand:
            case Quantity(number=number):
                return number
            case Other(name=name):
                return values.get(name)
            case OfBaseline():
                return None
            case _:
                return self.operand

    def against(self, typical: Typical | None) -> Limit:
        """With the reading's value in the baseline. Raises ValueError with the reason if there is no result."""
        if not isinstance(self.operand, OfBaseline):
            return self
        if typical is None or not is_number(typical.value):
            raise ValueError("the baseline has no number for it")
        value, percent = typical.value, self.operand.percent
        if exactly(value) < 0 or (not exactly(value) and self.comparison.startswith(">")):
            raise ValueError(
                f"it was {say_value(value, typical.unit)} in the baseline, of which no share says anything"
            )
        number = times(value, exactly(percent) / 100)
        return replace(self, operand=Quantity(number, typical.unit), percent=percent)

    def unit(self, units: Mapping[str, str]) -> str | None:
        """The unit it compares in; None for that of a reading not in `units`."""
        match self.operand:
            case Quantity(unit=unit):
                return unit
            case Other(name=name):
                return units.get(name)
            case OfBaseline():
                return None
            case _:
                return ""

    def filled(self, values: Mapping[str, str]) -> Limit:
        """With the run's values in its text. Raises CheckError if one is missing."""
        if not isinstance(self.operand, str) or not names_in(self.operand):
            return self
        return replace(self, text=fill(self.text, values), operand=fill(self.operand, values))

    def holds(self, value: Scalar, bound: Scalar) -> bool:
        """Whether the value is within the bound. Raises TypeError if they cannot be compared."""
        if is_number(value) and is_number(bound):
            return _finite(value) and _finite(bound) and self._compares(exactly(value), exactly(bound))
        if type(value) is not type(bound):
            raise TypeError(f"{self.text!r} needs {_sort_word(bound)}, not {_found(value)}")
        return self._compares(value, bound)

    @property
    def other(self) -> str:
        """The reading that it compares with, or ""."""
        return self.operand.name if isinstance(self.operand, Other) else ""

    def breaks(self, number: Number) -> bool:
        """Whether the number is out of the limit, as far as known without other readings: the judge decides
        the rest.
        """
        return isinstance(self.operand, Quantity) and not self.holds(number, self.operand.number)

    def allows_all_of(self, other: Limit) -> bool:
        """Whether every number within the other limit is within this one; False if unknown."""
        mine, theirs = self.operand, other.operand
        side = self.comparison[0]
        if side not in "<>" or side != other.comparison[0]:
            return False
        if not isinstance(mine, Quantity) or not isinstance(theirs, Quantity):
            return False
        bound, given = exactly(mine.number), exactly(theirs.number)
        if bound == given:
            return self.comparison == other.comparison or self.comparison.endswith("=")
        return _COMPARE[side](given, bound)

    def _compares(self, value: Any, bound: Any) -> bool:
        return bool(_COMPARE[self.comparison](value, bound))


def _operand(text: str, limit: str) -> Operand:
    if share := _SHARE.fullmatch(text):
        return OfBaseline(number_in_json(share[1]))
    if quantity := parse_quantity(text):
        return Quantity(*quantity)
    if words := _WORDS.fullmatch(text):
        return well_formed(words[1] if words[1] is not None else words[2])
    if "{{" in text:
        raise ValueError(
            f"expected quotes around the placeholder, like '== \"{{{{version}}}}\"', not {limit!r}"
        )
    if text in {"true", "false"}:
        return text == "true"
    if _NAME.fullmatch(text):
        return Other(text)
    if _BASELINE.search(text):
        raise ValueError(f"expected a share of the baseline like '>= 90% of baseline', not {limit!r}")
    raise ValueError(
        f"expected a number with no unit or one of {known_units()}, the name of another reading, "
        f"or words in quotes after the comparison, not {limit!r}"
    )


def _sort_word(value: Scalar) -> str:
    if isinstance(value, bool):
        return "true or false"
    return "words" if isinstance(value, str) else "a number"


def _found(value: Scalar) -> str:
    """The value as found, so that the author of the limit sees the problem."""
    return (
        f"the words {value[:_LONGEST_FOUND]!r}"
        if isinstance(value, str)
        else f"{_sort_word(value)}: {say_value(value)}"
    )


def _finite(value: Scalar) -> bool:
    return not isinstance(value, float) or math.isfinite(value)


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[:40]}…"


def _or(examples: Iterable[str]) -> str:
    return " or ".join(f"'{example}'" for example in examples)


def _parse_all(written: Any) -> tuple[Limit, ...]:
    if isinstance(written, tuple) and all(isinstance(item, Limit) for item in written):
        return written
    several = written if isinstance(written, (list, tuple)) else [written]
    if not 1 <= len(several) <= _MOST:
        raise ValueError(f"expected 1 to {_MOST} limits, not {len(several)}")
    return tuple(Limit.parse(item) for item in several)


def _write_all(limits: tuple[Limit, ...]) -> str | list[str]:
    texts = [limit.text for limit in limits]
    return texts[0] if len(texts) == 1 else texts


_SCHEMA = {"type": "string", "pattern": r"^\s*(<=|>=|==|!=|<|>)\s*\S", "examples": list(_EXAMPLES)}
_OneOrMore = Annotated[
    tuple[Limit, ...],
    PlainValidator(_parse_all),
    PlainSerializer(_write_all),
    WithJsonSchema(
        {"anyOf": [_SCHEMA, {"type": "array", "items": _SCHEMA, "minItems": 1, "maxItems": _MOST}]}
    ),
]


class Limits(RootModel[dict[str, _OneOrMore]]):
    """Reading name -> its limits. Serializes to what was written."""

    model_config = ConfigDict(defer_build=True, frozen=True)
    root: dict[str, _OneOrMore] = {}

    def __bool__(self) -> bool:
        return bool(self.root)

    def of(self, reading: str) -> tuple[Limit, ...]:
        return self.root.get(reading, ())

    def filled(self, values: Mapping[str, str]) -> Limits:
        """With the run's values in their texts. Raises CheckError if one is missing."""
        return Limits(
            {name: tuple(limit.filled(values) for limit in limits) for name, limits in self.root.items()}
        )

    def over(self, others: Limits) -> Limits:
        """Both combined; for readings limited by both, these limits apply."""
        return Limits({**others.root, **self.root})

    def problems(self, units: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        """Yields (reading, problem) for every limit that cannot apply to readings of these units."""
        for name, limits in self.root.items():
            if name not in units:
                yield name, spelling.unknown("reading", name, units)
            else:
                found = (
                    _without_unit(name, limit, units) or problem_of(name, limit, units) for limit in limits
                )
                yield from ((name, problem) for problem in found if problem)


def _without_unit(name: str, limit: Limit, units: Mapping[str, str]) -> str:
    """For the author of the limit: a bare number may be meant in any unit. `problem_of` words judgements."""
    bare = isinstance(limit.operand, Quantity) and not limit.operand.unit and limit.operand.number != 0
    if not (bare and units[name]):
        return ""
    example = f"{limit.text.rstrip()}{units[name]}"
    return f"limit {limit.text!r} needs a unit, such as {example!r}: {name} is measured in {units[name]}"


def problem_of(name: str, limit: Limit, units: Mapping[str, str]) -> str:
    """Returns why the limit does not fit the reading, with both units, or ""."""
    if limit.operand == Other("baseline") and "baseline" not in units:
        return (
            f"limit {limit.text!r} names no share of the baseline: write {limit.comparison} 100% of baseline"
        )
    if isinstance(limit.operand, Other) and limit.operand.name not in units:
        return f"{spelling.unknown('reading', limit.operand.name, units)} (words go in quotes)"
    if limit.operand == Other(name):
        return f"limit {limit.text!r} compares {name} with itself"
    given, expected = limit.unit(units), units[name]
    if given == expected or isinstance(limit.operand, OfBaseline):
        return ""
    return (
        f"limit {limit.text!r} is in {given or 'no unit'}, but {name} is measured in {expected or 'no unit'}"
    )
