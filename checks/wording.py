"""Measurements as sentences: "2 found, must be 0 (5,379 checked)". Pure, and plain text: callers escape it.

A kind defines how its readings are worded (`Check.wording`). Any other reading is named by its name, with
spaces. Stored evidence never contains these sentences, so they can be reworded at any time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import TYPE_CHECKING, Any

from checks.judge import judge
from checks.limits import Limit, OfBaseline, Other, Quantity
from checks.numbers import Number, Scalar, exactly, is_number
from checks.outcome import CheckError, Outcome
from checks.reading import Before, Reading
from checks.result import Judged, Result
from checks.units import UNITS, rounded, say_count, say_value

if TYPE_CHECKING:
    from checks.base import Check

MOST_READINGS = 2  # in one sentence
LONGEST_TEXT = 60  # characters of a value that is text
LONGEST_NOTE = 200
LONGEST_REASON = 300  # characters of why something could not be measured
EXCERPT = 8  # lines of detail
LAST_SEEN = "; last seen: "  # in the reason of a timeout, before what was measured until then

_PLACE = re.compile(r"\{(\w+)\}")
_ONE_LIMIT = re.compile(r"(?:<=|>=|==|!=|<|>)\s*(?:\"[^\"]*\"|'[^']*'|[^,]+)")
_SPELLED = re.compile(r"[\d.]\s*([A-Za-z]+(?:/[A-Za-z]+)?)$")  # the written unit of a limit
_DIGITS = (3, 4, 6, 9)  # to round to: the first that does not mislead
_PRECISE = Context(prec=60)
# of a limit's unit, within which a value is still expressed in it
_LEAST, _MOST = (
    Decimal("0.1"),
    Decimal(10_000),
)
_MOST_PLACES = 20  # of a number shown in another unit
_SCALES: Mapping[str, Sequence[tuple[Decimal, Decimal, str]]] = {  # minimum size, divisor, name
    "s": (
        (Decimal(172_800), Decimal(86_400), "days"),
        (Decimal(7200), Decimal(3600), "h"),
        (Decimal(600), Decimal(60), "min"),
        (Decimal(1), Decimal(1), "s"),
        (Decimal(0), Decimal("0.001"), "ms"),
    ),
    **{
        unit: tuple(
            (Decimal(1000**power), Decimal(1000**power), f"{prefix}{unit}")
            for power, prefix in ((4, "T"), (3, "G"), (2, "M"), (1, "k"), (0, ""))
        )
        for unit in ("B", "B/s")
    },
}
_COMPARED = {"<": "under ", "<=": "at most ", ">": "more than ", ">=": "at least ", "==": "", "!=": "not "}


@dataclass(frozen=True)
class Wording:
    """How a reading is put into words.

    In `said`, `{value}` is the value with its unit, `{s}` the s of a plural, and the name of another reading
    its value: "{value} job{s} waiting". In `samples`, `{n}` is the sample size. In `all_of`, `{must}` is must
    or should.
    """

    said: str = ""  # default: the noun and the value
    noun: str = ""  # its name in comparisons and if it is missing; default: the reading's name
    samples: str = "{n} sample{s}"
    no_samples: str = ""  # instead of `samples`, for a statistic that is 0 because there were none
    over_time: str = ""  # what its series shows, if that is not the same; default: the noun
    whole: str = ""  # the reading that it is a part of, so that `== whole` is "all"
    all_of: str = ""  # what `== whole` requires: "all rows {must} be covered"
    yes: str = "true"  # the values of a boolean
    no: str = "false"
    note: str = "{note}"

    @staticmethod
    def places(template: str) -> list[str]:
        """The names in it that are filled in."""
        return _PLACE.findall(template)


@dataclass(frozen=True)
class Said:
    """A reading in words; empty if there is nothing to say."""

    measured: str  # "p95 182 s"
    limit: str = ""  # "should be under 90 s"
    samples: str = ""  # "31 jobs"
    note: str = ""
    change: str = ""  # "baseline 120 s, +52%"

    def __str__(self) -> str:
        what = ", ".join(filter(None, (self.measured, self.limit)))
        samples = f" ({self.samples})" if self.samples else ""
        return "; ".join(filter(None, (f"{what}{samples}", self.change, self.note)))


def sentence(check: Check, title: str, result: Result, *, whole: bool = False) -> str:
    """What a check found, to be read after its title. `whole`: all of it, for the record."""
    longest = None if whole else LONGEST_REASON
    if result.outcome in {Outcome.ERROR, Outcome.UNKNOWN}:
        return _not_measured(check, result, longest)
    words = Words(check, title, result.judged)
    shown = [judged for judged in worst_first(result.judged) if _tells(judged, result.outcome)]
    if not shown:
        return _cut(result.reason, longest)
    most = len(shown) if whole else MOST_READINGS
    said = [str(words.of(judged)) for judged in shown[:most]]
    if (more := len(shown) - most) > 0:
        said.append(f"and {more} more" + (" out of limits" if result.outcome is not Outcome.PASS else ""))
    return "; ".join(said) + _how_often(check, result)


def worst_first(judged: Iterable[Judged]) -> list[Judged]:
    """Only limited readings: others are not judged."""
    return sorted((one for one in judged if one.outcome), key=lambda one: -one.severity)


def excerpt(detail: Sequence[str], telling: Callable[[str], bool] = lambda _: True) -> tuple[str, ...]:
    """A few lines from the first `telling` one on; the last ones if there is none."""
    first = next((at for at, line in enumerate(detail) if telling(line)), max(0, len(detail) - EXCERPT))
    return tuple(detail[first : first + EXCERPT])


class Words:
    """The wording of a check's readings in one measurement."""

    def __init__(self, check: Check, title: str, judged: Iterable[Judged]) -> None:
        self._check = check
        self._title = _alike(title)
        self._wordings = check.wording()
        self._readings = {one.reading.name: one.reading for one in judged}
        self._values = {name: reading.value for name, reading in self._readings.items()}

    def of(self, judged: Judged) -> Said:
        reading = judged.reading
        limits, warning = self._limits_of(judged)
        note = self._wording(reading.name).note.replace("{note}", _cut(reading.note, LONGEST_NOTE))
        return Said(
            measured=self._measured(reading, [*limits, *warning]),
            limit=self._limit(judged, limits, warning),
            samples=self.samples(reading),
            note=note if reading.note else "",
            change=self.change(judged),
        )

    def change(self, judged: Judged) -> str:
        """ "baseline 120 s, +52%": its value before; "" if unknown."""
        typical, value = judged.baseline, judged.reading.value
        if typical is None:
            return ""
        was = (
            amount(typical.value, typical.unit)
            if is_number(typical.value)
            else self._value(typical.reading, ())
        )
        return f"baseline {was}, {change_of(typical.value, value)}"

    def noun(self, name: str) -> str:
        return self._wording(name).noun or name.replace("_", " ")

    def over_time(self, name: str) -> str:
        """What a chart of the reading shows."""
        return (self._wording(name).over_time or self.noun(name)).removeprefix("the ")

    def required(self, judged: Judged) -> str:
        """Its limits, whatever was measured: "p95 age should be under 90 s, must be under 300 s", "all rows must
        be covered".
        """
        name = judged.reading.name
        noun, wording = self.noun(name).removeprefix("the "), self._wording(name)
        limits, warning = self._limits_of(judged)
        if not limits:
            return f"{noun}: limit {_cut(judged.limit, LONGEST_TEXT)}"
        verb = "should" if warning else "must"
        if wording.all_of and len(limits) == 1 and self._is_whole(wording, limits[0]):
            least = [f"{noun} must {self._be(name, warning)}"] if warning else []
            return "; ".join([wording.all_of.replace("{must}", verb), *least])
        least = [f"must {self._be(name, warning)}"] if warning else []
        return ", ".join([f"{noun} {verb} {self._be(name, limits)}", *least])

    def samples(self, reading: Reading) -> str:
        wording = self._wording(reading.name)
        if reading.n is None:
            return wording.no_samples if is_number(reading.value) and not reading.value else ""
        return _filled(wording.samples, {"n": f"{reading.n:,}", "s": _s(reading.n)})

    def _limits_of(self, judged: Judged) -> tuple[list[Limit], list[Limit]]:
        """Those within which it passes, and those within which it only warns."""
        passing, warning = limits_in(judged.limit), self._check.warning().of(judged.reading.name)
        return [_resolved(limit, judged) for limit in passing], [
            _resolved(limit, judged) for limit in warning
        ]

    def _wording(self, name: str) -> Wording:
        return self._wordings.get(name, _PLAIN)

    def _measured(self, reading: Reading, limits: Sequence[Limit]) -> str:
        wording, value = self._wording(reading.name), self._value(reading, limits)
        if reading.value is None:
            return f"nothing to measure for {self.noun(reading.name)}"
        places = set(Wording.places(wording.said)) - {"value", "s"}
        if wording.said and places <= self._readings.keys():
            others = {name: self._value(self._readings[name], ()) for name in places}
            return _filled(wording.said, others | {"value": value, "s": _s(reading.value)})
        noun = self.noun(reading.name)
        if _alike(noun) == self._title:
            return value
        return f"{noun} {value}" if is_number(reading.value) else f"{noun} is {value}"

    def _value(self, reading: Reading, limits: Sequence[Limit]) -> str:
        if isinstance(reading.value, bool):
            wording = self._wording(reading.name)
            return wording.yes if reading.value else wording.no
        return amount(reading.value, reading.unit, limits, self._values)

    def _limit(self, judged: Judged, limits: Sequence[Limit], warning: Sequence[Limit]) -> str:
        if not judged.limit or judged.outcome is None:
            return ""
        if not limits:
            return f"limit {_cut(judged.limit, LONGEST_TEXT)}"
        name = judged.reading.name
        said = f"{'should' if warning else 'must'} {self._be(name, limits)}"
        if warning and judged.outcome is Outcome.FAIL:
            said += f", must {self._be(name, warning)}"
        return said

    def _be(self, name: str, limits: Sequence[Limit]) -> str:
        said = " and ".join(self._bound(name, limit) for limit in limits)
        return f"not be {said.removeprefix('not ')}" if said.startswith("not ") else f"be {said}"

    @staticmethod
    def _is_whole(wording: Wording, limit: Limit) -> bool:
        """Whether the limit requires all of what the reading is a part of."""
        return (
            limit.comparison == "=="
            and isinstance(limit.operand, Other)
            and limit.operand.name == wording.whole
        )

    def _bound(self, name: str, limit: Limit) -> str:
        compared, wording = _COMPARED[limit.comparison], self._wording(name)
        match limit.operand:
            case Other(name=other):
                if self._is_whole(wording, limit):
                    return "all"
                shown = self._readings.get(other)
                value = f" ({self._value(shown, ())})" if shown and shown.value is not None else ""
                return f"{compared or 'equal to '}{self.noun(other)}{value}"
            case Quantity():
                return f"{compared}{_quantity_in_words(limit, limit.operand)}"
            case OfBaseline(percent=percent):
                return f"{compared}{percent}% of the baseline"
            case bool(wanted):
                return f"{compared}{wording.yes if wanted else wording.no}"
            case text:
                return f"{compared}{_text(text)}"


