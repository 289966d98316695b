"""The protocol of a check kind and of a source, on one screen.

A kind is a pydantic model (its configuration in canary.yaml) with one method, `measure`. It never
judges: `checks.evaluate` repeats it over windows and samples and hands each measurement to
`checks.judge`. Nothing here knows Slack, runs or the bot's own database.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from checks.limits import Limits
from checks.reading import Measurement, Moment, Window
from checks.sample import Sampling
from checks.secrets import Secrets
from checks.units import Duration


class Source(BaseModel):
    """Where numbers come from: one entry under `sources:` in canary.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    kind: str

    def open(self, secrets: Secrets) -> AbstractAsyncContextManager[Any]:
        """The live connection that checks of this source are handed; closed whatever happens.

        Never fails: what is wrong with it is the CheckError of the first check that uses it.
        """
        raise NotImplementedError


class Check(BaseModel):
    """One question put to the world: one entry under `checks:` of an environment."""

    model_config = ConfigDict(extra="forbid", frozen=True, serialize_by_alias=True)
    source_kind: ClassVar[str | None] = None  # the kind of source it needs; None: it needs none

    kind: str
    title: str = Field(default="", max_length=100, description="What people read; left out: the check's name")
    source: str = Field(default="", description="Where the numbers come from: a name under `sources:`")
    owner: str = Field(description="Who mends it when it fails, and may waive it: a name under `people:`")
    window: Duration | None = Field(default=None, description="How far back one look reaches")
    consecutive: int = Field(
        default=1, ge=1, le=100, description="Each of so many windows, back to back, must pass"
    )
    sample: Sampling = Field(
        default=Sampling(), description="How often to look over a bake time, and how many looks may fail"
    )
    timeout: Duration = Field(
        default=timedelta(seconds=60), description="For the whole check, all windows and samples"
    )
    retries: int = Field(
        default=0, ge=0, le=10, description="A failed look is repeated so often; passing then is WARN"
    )
    at_least: int = Field(default=0, ge=0, description="A reading with a smaller n is UNKNOWN")
    pass_: Limits = Field(
        default_factory=Limits, alias="pass", description="Reading -> limit, or several that must all hold"
    )
    warn: Limits = Field(default_factory=Limits, description="What is neither pass nor warn fails")
    fallback: str = Field(default="", description="A check whose PASS mitigates this one's ERROR")

    def readings(self) -> Mapping[str, str] | None:
        """Reading name -> unit, for validating limits at load; None: known only once measured."""
        return None

    def needs(self) -> frozenset[str]:
        """The arguments of the run that it cannot do without."""
        return frozenset()

    def implied(self) -> Limits:
        """What must hold of this kind unless `pass` limits the same reading: exit code 0, and the like."""
        return Limits()

    def passing(self) -> Limits:
        """The limits a look is held to."""
        return self.pass_.over(self.implied())

    async def measure(self, source: Any, moment: Moment, window: Window | None) -> Measurement:
        """Look once. Raises CheckError when it cannot; is cancelled at the time limit."""
        raise NotImplementedError

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        """Each problem is reported at its own key, so that an error can name the line."""
        details = [
            InitErrorDetails(
                type=PydanticCustomError("limits", "{problem}", {"problem": text}), loc=key, input=self
            )
            for key, text in _problems(self)
        ]
        if details:
            raise ValidationError.from_exception_data(type(self).__name__, details)
        return self


def _problems(check: Check) -> Iterator[tuple[tuple[str, ...], str]]:
    """(key, what is wrong with it), for what no single field can know."""
    for key in ("window", "timeout"):
        if getattr(check, key) == timedelta(0):
            yield (key,), "expected a duration longer than 0s"
    if check.consecutive > 1 and check.window is None:
        yield ("consecutive",), "expected a window as well: windows back to back need a length"
    if (check.sample.count - 1) * check.sample.every >= check.timeout:
        yield ("timeout",), f"expected more than the {check.sample.count - 1} pauses of the sample take"
    if not check.passing():
        yield ("pass",), "expected at least one limit: nothing held to a limit can never pass"
    yield from (((key, name), problem) for key, name, problem in _limit_problems(check))


def _limit_problems(check: Check) -> Iterator[tuple[str, str, str]]:
    """(pass or warn, reading, problem)"""
    passing, units = check.passing(), check.readings()
    for name in check.warn.root:
        if not passing.of(name) and (units is None or name in units):
            yield "warn", name, f"expected a limit under pass for {name} as well: warn is what lies beyond it"
    if units is not None:
        for key, limits in (("pass", check.pass_), ("warn", check.warn)):
            yield from ((key, name, problem) for name, problem in limits.problems(units))
