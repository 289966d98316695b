"""The result of one measurement: readings with unit, window and sample size."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime, timedelta

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from checks.numbers import ExactCount, ExactScalar
from checks.outcome import Cause


class Record(BaseModel):
    """A frozen value that survives JSON unchanged: what evidence is made of."""

    model_config = ConfigDict(defer_build=True, frozen=True, extra="forbid", allow_inf_nan=False)


class Window(Record):
    """The half-open interval [start, end), in UTC."""

    start: AwareDatetime
    end: AwareDatetime

    @classmethod
    def ending(cls, end: datetime, length: timedelta) -> Window:
        return cls(start=end - length, end=end)

    @property
    def seconds(self) -> float:
        return (self.end - self.start).total_seconds()


class Reading(Record):
    """A measured value. `value` None: there was nothing to measure."""

    name: str
    value: ExactScalar
    unit: str = ""  # "s", "%", "/min", "B", "B/s"; "" for a count or a word
    n: ExactCount | None = None  # sample size, if the value is a statistic
    note: str = ""  # a short explanation, if the value alone is not clear


class Typical(Record):
    """A reading of a baseline: what it was over several measurements."""

    name: str
    value: ExactScalar  # of a number, the lower median
    unit: str = ""
    samples: int  # the measurements that had it
    low: ExactScalar = None  # None: not a number
    high: ExactScalar = None

    @property
    def reading(self) -> Reading:
        """As if measured once."""
        return Reading(name=self.name, value=self.value, unit=self.unit)


class Before(Record):
    """The values of a check in the baseline that it is compared with."""

    called: str = ""  # "baseline 3"
    why: str = "there is no baseline"  # if it has no readings
    readings: dict[str, Typical] = Field(default_factory=dict)
    facts: dict[str, ExactScalar] | None = None  # of a configuration; None: not read


class Moment(Record):
    """When a check is asked, and with which values. Time is an argument, everywhere."""

    now: AwareDatetime  # UTC; windows end here
    values: dict[str, str] = Field(default_factory=dict)  # the values of `{{name}}`; "" is unknown
    read_at: float | None = (
        None  # by time.monotonic(), when a clock showed `now`; None: not about the present
    )

    before: Before = Field(default_factory=Before)  # what to compare with
    # for digests of secrets, always the same; b"": none
    key: bytes = Field(default=b"", repr=False, exclude=True)

    @classmethod
    def present(cls, now: datetime, values: Mapping[str, str], before: Before | None = None) -> Moment:
        """For a clock that has just shown `now`."""
        return cls(now=now, values=dict(values), read_at=time.monotonic(), before=before or Before())

    def later(self, elapsed: timedelta) -> Moment:
        """The same request, that much later."""
        read_at = None if self.read_at is None else self.read_at + elapsed.total_seconds()
        return self.model_copy(update={"now": self.now + elapsed, "read_at": read_at})


class Series(Record):
    """A reading over time, for the chart: (UTC time, value), oldest first."""

    name: str  # the reading it belongs to
    unit: str
    points: tuple[tuple[AwareDatetime, float], ...]


class Measurement(Record):
    """The result of one measurement, not judged yet."""

    readings: tuple[Reading, ...]
    window: Window | None = None
    series: tuple[Series, ...] = ()
    detail: tuple[str, ...] = ()  # first offenders, last lines of output: a few short lines
    context: dict[str, ExactScalar] = Field(default_factory=dict)  # commit, dirty, status code, …
    cause: Cause | None = None  # if a failure is known not to be a regression
    hint: str = ""  # the next step, should it fail
    doubts: tuple[str, ...] = ()  # what should have been counted but could not be: an ERROR, unless it fails

    def reading(self, name: str) -> Reading | None:
        return next((reading for reading in self.readings if reading.name == name), None)