_PLAIN = Wording()


def _resolved(limit: Limit, judged: Judged) -> Limit:
    """With its share of the baseline as a number, if known."""
    try:
        return limit.against(judged.baseline)
    except ValueError:
        return limit


def change_of(before: Scalar, now: Scalar) -> str:
    """ "+52%", "−8.3%", "the same"; a change from 0 has no percentage."""
    if not is_number(before) or not is_number(now):
        return "the same" if type(before) is type(now) and before == now else "changed"
    was, difference = exactly(before), exactly(now) - exactly(before)
    if not difference:
        return "the same"
    if not was:
        return "up from 0" if difference > 0 else "down from 0"
    percent = rounded(_PRECISE.multiply(_PRECISE.divide(difference, abs(was)), Decimal(100)), 2)
    return f"{'+' if difference > 0 else '−'}{say_value(abs(percent))}%"


def limits_in(text: str) -> list[Limit]:
    """Of a judged reading, as in its result: "< 180s", ">= 200, < 300"; empty if they cannot be parsed."""
    try:
        return [Limit.parse(one[0].strip()) for one in _ONE_LIMIT.finditer(text)]
    except ValueError:
        return []


def amount(
    value: Scalar, unit: str = "", limits: Sequence[Limit] = (), values: Mapping[str, Scalar] | None = None
) -> str:
    """A value in a readable unit, that of its limit if possible; never rounded to the other side of a limit."""
    if value is None:
        return "nothing"
    if isinstance(value, str):
        return _text(value)
    if not is_number(value):
        return say_value(value)
    number, bounds = exactly(value), _bounds_of(limits, values or {})
    scale, called = _scale(number, unit, [bound for _, bound in bounds])

    def truth(shown: Decimal, scale: Decimal) -> list[bool]:
        return [limit.holds(_PRECISE.multiply(shown, scale), bound) for limit, bound in bounds]

    real = [limit.holds(number, bound) for limit, bound in bounds]
    scaled = number if scale == 1 else _PRECISE.divide(number, scale)
    for digits in _DIGITS:
        if truth(rounded(scaled, digits), scale) == real:
            return _with_unit(scaled, called, digits)
    return _with_unit(number, unit, len(number.as_tuple().digits))


