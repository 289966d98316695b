"""Deterministic scenarios: a program prints its decisions in them, which are compared with the expected ones."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import (
    Field,
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
from checks.interpreters import OPERATORS
from checks.limits import Limits
from checks.outcome import Cause, CheckError
from checks.reading import Measurement, Moment, Reading, Window
from checks.reports import files
from checks.simulation.declared import Declared
from checks.simulation.invariant import Invariant
from checks.simulation.output import Output
from checks.simulation.trial import LINE, Input, Program, Seen, Trial
from checks.sources.workspace import Workspace, WorkspaceSource
from checks.units import Duration, say_duration
from checks.wording import Wording

_MOST_FILES = 500
_MOST_IN_FILES = 32 << 20  # bytes
_MOST_LINES = 20
_CORRECT = (
    "If the new decision is right, correct what is expected; otherwise see what has changed in the program."
)
_NAME = re.compile(r"[^\x00-\x1f\x7f]{1,100}")


class Scenarios(Check):
    """`{kind: scenario, source: repository, run: [./simulate], scenarios: {burst: {scenario: {…}, expect: [ramp_step]}}}`

    The program gets {name, scenario, seed, clock} as JSON on its standard input, and prints its decisions, a JSON object a line;
    `input`, `output` and `exit_codes` adapt this to a program with other habits. Every scenario is run twice: where the output
    differs, it is not deterministic, and all is UNKNOWN.
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
    input: Input = Field(
        default="json",
        description="json: name, scenario, seed and clock; scenario: that alone, a text as it is, anything else as JSON; "
        "none: nothing",
    )
    output: Output = Field(default=Output(), description="How the program prints its decisions")
    exit_codes: tuple[Annotated[int, Field(ge=0, le=255)], ...] = Field(
        default=(0,),
        min_length=1,
        max_length=20,
        description="Those of a program that has decided; any other is an ERROR",
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
        for name, scenario in self.scenarios.items():
            if unheard := self._unheard(scenario):
                yield "input", f"{self.input}: the program is not told {unheard} of the scenario {name}"
        if self.limit >= self.timeout:
            yield (
                "limit",
                f"{say_duration(self.limit)} for one run is no less than the {say_duration(self.timeout)} for all",
            )

    def _unheard(self, scenario: Declared) -> str:
        told = {"json": ("scenario", "seed", "clock"), "scenario": ("scenario",), "none": ()}[self.input]
        fields = {name: Declared.model_fields[name] for name in ("scenario", "seed", "clock")}
        return " and ".join(
            name
            for name, field in fields.items()
            if name not in told and getattr(scenario, name) != field.default
        )

    # ------------------------------------------------------------ measuring

    async def measure(self, source: Workspace, moment: Moment, window: Window | None) -> Measurement:
        program = Program(
            source=source,
            argv=[filled(element, moment.values) for element in self.run],
            input=self.input,
            output=self.output,
            exit_codes=self.exit_codes,
            reason=self.reason,
            invariants=self.invariants,
            limit=self.limit,
            timeout=self.timeout,
            began=time.time(),
        )
        tree = await source.state()
        declared = {**self.scenarios, **await self._in_files(program)}
        # one after another: they share the workspace, in which a program may write
        seen = [await Trial(program, name, each).run() for name, each in declared.items()]
        failed = next((one for one in seen if one.error), None)
        differing = [one for one in seen if one.lines]
        if failed and failed.error and not differing:
            raise failed.error
        return Measurement(
            readings=tuple(self._readings(seen, differing, time.time() - program.began)),
            window=window,
            detail=tuple(_detail(seen)),
            context=dict(tree.context),
            hint=_CORRECT if differing else "",
            doubts=() if differing else tuple(doubt for one in seen for doubt in one.doubts),
        )

    def _readings(self, seen: Sequence[Seen], differing: Sequence[Seen], seconds: float) -> Iterator[Reading]:
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

    async def _in_files(self, program: Program) -> Mapping[str, Declared]:
        if not self.files:
            return {}
        source = program.source
        contents = Aside(
            lambda: files.contents(source.path, self.files, not_before=0, before={}, most=_MOST_IN_FILES)
        )
        try:
            found = await source.calculator.run(Function.READ_SCENARIOS, {}, contents, limit=program.left())
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
        return CheckError(f"the scenario file {what}"[:LINE], cause=Cause.CONFIGURATION)


def _detail(seen: Sequence[Seen]) -> Iterator[str]:
    lines = [f"{one.name}, {line}" for one in seen for line in one.lines]
    lines += [f"{one.name} {one.unknown}" for one in seen if one.unknown]
    lines += dict.fromkeys(one.step for one in seen if one.step)
    lines += [str(one.error) for one in seen if one.error]
    yield from (line[:LINE] for line in lines[:_MOST_LINES])
    if len(lines) > _MOST_LINES:
        yield f"and {len(lines) - _MOST_LINES:,} more"
