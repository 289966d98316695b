"""What a check measured before a change: a summary of its readings, to compare later measurements with.

A number is summarized by its lower median, which is a measured value, and its extremes. Text and booleans are
kept only if all measurements agree: "primary" and "replica" have no median.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from checks.numbers import exactly, is_number
from checks.reading import Measurement, Reading, Typical


def summed_up(measurements: Sequence[Measurement]) -> tuple[Typical, ...]:
    """Returns a `Typical` for each reading that has a value, in the order in which they were first measured.

    Omits a reading whose unit, type or text changed in between: nothing can be compared with those.
    """
    names = dict.fromkeys(reading.name for one in measurements for reading in one.readings)
    return tuple(typical for name in names for typical in _typical(_with_values(measurements, name)))


def _with_values(measurements: Sequence[Measurement], name: str) -> list[Reading]:
    found = (one.reading(name) for one in measurements)
    return [reading for reading in found if reading and reading.value is not None]


def _typical(readings: Sequence[Reading]) -> Iterator[Typical]:
    if not readings or len({reading.unit for reading in readings}) > 1:
        return
    name, unit, values = readings[0].name, readings[0].unit, [reading.value for reading in readings]
    numbers = sorted((value for value in values if is_number(value)), key=exactly)
    if len(numbers) == len(values):
        middle, low, high = numbers[(len(numbers) - 1) // 2], numbers[0], numbers[-1]
        yield Typical(name=name, unit=unit, value=middle, samples=len(values), low=low, high=high)
    elif all(type(value) is type(values[0]) and value == values[0] for value in values):
        yield Typical(name=name, unit=unit, value=values[0], samples=len(values))