def value_in_limits_unit(judged: Judged) -> str:
    """For a table, next to the limit as it was written: "0.6 s" is "600 ms" beside "< 500ms"."""
    reading, limits = judged.reading, limits_in(judged.limit)
    spelled = _SPELLED.search(judged.limit)
    base, factor = UNITS.get(spelled[1] if spelled else "", ("", Decimal(1)))
    if not is_number(reading.value) or not spelled or base != reading.unit or factor == 1:
        return say_value(reading.value, reading.unit)
    number = exactly(reading.value)
    scaled = _PRECISE.divide(number, factor)
    for digits in _DIGITS:
        shown = _PRECISE.multiply(rounded(scaled, digits), factor)
        if all(limit.breaks(shown) == limit.breaks(number) for limit in limits):
            return say_value(scaled, spelled[1], digits)
    return say_value(reading.value, reading.unit)


def _bounds_of(limits: Sequence[Limit], values: Mapping[str, Scalar]) -> list[tuple[Limit, Number]]:
    found = ((limit, limit.bound(values)) for limit in limits)
    return [(limit, bound) for limit, bound in found if is_number(bound)]


def _quantity_in_words(limit: Limit, operand: Quantity) -> str:
    if limit.percent is None:
        return _bound_in_words(exactly(operand.number), operand.unit)
    return f"{limit.percent}% of the baseline ({amount(operand.number, operand.unit)})"


