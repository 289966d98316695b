"""A command that must succeed: lint, build, tests, a migration's dry run."""

from __future__ import annotations

import asyncio
import re
import signal
import time
from collections import deque
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Annotated, Any, ClassVar, Literal, Self

import re2
from pydantic import BeforeValidator, Field, field_validator, model_validator

from checks import junit
from checks.base import Check
from checks.limits import Limits
from checks.outcome import Cause, CheckError
from checks.reading import Measurement, Moment, Reading, Scalar, Window
from checks.sources.workspace import Workspace
from checks.units import say_duration

_ARGUMENT = re.compile(r"\{([A-Za-z_]\w*)\}", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,15})?", re.ASCII)
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_LONGEST_PATTERN = 500
_LONGEST_LINE = 300
_LINES = 20
_COARSE = 2.0  # seconds: some file systems keep no finer times


def _check_pattern(pattern: Any) -> str:
    if not isinstance(pattern, str) or not 1 <= len(pattern) <= _LONGEST_PATTERN:
        raise ValueError(f"expected a regular expression of 1 to {_LONGEST_PATTERN} characters")
    try:
        groups = _compiled(pattern).groups
    except re2.error as error:
        raise ValueError(f"expected a regular expression (RE2): {error.args[0].decode()}") from None
    if groups > 1:
        raise ValueError(f"expected at most one group in round brackets, not {groups}")
    return pattern


def _compiled(pattern: str) -> Any:
    options = re2.Options()
    options.log_errors = False  # to standard error, by the C++ library
    return re2.compile(f"(?m){pattern}", options)  # ^ and $ are a line's, for output is lines


Pattern = Annotated[str, BeforeValidator(_check_pattern)]


class Gate(Check):
    r"""`{kind: gate, source: repository, run: [npm, test], read: {passed: '(\d+)/\d+'}}`

    An element `{name}` of `run` stands for that argument of the run, whole.
    """

    source_kind: ClassVar[str | None] = "workspace"
    kind: Literal["gate"]
    run: tuple[str, ...] = Field(
        min_length=1,
        max_length=100,
        description="The program and its arguments, as a list; no shell reads it",
    )
    read: dict[str, Pattern] = Field(
        default_factory=dict,
        description="Reading -> regular expression: the value is the group of the last match; ^ and $ are a line's",
    )
    success: Pattern | None = Field(default=None, description="What the output must hold besides exit code 0")
    junit: str = Field(default="", description="Path of a JUnit XML report that the command writes")

    @field_validator("run")
    @classmethod
    def _whole_arguments_only(cls, run: tuple[str, ...]) -> tuple[str, ...]:
        for element in run:
            if _ARGUMENT.search(element) and not _ARGUMENT.fullmatch(element):
                raise ValueError(
                    f"expected an argument like {{version}} to be an element of its own, not {element!r}"
                )
        return run

    @model_validator(mode="after")
    def _reads_new_names(self) -> Self:
        own = self._own_readings()
        for name in self.read:
            if name in own or not _NAME.fullmatch(name):
                raise ValueError(
                    f"expected names of letters, digits and _ under read, besides {', '.join(own)}"
                )
        return self

    def readings(self) -> Mapping[str, str]:
        return {**self._own_readings(), **dict.fromkeys(self.read, "")}

    def _own_readings(self) -> Mapping[str, str]:
        counts = junit.NAMES if self.junit else ()
        words = ("success",) if self.success else ()
        return {"exit_code": "", "seconds": "s", **dict.fromkeys((*words, *counts), "")}

    def needs(self) -> frozenset[str]:
        return frozenset(match[1] for element in self.run if (match := _ARGUMENT.fullmatch(element)))

    def implied(self) -> Limits:
        limits = {"exit_code": "== 0"}
        if self.success:
            limits["success"] = "== true"
        if self.junit:
            limits |= {"tests": "> 0", "failures": "== 0", "errors": "== 0"}
        return Limits.model_validate(limits)

    async def measure(self, source: Workspace, moment: Moment, window: Window | None) -> Measurement:
        argv = [_filled(element, moment.arguments) for element in self.run]
        began = time.time()
        context = await source.state()
        finished = await source.run(argv, self.timeout - timedelta(seconds=time.time() - began))
        text = source.redact(finished.text)
        if finished.exit_code is None:
            message = f"{argv[0]} did not end within its limit of {say_duration(self.timeout)} and was killed"
            raise CheckError(
                message, cause=Cause.TIMEOUT, hint="See its last lines.", detail=_last_lines(text)
            )
        counts = await self._counts(source, began)
        return Measurement(
            readings=(*self._read(finished.exit_code, finished.seconds, text), *counts),
            window=window,
            detail=(*_how_it_ended(finished.exit_code), *_last_lines(text)),
            context={**context, "dropped_bytes": finished.dropped},
        )

    def _read(self, exit_code: int, seconds: float, text: str) -> Iterator[Reading]:
        yield Reading(name="exit_code", value=exit_code)
        yield Reading(name="seconds", value=seconds, unit="s")
        if self.success:
            yield Reading(name="success", value=_last_match(self.success, text) is not None)
        for name, pattern in self.read.items():
            yield Reading(name=name, value=_value(_last_match(pattern, text)))

    async def _counts(self, source: Workspace, began: float) -> list[Reading]:
        """The report's readings; without values, and with a note why, where there is no report."""
        if not self.junit:
            return []
        path = source.path / self.junit
        try:
            counts = await asyncio.to_thread(junit.count, path, not_before=began - _COARSE)
        except junit.ReportError as error:
            notes = {junit.NAMES[0]: str(error)}  # said once
            return [Reading(name=name, value=None, note=notes.get(name, "")) for name in junit.NAMES]
        return [Reading(name=name, value=counts[name]) for name in junit.NAMES]


def _filled(element: str, arguments: Mapping[str, str]) -> str:
    match = _ARGUMENT.fullmatch(element)
    if match is None:
        return element
    value = arguments.get(match[1])
    if value is None:
        message = f"the command needs the argument {match[1]}"
        raise CheckError(message, cause=Cause.CONFIGURATION, hint=f"Start the run with {match[1]}=….")
    if value.startswith("-") or "\0" in value:
        # a value must never become an option of the command
        raise CheckError(f"the argument {match[1]} cannot begin with -", cause=Cause.CONFIGURATION)
    return value


def _last_match(pattern: str, text: str) -> str | None:
    found = deque(_compiled(pattern).finditer(text), maxlen=1)
    return found[0][_compiled(pattern).groups] if found else None


def _value(text: str | None) -> Scalar:
    if text is None or not _NUMBER.fullmatch(text):
        return text
    return float(text) if "." in text else int(text)


def _how_it_ended(exit_code: int) -> list[str]:
    return [f"ended by signal {signal.Signals(-exit_code).name}"] if exit_code < 0 else []


def _last_lines(text: str) -> tuple[str, ...]:
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    return tuple(line[:_LONGEST_LINE] for line in lines[-_LINES:])
