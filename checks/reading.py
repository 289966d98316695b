"""What one look at the world gives: readings with unit, window and sample size."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypeAlias

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

Scalar: TypeAlias = bool | int | float | str | None


class Record(BaseModel):
    """A frozen value that survives JSON unchanged: what evidence is made of."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Moment(Record):
    """When, and with which arguments, a check is asked. Time is an argument, everywhere."""

    now: AwareDatetime  # UTC; windows end here
    arguments: dict[str, str] = Field(default_factory=dict)  # `/canary run staging version=1.42.0`


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
    """One measured value. `value` None means: asked, and nothing was there to measure."""

    name: str
    value: Scalar
    unit: str = ""  # "s", "%", "/min"; "" for a count or a word
    n: int | None = None  # sample size, where the value is a statistic
    note: str = ""  # why it is so, in a few words, where the value alone does not say


class Series(Record):
    """A reading over time, for the chart: (UTC time, value), oldest first."""

    name: str  # the reading it belongs to
    unit: str
    points: tuple[tuple[AwareDatetime, float], ...]


class Measurement(Record):
    """What one look at the world gave; nothing in it is judged yet."""

    readings: tuple[Reading, ...]
    window: Window | None = None
    series: tuple[Series, ...] = ()
    detail: tuple[str, ...] = ()  # first offenders, last lines of output: a few short lines
    context: dict[str, Scalar] = Field(default_factory=dict)  # commit, dirty, status code, …

    def reading(self, name: str) -> Reading | None:
        return next((reading for reading in self.readings if reading.name == name), None)