def _bound_in_words(number: Decimal, unit: str) -> str:
    """Exactly as configured, in a readable unit."""
    scale, called = _neat(number, unit)
    scaled = _PRECISE.divide(number, scale)
    return _with_unit(scaled, called, max(3, len(scaled.as_tuple().digits)))


def _scale(number: Decimal, unit: str, bounds: Sequence[Number]) -> tuple[Decimal, str]:
    """Returns (divisor, its name): as for the limit, unless the value is of quite another magnitude."""
    if not bounds or not (bound := exactly(bounds[0])):
        return _readable(number, unit)
    scale, called = _neat(bound, unit)
    alike = not number or _LEAST <= abs(number) / scale < _MOST
    return (scale, called) if alike else _readable(number, unit)


def _neat(bound: Decimal, unit: str) -> tuple[Decimal, str]:
    """A readable unit in which the limit has at most two decimals; otherwise its own."""
    scale, called = _readable(bound, unit)
    scaled = _PRECISE.divide(bound, scale)
    is_neat = scaled == scaled.quantize(Decimal("0.01"), context=_PRECISE) if scale != 1 else True
    return (scale, called) if is_neat else (Decimal(1), unit)


def _readable(number: Decimal, unit: str) -> tuple[Decimal, str]:
    if number and number.adjusted() < _MOST_PLACES:
        for size, scale, called in _SCALES.get(unit, ()):
            if abs(number) >= size:
                return scale, called
    return Decimal(1), unit


