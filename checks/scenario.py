"""Deterministic scenarios: a program prints its decisions in them, which are compared with the expected ones."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    ValidationError,
    field_validator,
    model_validator,
)

from checks import placeholders
from checks.arguments import filled, leaving_code_alone
from checks.aside import Aside, aside
from checks.base import Check
from checks.calculation.function import Function
from checks.context import Context
from checks.failure import Failure, read_of
from checks.instant import Instant
from checks.interpreters import OPERATORS
from checks.limits import Limits
from checks.outcome import Cause, CheckError
from checks.output import lines_of
from checks.reading import Measurement, Moment, Reading, Window
from checks.reports import files
from checks.simulation.invariant import Invariant
from checks.sources.workspace import Workspace, WorkspaceSource
from checks.units import Duration, say_duration, say_size
from checks.wording import Wording

_MOST_OUTPUT = 8 << 20  # bytes
_MOST_FILES = 500
_MOST_IN_FILES = 32 << 20  # bytes
_MOST_LINES = 20
_LINE = 300  # characters
_LAST_LINES = 5  # of a program that failed
_CHUNK = 1 << 18
_CORRECT = (
    "If the new decision is right, correct what is expected; otherwise see what has changed in the program."
)
_DETERMINE = "Let the program depend on its input alone: on seed for what is random, on clock for the time."
_PRINT = "A decision is a JSON object on a line of the program's standard output."
_LEAST = timedelta(seconds=0.1)
_START = datetime(2026, 1, 1, tzinfo=UTC)
_NAME = re.compile(r"[^\x00-\x1f\x7f]{1,100}")


class Declared(BaseModel):
    """A scenario, in canary.yaml or in a file of its own."""

    model_config = ConfigDict(defer_build=True, extra="forbid", frozen=True)
    scenario: JsonValue = Field(default=None, description="What the program is told; any value")
    seed: int = Field(default=0, ge=0, le=(1 << 53) - 1, description="For whatever in it is random")
    clock: Instant = Field(default=_START, description="The time at its beginning")
    expect: tuple[str | dict[str, JsonValue], ...] | None = Field(
        default=None,
        max_length=10_000,
        description="Its decisions, in order: a reason code, or the fields that a decision must have",
    )
    invariants: tuple[Invariant, ...] = Field(
        default=(), max_length=50, description="CEL over decisions, first, last, pairs: must all be true"
    )


class Scenarios(Check):
    """`{kind: scenario, source: repository, run: [./simulate], scenarios: {burst: {scenario: {…}, expect: [ramp_step]}}}`

    The program gets {name, scenario, seed, clock} as JSON on its standard input, and prints its decisions, a JSON object a line.
    Every scenario is run twice: where the output differs, it is not deterministic, and all is UNKNOWN.
    """

    source_kind: ClassVar[str | None] = "workspace"
    tests_tree: ClassVar = True
    counts_samples: ClassVar = False
    filled: ClassVar = (*Check.filled, ("run",))
    kind: Literal["scenario"]
    run: tuple[placeholders.CodeTemplate, ...] = Field(
        min_length=1,
        max_length=100,
        description="The program and its arguments, as a list; no shell reads it",
    )
    scenarios: dict[str, Declared] = Field(
        default_factory=dict,
        max_length=_MOST_FILES,
        description="Name -> what the program is told, and must decide",
    )
    files: str = Field(
        default="",
        max_length=500,
        description="More scenarios, one a JSON file: a path in the workspace, or a pattern with *, ? and **",
    )
    invariants: tuple[Invariant, ...] = Field(
        default=(), max_length=50, description="CEL that must be true of every scenario"
    )
    reason: str = Field(
        default="reasonCode",
        min_length=1,
        max_length=100,
        description="The field of a decision with its reason code",
    )
    limit: Duration = Field(
        default=timedelta(seconds=30), description="For one run of the program; timeout is for all of them"
    )

    @field_validator("run")
    @classmethod
    def _leaves_code_alone(cls, run: tuple[str, ...]) -> tuple[str, ...]:
        return leaving_code_alone(run)

    @field_validator("files")
    @classmethod
    def _stays_inside(cls, pattern: str) -> str:
        return files.check_pattern(pattern) if pattern else ""

    @model_validator(mode="after")
    def _expects_something(self) -> Self:
        if not self.scenarios and not self.files:
            raise ValueError("expected scenarios or files: there is nothing to run")
        if self.limit == timedelta(0):
            raise ValueError("expected limit to be longer than 0s")
        for name, scenario in self.scenarios.items():
            if not _NAME.fullmatch(name):
                raise ValueError(
                    "expected names of scenarios of up to 100 characters, without control characters"
                )
            if scenario.expect is None and not scenario.invariants and not self.invariants:
                raise ValueError(f"expected expect or invariants: nothing is compared in the scenario {name}")
        return self

    def readings(self) -> Mapping[str, str]:
        return {
            **dict.fromkeys(("scenarios", "as_expected", "decisions", "different", "broken_invariants"), ""),
            "seconds": "s",
        }

    def wording(self) -> Mapping[str, Wording]:
        return {
            "scenarios": Wording("{value} scenario{s}", "the number of scenarios"),
            "as_expected": Wording(
                "{value} of {scenarios} scenarios as expected",
                "scenarios as expected",
                whole="scenarios",
                all_of="all scenarios {must} be as expected",
            ),
            "decisions": Wording("{value} decision{s}", "decisions"),
            "different": Wording("{value} decision{s} not as expected", "decisions not as expected"),
            "broken_invariants": Wording("{value} broken invariant{s}", "broken invariants"),
            "seconds": Wording("took {value}", "how long it took"),
        }

    def implied(self) -> Limits:
        return Limits.model_validate({"as_expected": "== scenarios"})

    def missing_here(self, source: WorkspaceSource, context: Context) -> Iterator[tuple[str, str]]:
        if not source.path.is_dir():
            return
        if problem := source.unrunnable(self.run[0], context.data):
            yield "run", problem
        if self.files and not files.versions(source.path, self.files):
            yield "files", f"no file of the workspace matches {self.files}"

    def doubtful(self) -> Iterator[tuple[str, str]]:
        for word in self.run:
            if word in OPERATORS:
                yield "run", f"{word!r} is an argument here: no shell reads it; write [sh, -c, …] or a script"
        if self.limit >= self.timeout:
            yield (
                "limit",
                f"{say_duration(self.limit)} for one run is no less than the {say_duration(self.timeout)} for all",
            )

    # ------------------------------------------------------------ measuring

    async def measure(self, source: Workspace, moment: Moment, window: Window | None) -> Measurement:
        argv = [filled(element, moment.values) for element in self.run]
        began = time.time()
        tree = await source.state()
        declared = {**self.scenarios, **await self._in_files(source, began)}
        seen = [
            await _Simulation(self, source, argv, began, name, each).run() for name, each in declared.items()
        ]
        failed = next((one for one in seen if one.error), None)
        differing = [one for one in seen if one.lines]
        if failed and failed.error and not differing:
            raise failed.error
        return Measurement(
            readings=tuple(self._readings(seen, differing, time.time() - began)),
            window=window,
            detail=tuple(_detail(seen)),
            context=dict(tree.context),
            hint=_CORRECT if differing else "",
            doubts=() if differing else tuple(doubt for one in seen for doubt in one.doubts),
        )

    def _readings(
        self, seen: Sequence[_Seen], differing: Sequence[_Seen], seconds: float
    ) -> Iterator[Reading]:
        """Without a difference, nothing counts as expected until everything is known."""
        unknown = [one for one in seen if one.unknown]
        good = sum(not (one.lines or one.unknown or one.error) for one in seen)
        first = f"{differing[0].name}, {differing[0].lines[0]}" if differing else ""
        doubt = f"{unknown[0].name} {unknown[0].unknown}" if unknown and not differing else ""
        as_expected = None if unknown and not differing else good
        yield Reading(name="scenarios", value=len(seen))
        yield Reading(name="as_expected", value=as_expected, note=first or doubt)
        for name, value in (
            ("decisions", sum(one.decisions for one in seen)),
            ("different", sum(one.different for one in seen)),
            ("broken_invariants", sum(one.broken for one in seen)),
        ):
            yield Reading(name=name, value=value if differing or not unknown else None)
        yield Reading(name="seconds", value=seconds, unit="s")

    async def _in_files(self, source: Workspace, began: float) -> Mapping[str, Declared]:
        if not self.files:
            return {}
        contents = Aside(
            lambda: files.contents(source.path, self.files, not_before=0, before={}, most=_MOST_IN_FILES)
        )
        try:
            found = await source.calculator.run(Function.READ_SCENARIOS, {}, contents, limit=self.left(began))
        except files.ReportError as error:
            raise CheckError(
                str(error).replace("report", "scenario file"),
                cause=Cause.CONFIGURATION,
                hint="See `files` of the check, and the workspace.",
            ) from None
        if len(found) > _MOST_FILES:
            raise CheckError(
                f"{len(found):,} files match {self.files}, expected at most {_MOST_FILES}",
                cause=Cause.CONFIGURATION,
            )
        # they may have another author than canary.yaml, so evaluate them outside of the event loop
        declared = await aside(lambda: {str(one["name"]): self._declared(one, source) for one in found})
        if len(declared) < len(found) or declared.keys() & self.scenarios.keys():
            raise CheckError(f"two scenarios of {self.files} have one name", cause=Cause.CONFIGURATION)
        return declared

    def _declared(self, found: Mapping[str, Any], source: Workspace) -> Declared:
        try:
            declared = Declared.model_validate_json(json.dumps(found["declared"]), strict=True)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(map(str, first["loc"]))
            raise self._bad_file(source.redact(f"{found['name']}, {where}: {first['msg']}")) from None
        if declared.expect is None and not declared.invariants and not self.invariants:
            raise self._bad_file(f"{found['name']} has neither expect nor invariants")
        return declared

    def _bad_file(self, what: str) -> CheckError:
        return CheckError(f"the scenario file {what}"[:_LINE], cause=Cause.CONFIGURATION)

    def left(self, began: float) -> timedelta:
        """The rest of the time limit."""
        return max(_LEAST, timedelta(seconds=self.timeout.total_seconds() - (time.time() - began)))


@dataclass
class _Seen:
    """The result of one scenario. `lines`: what is not as expected; `unknown`: why there is no result."""

    name: str
    decisions: int = 0
    different: int = 0
    broken: int = 0
    lines: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    unknown: str = ""
    step: str = ""  # what to do about that
    error: CheckError | None = None


@dataclass
class _Simulation:
    """One scenario, run twice."""

    check: Scenarios
    source: Workspace
    argv: list[str]
    began: float
    name: str
    declared: Declared
    _given: Mapping[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        told = json.loads(self.declared.model_dump_json(include={"scenario", "seed", "clock"}))
        self._given = {"name": self.name, **told}

    async def run(self) -> _Seen:
        try:
            once = await self._output()
        except CheckError as error:
            return _Seen(self.name, error=error)
        try:
            again = await self._output()
        except CheckError as error:
            return self._unknown(f"is not deterministic: the second time, {error}", _DETERMINE)
        if once != again:
            return self._unknown(f"is not deterministic: {await self._difference(once, again)}", _DETERMINE)
        if not once.strip():
            return self._unknown("printed no decision", _PRINT)
        try:
            return await self._compared(once)
        except CheckError as error:
            return _Seen(self.name, error=self._error(str(error), error.cause, error.hint))

    def _unknown(self, why: str, step: str) -> _Seen:
        return _Seen(self.name, unknown=self.source.redact(why)[:_LINE], step=step)

    def _error(self, what: str, cause: Cause, hint: str, detail: Sequence[str] = ()) -> CheckError:
        text = self.source.redact(f"the scenario {self.name}: {what}")
        return CheckError(text[:_LINE], cause=cause, hint=hint, detail=detail)

    async def _output(self) -> bytes:
        """Its output. Raises CheckError if it did not end well, in time, and within the size limit."""
        left = self.check.left(self.began)
        if left <= _LEAST:
            raise self._error(
                f"not run within the check's timeout of {say_duration(self.check.timeout)}",
                Cause.TIMEOUT,
                "Raise `timeout`, or make two checks of it.",
            )
        limit = min(self.check.limit, left)
        words = json.dumps(self._given, ensure_ascii=False).encode() + b"\n"
        heard = bytearray()
        try:
            async with asyncio.timeout(None) as scope:

                def hear(piece: bytes) -> None:
                    if len(heard) > _MOST_OUTPUT:
                        return
                    heard.extend(piece)
                    if len(heard) > _MOST_OUTPUT:
                        scope.reschedule(0)

                finished = await self.source.answer(self.argv, limit, words, hear)
        except TimeoutError:
            raise self._flooded() from None
        if len(heard) > _MOST_OUTPUT:
            raise self._flooded()
        lines = lines_of(self.source.redact(finished.text))
        if finished.exit_code is None:
            message = f"{self.argv[0]} did not end within {say_duration(limit)} and was killed"
            raise self._error(message, Cause.TIMEOUT, "Make it faster, or raise `limit`.", _last(lines))
        if finished.exit_code:
            raise await self._failed(finished.exit_code, lines)
        return bytes(heard)

    def _flooded(self) -> CheckError:
        return self._error(
            f"{self.argv[0]} printed more than {say_size(_MOST_OUTPUT)} and was killed",
            Cause.CONFIGURATION,
            "Print one short line for each decision.",
        )

    async def _failed(self, exit_code: int, lines: list[str]) -> CheckError:
        said = await self.source.calculator.run(
            Function.CLASSIFY_FAILURE,
            {"exit_code": exit_code, "output": read_of(lines)},
            limit=self.check.left(self.began),
        )
        failure = Failure.of(said)
        # a failed program decided nothing that could be a regression
        cause = Cause.CONFIGURATION if failure.cause is Cause.REGRESSION else failure.cause
        how = failure.ended or f"exit code {exit_code}"
        hint = failure.hint or "Run it by hand with the same input: see its last lines."
        return self._error(f"{self.argv[0]} failed: {how}", cause, hint, _last(lines))

    async def _compared(self, output: bytes) -> _Seen:
        expect = self.declared.model_dump(mode="json", include={"expect"})["expect"]
        invariants = (*self.check.invariants, *self.declared.invariants)
        said = await self.source.calculator.run(
            Function.COMPARE_DECISIONS,
            {**self._given, "expect": expect, "invariants": invariants, "reason": self.check.reason},
            _pieces(output),
            limit=self.check.left(self.began),
        )
        if not said["decisions"]:
            return self._unknown("printed no decision", _PRINT)
        return _Seen(
            self.name,
            decisions=int(said["decisions"]),
            different=int(said["different"]),
            broken=int(said["broken"]),
            lines=tuple(self.source.redact(str(line))[:_LINE] for line in said["lines"]),
            doubts=tuple(f"{self.name}: {what}. {hint}"[: 2 * _LINE] for what, hint in said["vacuous"]),
        )

    async def _difference(self, once: bytes, again: bytes) -> str:
        said = await self.source.calculator.run(
            Function.FIRST_DIFFERENCE,
            {"length": len(once)},
            [*_pieces(once), *_pieces(again)],
            limit=self.check.left(self.began),
        )
        return str(said)


def _pieces(output: bytes) -> list[bytes]:
    return [output[at : at + _CHUNK] for at in range(0, len(output), _CHUNK)]


def _last(lines: Sequence[str]) -> tuple[str, ...]:
    return tuple(line[:_LINE] for line in lines[-_LAST_LINES:])


def _detail(seen: Sequence[_Seen]) -> Iterator[str]:
    lines = [f"{one.name}, {line}" for one in seen for line in one.lines]
    lines += [f"{one.name} {one.unknown}" for one in seen if one.unknown]
    lines += dict.fromkeys(one.step for one in seen if one.step)
    lines += [str(one.error) for one in seen if one.error]
    yield from (line[:_LINE] for line in lines[:_MOST_LINES])
    if len(lines) > _MOST_LINES:
        yield f"and {len(lines) - _MOST_LINES:,} more"
