"""Judges a measurement by its limits, with a reason as a sentence.

Fails closed: a reading that is missing, empty or has too small a sample is UNKNOWN, one that cannot be
compared with its limit is an ERROR, and only a reading within a limit is PASS.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from checks.limits import Limit, Limits, OfBaseline, Other, Quantity, problem_of
from checks.numbers import Number, exactly, is_number
from checks.outcome import Cause, Outcome
from checks.reading import Before, Measurement, Reading, Typical
from checks.result import Judged
from checks.units import rounded, say_value

_MOST_SAID = 3  # readings in one sentence
_SKEW_S = 60  # difference between clocks that may make a duration negative
_DIGITS = (3, 4, 6, 9, 17)  # to round to: the first that does not mislead
_CAUSES = {
    Outcome.PASS: None,
    Outcome.WARN: Cause.REGRESSION,
    Outcome.UNKNOWN: Cause.DATA_MISSING,
    Outcome.ERROR: Cause.CONFIGURATION,
    Outcome.FAIL: Cause.REGRESSION,
}


@dataclass(frozen=True)
class Judgement:
    """The judgement of one measurement. `judged` lists limited readings first."""

    outcome: Outcome
    reason: str
    cause: Cause | None
    judged: tuple[Judged, ...]
    blocked: bool = False  # as in `CheckError`


def judge(
    measurement: Measurement,
    passing: Limits,
    warning: Limits,
    *,
    at_least: int = 0,
    before: Before | None = None,
) -> Judgement:
    """The worst of all limited readings; UNKNOWN if no reading is limited.

    `before`: the baseline. A reading limited by it is UNKNOWN if the baseline lacks it.

    A reading within all its limits of `passing` is PASS, otherwise within all of `warning` WARN, otherwise
    FAIL. One whose n is below `at_least` is UNKNOWN, and so are all if none of them states its n.
    """
    before = before or Before()
    look = _Look(measurement, before)
    held = [look.hold(name, passing.of(name), warning.of(name), at_least) for name in passing.root]
    if at_least and not any(item.judged.reading.n is not None for item in held):
        why = f"does not say how many samples it rests on, {at_least:,} are needed"
        held = [_unknown(item.judged.reading, passing.of(item.judged.reading.name), why) for item in held]
    outcome = Outcome.worst([item.outcome for item in held])
    unlimited = (
        Judged(reading=reading, outcome=None, baseline=_comparable(reading, before))
        for reading in measurement.readings
        if not passing.of(reading.name)
    )
    return Judgement(
        outcome=outcome,
        reason=_together([item.sentence for item in held if item.outcome is outcome]),
        cause=_cause(measurement, outcome),
        judged=(
            *(
                item.judged.model_copy(update={"baseline": _comparable(item.judged.reading, before)})
                for item in held
            ),
            *unlimited,
        ),
    )


def _comparable(reading: Reading, before: Before) -> Typical | None:
    """Its value in the baseline, if it has the same unit and type."""
    typical = before.readings.get(reading.name)
    if typical is None or typical.unit != reading.unit or reading.value is None:
        return None
    alike = (
        is_number(typical.value) if is_number(reading.value) else type(typical.value) is type(reading.value)
    )
    return typical if alike else None


def _cause(measurement: Measurement, outcome: Outcome) -> Cause | None:
    own = measurement.cause
    concerned = outcome is Outcome.FAIL or (outcome is Outcome.WARN and own is Cause.FLAKY)
    return own if own and concerned else _CAUSES[outcome]


@dataclass(frozen=True)
class _Held:
    """A judged reading, with its part of the sentence."""

    outcome: Outcome
    judged: Judged
    sentence: str

    @classmethod
    def of(cls, reading: Reading, outcome: Outcome, limits: Sequence[Limit], said: str) -> _Held:
        judged = Judged(reading=reading, outcome=outcome, limit=_written(limits))
        return cls(outcome, judged, _said(reading, said))


class _NotComparableError(Exception):
    def __init__(self, outcome: Outcome, message: str) -> None:
        super().__init__(message)
        self.outcome = outcome


class _Look:
    def __init__(self, measurement: Measurement, before: Before) -> None:
        self._before = before
        self._readings = {reading.name: reading for reading in measurement.readings}
        self._values = {reading.name: reading.value for reading in measurement.readings}
        self._units = {reading.name: reading.unit for reading in measurement.readings}

    def hold(self, name: str, passing: Sequence[Limit], warning: Sequence[Limit], at_least: int) -> _Held:
        reading = self._readings.get(name)
        if reading is None:
            return _unknown(Reading(name=name, value=None), passing, "was not measured")
        if reading.value is None:
            return _unknown(reading, passing, "found nothing to measure")
        if reading.n is not None and reading.n < at_least:
            why = f"rests on {reading.n:,} samples, {at_least:,} are needed"
            return _unknown(reading, passing, why)
        if reading.n == 0:
            return _unknown(reading, passing, "rests on no samples")
        try:
            return self._compare(reading, self._against(reading, passing), self._against(reading, warning))
        except _NotComparableError as error:
            return _Held.of(reading, error.outcome, passing, str(error))

    def _against(self, reading: Reading, limits: Sequence[Limit]) -> tuple[Limit, ...]:
        """The limits, with shares of the baseline replaced by numbers."""
        return tuple(self._of_baseline(reading, limit) for limit in limits)

    def _of_baseline(self, reading: Reading, limit: Limit) -> Limit:
        if not isinstance(limit.operand, OfBaseline):
            return limit
        typical = self._before.readings.get(reading.name)
        why = "" if typical else self._before.why
        if typical and typical.unit != reading.unit:
            why = f"{self._before.called} has it in {typical.unit or 'no unit'}, not in {reading.unit or 'no unit'}"
        try:
            found = limit.against(typical)
        except ValueError as error:
            why = why or str(error)
        if why:
            raise _NotComparableError(
                Outcome.UNKNOWN, f"has limit {limit.text}, but {why}; capture a baseline before the change"
            )
        return found

    def _compare(self, reading: Reading, passing: Sequence[Limit], warning: Sequence[Limit]) -> _Held:
        if _is_impossible(reading, passing):
            shown = say_value(reading.value, reading.unit)
            raise _NotComparableError(
                Outcome.ERROR,
                f"is {shown}, and no limit expects a length below 0: it was taken from a time in the future, as local"
                " time may be; where it may be so, add a limit like >= -5m",
            )
        outcome, decided = Outcome.PASS, passing
        broken = self._broken(reading, passing)
        if broken:
            outcome = Outcome.FAIL if self._broken(reading, warning) or not warning else Outcome.WARN
            decided = broken[:1]
        said = f"is {self._value(reading, decided)}, limit {', '.join(map(self._limit, decided))}"
        return _Held.of(reading, outcome, decided, said)

    def _broken(self, reading: Reading, limits: Sequence[Limit]) -> list[Limit]:
        return [limit for limit in limits if not self._holds(limit, reading)]

    def _holds(self, limit: Limit, reading: Reading) -> bool:
        bound = limit.bound(self._values)
        if bound is None:
            raise _NotComparableError(Outcome.UNKNOWN, f"has limit {limit.text}, which was not measured")
        if problem := problem_of(reading.name, limit, self._units):
            raise _NotComparableError(Outcome.ERROR, f"cannot be compared with its limit: {problem}")
        try:
            return limit.holds(reading.value, bound)
        except TypeError as error:
            raise _NotComparableError(Outcome.ERROR, f"cannot be compared with its limit: {error}") from None

    def _value(self, reading: Reading, limits: Sequence[Limit]) -> str:
        """Rounded, but never across a limit."""
        value = reading.value
        if not is_number(value):
            return say_value(value, reading.unit)
        number = exactly(value)
        truth = self._truth(number, limits)
        for digits in (*_DIGITS, len(number.as_tuple().digits)):
            if truth == self._truth(rounded(number, digits), limits):
                break
        return say_value(value, reading.unit, digits)

    def _truth(self, number: Number, limits: Sequence[Limit]) -> list[bool]:
        return [limit.holds(number, limit.bound(self._values)) for limit in limits]

    def _limit(self, limit: Limit) -> str:
        if limit.percent is not None and isinstance(limit.operand, Quantity):
            return f"{limit.text} ({say_value(limit.operand.number, limit.operand.unit)})"
        if not isinstance(limit.operand, Other):
            return limit.text
        other = self._readings[limit.operand.name]
        return f"{limit.text} ({say_value(other.value, other.unit)})"


def _is_impossible(reading: Reading, limits: Sequence[Limit]) -> bool:
    """Whether a duration is negative, by more than clocks may differ, and has only upper limits."""
    if reading.unit != "s" or not is_number(reading.value) or exactly(reading.value) >= -_SKEW_S:
        return False
    return all(
        limit.comparison in {"<", "<="}
        and not (isinstance(limit.operand, Quantity) and exactly(limit.operand.number) < 0)
        for limit in limits
    )


def _unknown(reading: Reading, limits: Sequence[Limit], why: str) -> _Held:
    return _Held.of(reading, Outcome.UNKNOWN, limits, why)


def _written(limits: Sequence[Limit]) -> str:
    return ", ".join(limit.text for limit in limits)


def _said(reading: Reading, sentence: str) -> str:
    note = f": {reading.note}" if reading.note else ""
    return f"{reading.name.replace('_', ' ')} {sentence}{note}"


def _together(sentences: list[str]) -> str:
    rest = len(sentences) - _MOST_SAID
    said = "; ".join(sentences[:_MOST_SAID]) + (f"; and {rest} more" if rest > 0 else "")
    return said or "nothing was held to a limit"