def _with_unit(number: Decimal, unit: str, digits: int) -> str:
    shown = say_value(number, "", digits)
    if unit == "days" and shown == "1":
        return "1 day"
    return f"{shown}{unit}" if unit in {"%", "/min"} else f"{shown} {unit}".rstrip()


def _text(value: str) -> str:
    return f"“{_cut(value, LONGEST_TEXT)}”"


def _not_measured(check: Check, result: Result, longest: int | None) -> str:
    """What could not be measured, and why."""
    words = Words(check, check.title, result.judged)
    decided = next((one for one in result.judged if one.outcome is result.outcome), None)
    if decided is None:
        reason = _cut(result.reason.partition(LAST_SEEN)[0], longest)
        return reason if "could not be measured" in reason else f"could not be measured: {reason}"
    reading, noun = decided.reading, words.noun(decided.reading.name)
    if reading.value is None:
        note = f": {_cut(reading.note, LONGEST_NOTE)}" if reading.note else ""
        return f"no data for {noun}{note}"
    if reading.n is not None and (reading.n < check.at_least or not reading.n):
        return f"too little data for {noun}: {words.samples(reading)}, at least {max(1, check.at_least):,} needed"
    plain = reading.name.replace("_", " ")
    reason = _cut(result.reason, longest)
    return f"{noun}{reason[len(plain) :]}" if reason.startswith(f"{plain} ") else f"{noun}: {reason}"


def _how_often(check: Check, result: Result) -> str:
    """How many of several measurements, if the check did not pass."""
    if result.outcome is Outcome.PASS or len(result.measurements) <= 1:
        return ""
    off = sum(outcome is not Outcome.PASS for outcome in _outcomes(check, result))
    what = "window" if check.consecutive > 1 and check.sample.count == 1 else "measurement"
    return f", in {off:,} of {say_count(len(result.measurements), what)}" if off else ""


def _outcomes(check: Check, result: Result) -> Iterator[Outcome]:
    """Empty if a limit needs a value of the run."""
    try:
        passing, warning = check.passing().filled({}), check.warning().filled({})
    except CheckError:
        return
    before = Before(readings={one.reading.name: one.baseline for one in result.judged if one.baseline})
    for one in result.measurements:
        yield judge(one, passing, warning, at_least=check.at_least, before=before).outcome


def _tells(judged: Judged, outcome: Outcome) -> bool:
    """Whether it is among the readings that explain the check's outcome."""
    return judged.outcome is Outcome.PASS if outcome is Outcome.PASS else judged.outcome is not Outcome.PASS


def _filled(template: str, values: Mapping[str, str]) -> str:
    """In one pass: inserted values are never scanned again."""
    return _PLACE.sub(lambda place: values.get(place[1], place[0]), template)


def _s(value: Any) -> str:
    return "" if value == 1 else "s"


def _cut(text: str, length: int | None) -> str:
    words = " ".join(text.split())
    return words if length is None or len(words) <= length else f"{words[: length - 1]}…"


def _alike(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.replace("_", " ").casefold()))
