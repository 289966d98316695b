"""The protocol of a check kind and of a source, on one screen.

A kind is a pydantic model (its configuration in canary.yaml) with one method, `measure`. It never judges:
`checks.evaluate` repeats it over windows and samples, and passes each measurement to `checks.judge`. Nothing here
knows about Slack, runs or the bot's database.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from checks.context import Context
from checks.limits import Limits, OfBaseline
from checks.numbers import Scalar, parse_number
from checks.panels import Panels
from checks.placeholders import OWN
from checks.reading import Measurement, Moment, Window
from checks.sample import Sampling
from checks.secrets import Secrets
from checks.units import Duration
from checks.wording import Wording, excerpt

# the keys that say how a check is judged, repeated and named, not what one measurement measures
_JUDGED_BY = {
    *("title", "owner", "fallback", "pass_", "warn", "at_least"),
    *("consecutive", "sample", "timeout", "retries"),
}


class Source(BaseModel):
    """A source: an entry under `sources:` in canary.yaml."""

    model_config = ConfigDict(defer_build=True, extra="forbid", frozen=True)
    kind: str
    at_once: int = Field(
        default=50, ge=1, le=100, description="So many checks ask it at the same time; others wait"
    )

    def filled(self, secrets: Secrets) -> Self:
        """Returns a copy with the values of every `${NAME}`. Only for opening: never print it."""
        filled: Self = _filled(self, secrets)
        return filled

    def missing_here(self) -> Iterator[tuple[str, str]]:
        """Yields (key, what is missing on this machine, or invalid in a variable's value), for a filled source.

        May only read the file system.
        """
        yield from ()

    def impossible_here(self, context: Context) -> Iterator[tuple[str, str]]:  # noqa: ARG002  for kinds that need it
        """Yields (key, what this machine does not support, and the next step): its checks could only end as
        ERROR. For a filled source.
        """
        yield from ()

    def open(self, context: Context) -> AbstractAsyncContextManager[Any]:
        """A context manager for the connection that checks of this source receive; always closed.

        Never fails: an error is raised as a CheckError by the first check that uses it.
        """
        raise NotImplementedError

    async def reach(self, opened: Any) -> str:
        """Make the smallest possible request. Returns what was found, in a few words. Raises CheckError."""
        raise NotImplementedError


def _filled(value: Any, secrets: Secrets) -> Any:
    match value:
        case str():
            return secrets.fill(value)
        case Path():
            return Path(secrets.fill(str(value)))
        case tuple():
            return tuple(_filled(item, secrets) for item in value)
        case dict():
            return {key: _filled(item, secrets) for key, item in value.items()}
        case BaseModel():  # a copy without validation: values from the environment are checked when used
            return value.model_copy(update={name: _filled(item, secrets) for name, item in value})
    return value


class Check(BaseModel):
    """A check: an entry under `checks:` of an environment."""

    model_config = ConfigDict(defer_build=True, extra="forbid", frozen=True, serialize_by_alias=True)
    source_kind: ClassVar[str | tuple[str, ...] | None] = (
        None  # the source it needs, or one of several; None: none
    )
    source_for: ClassVar[tuple[str, ...]] = ()  # the keys that need it, if a check without them needs none
    # the keys in which {{name}} is filled in
    filled: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("pass",),
        ("warn",),
    )
    secretive: ClassVar[tuple[tuple[str, ...], ...]] = ()  # the keys in which ${NAME} is filled in
    tests_tree: ClassVar[bool] = False  # whether it is about the files of its workspace
    counts_samples: ClassVar[bool] = True  # whether any of its readings has an n
    known: ClassVar[tuple[str, ...]] = OWN  # the names that every run can fill in

    kind: str
    title: str = Field(
        default="", max_length=100, description="What people read; the check's name if left out"
    )
    source: str = Field(default="", description="Where the numbers come from: a name under `sources:`")
    owner: str = Field(description="Who fixes it when it fails, and may waive it: a group under `people:`")
    window: Duration | None = Field(default=None, description="How far back one look reaches")
    consecutive: int = Field(
        default=1, ge=1, le=100, description="How many windows, back to back, must each pass"
    )
    sample: Sampling = Field(
        default=Sampling(), description="How often to look over a bake time, and how many looks may fail"
    )
    timeout: Duration = Field(
        default=timedelta(seconds=60), description="For the whole check, with all its windows and samples"
    )
    retries: int = Field(
        default=0,
        ge=0,
        le=10,
        description="How often a failed look is repeated; passing on a retry is a WARN",
    )
    at_least: int = Field(default=0, ge=0, description="A reading with a smaller n is UNKNOWN")
    pass_: Limits = Field(
        default_factory=Limits, alias="pass", description="Reading -> limit, or several that must all hold"
    )
    warn: Limits = Field(
        default_factory=Limits,
        description="Reading -> limit: a value outside `pass` but within this is a WARN; outside both, a FAIL",
    )
    fallback: str = Field(default="", description="A check whose PASS mitigates this one's ERROR")

    @property
    def captured(self) -> bool:
        """Whether a baseline may be captured of it, which means repeating it for hours.

        Only for kinds that read records that a system keeps anyway: no program, and no request with an
        effect.
        """
        return False

    @property
    def tells_facts(self) -> bool:
        """Whether the context of its measurements is facts of a configuration, which a baseline keeps."""
        return False

    def asks_the_same(self, other: Check) -> bool:
        """Whether it measures the same, whatever its limits are, so that the readings can be compared."""
        return type(self).__name__ == type(other).__name__ and self.asks() == other.asks()

    def asks(self, *, defaults: bool = True) -> dict[str, Any]:
        """What it measures, whatever its limits are, by key; without `defaults`, only what was configured."""
        return self.model_dump(mode="json", exclude=_JUDGED_BY, exclude_defaults=not defaults)

    def readings(self) -> Mapping[str, str] | None:
        """Returns reading name -> unit, to validate limits at load time; None if only known after measuring."""
        return None

    def wording(self) -> Mapping[str, Wording]:
        """Returns reading -> its wording; any other is named by its name."""
        return {}

    def panels(self) -> Panels:
        """Returns which readings over time are drawn together; none: each separately, against its limit."""
        return Panels()

    def telling(self, detail: Sequence[str]) -> tuple[str, ...]:
        """Returns the lines of a result's detail that people should read first."""
        return excerpt(detail)

    def waits(self) -> timedelta:
        """Returns how long it may wait for the clock, besides measuring."""
        return self.sample.every * (self.sample.count - 1)

    def missing_here(self, source: Any, context: Context) -> Iterator[tuple[str, str]]:  # noqa: ARG002  for kinds that need it
        """(key, what this machine lacks for it); `source` is the filled-in Source. May only look at the file
        system.
        """
        yield from ()

    def doubtful(self) -> Iterator[tuple[str, str]]:
        """Yields (key, warning) for valid but probably mistaken values."""
        yield from ()

    def implied(self) -> Limits:
        """Returns limits that apply unless `pass` limits the same reading, such as exit code 0."""
        return Limits()

    def passing(self) -> Limits:
        """Returns the limits for a measurement."""
        return self.pass_.over(self.implied())

    def warning(self) -> Limits:
        """Returns the limits within which a reading out of `passing` is not a failure."""
        return self.warn

    def as_read(self, reading: str, text: str) -> Scalar:
        """Converts printed text to a number if it is one, unless the reading's limit compares text.

        "1.10" is a number, but a version with the limit `== "1.10"`.
        """
        limits = (*self.passing().of(reading), *self.warn.of(reading))
        operands = [limit.operand for limit in limits]
        if any(isinstance(operand, bool) for operand in operands) and text.strip() in {"true", "false"}:
            return text.strip() == "true"
        number = None if any(isinstance(operand, str) for operand in operands) else parse_number(text)
        return text if number is None else number

    async def measure(self, source: Any, moment: Moment, window: Window | None) -> Measurement:
        """Measure once. Raises CheckError if it cannot; is cancelled at the time limit."""
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
    """(key, what is wrong with it), for problems that involve several fields."""
    for key in ("window", "timeout"):
        if getattr(check, key) == timedelta(0):
            yield (key,), "expected a duration longer than 0s"
    if check.consecutive > 1 and check.window is None:
        yield ("consecutive",), "expected a window as well: windows back to back need a length"
    if (check.sample.count - 1) * check.sample.every >= check.timeout:
        yield ("timeout",), f"expected more than the {check.sample.count - 1} pauses of the sample take"
    if check.at_least and not check.counts_samples:
        yield ("at_least",), f"expected no at_least: no reading of {check.kind} has a sample size"
    if not check.passing():
        yield ("pass",), "expected at least one limit: without one, the check can never pass"
    yield from (((key, name), problem) for key, name, problem in _limit_problems(check))


def _limit_problems(check: Check) -> Iterator[tuple[str, str, str]]:
    """(pass or warn, reading, problem)"""
    for key, limits in (("pass", check.pass_), ("warn", check.warn)):
        for name in limits.root:
            if not check.captured and any(isinstance(limit.operand, OfBaseline) for limit in limits.of(name)):
                why = f"no baseline is captured of {check.kind}, so that it would always be UNKNOWN"
                yield key, name, f"expected no share of the baseline: {why}"
    passing, units = check.passing(), check.readings()
    for name in check.warn.root:
        if not passing.of(name) and (units is None or name in units):
            yield "warn", name, f"expected a limit under pass for {name} as well: warn is what lies beyond it"
    if units is not None:
        for key, limits in (("pass", check.pass_), ("warn", check.warn)):
            yield from ((key, name, problem) for name, problem in limits.problems(units))
