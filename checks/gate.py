"""A command that must succeed: lint, build, tests, a migration's dry run."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Literal, Self

from pydantic import ConfigDict, Field, field_validator, model_validator

from checks import placeholders
from checks.arguments import filled, leaving_code_alone
from checks.aside import aside
from checks.base import Check
from checks.context import Context
from checks.failure import Failure
from checks.gate_output import (
    SUCCESS,
    WORDINGS,
    Ended,
    Found,
    ReportOf,
    ReportPlace,
    classified,
    counted,
    looks_like_a_failure,
    searched,
    without_report,
)
from checks.interpreters import OPERATORS
from checks.judge import judge
from checks.limits import Limits
from checks.numbers import Scalar
from checks.outcome import Cause, CheckError, Outcome
from checks.output import lines_of
from checks.pattern import Pattern
from checks.presets import OUTPUT, PRESETS, Preset, PresetName, named_version
from checks.reading import Measurement, Moment, Reading, Window
from checks.recording import Recording
from checks.reports import files
from checks.sources.workspace import Workspace, WorkspaceSource
from checks.tree import Tree, abbreviated
from checks.units import say_duration
from checks.wording import Wording, excerpt

_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_LONGEST_LINE = 300
_LINES = 20
_COMMIT = re.compile(r"[0-9a-fA-F]{7,64}")
_ALL_PASSED = {"passed": "> 0", "failures": "== 0", "errors": "== 0"}
_FLAKY_HINT = "Find what makes it fail now and then: see its first run."
# before the first failure
_NAMED = (
    "failed: ",
    "error: ",
    "the first time: failed: ",
    "the first time: error: ",
)


class Gate(Check):
    r"""`{kind: gate, source: repository, run: [npm, test], read: {passed: '(\d+)/\d+'}}`

    `{{name}}` in an element of `run`, but the program, stands for a value of the run.
    """

    model_config = ConfigDict(
        json_schema_extra={"allOf": [{"anyOf": [{"required": ["run"]}, {"required": ["preset"]}]}]}
    )
    source_kind: ClassVar[str | None] = "workspace"
    tests_tree: ClassVar = True
    counts_samples: ClassVar = False
    filled: ClassVar = (*Check.filled, ("run",), ("commit",))
    kind: Literal["gate"]
    preset: PresetName | None = Field(
        default=None, description="A common tool: how it is run and where its report is, unless given here"
    )
    run: tuple[placeholders.CodeTemplate, ...] = Field(
        default=(),
        max_length=100,
        description="The program and its arguments, as a list; no shell reads it",
    )
    read: dict[str, Pattern] = Field(
        default_factory=dict,
        description="Reading -> regular expression: the value is the group of the last match; ^ and $ are a line's",
    )
    success: Pattern | None = Field(default=None, description="What the output must hold besides exit code 0")
    junit: str = Field(
        default="",
        description="The JUnit XML that the command writes: a path, or a pattern of several files with *, ? and **",
    )
    report: ReportOf | None = Field(
        default=None, description="A report in another format: of tests, or of what a linter found"
    )
    rerun: bool = Field(
        default=False,
        description="Run it once more if it fails: one that then passes is flaky, which is a WARN",
    )
    tree: Literal["any", "same", "clean"] = Field(
        default="same",
        description="same: UNKNOWN if the tree moves to another commit meanwhile; clean: and no file may differ from it",
    )
    commit: placeholders.Template = Field(
        default="",
        description='The commit to be tested, like "{{commit}}": at another one, the gate is UNKNOWN, and not run',
    )
    versions: tuple[tuple[str, ...], ...] | None = Field(
        default=None,
        max_length=10,
        description="Commands that print the versions of its tools, for the record",
        examples=[[["node", "--version"]]],
    )

    @field_validator("run")
    @classmethod
    def _leaves_code_alone(cls, run: tuple[str, ...]) -> tuple[str, ...]:
        return leaving_code_alone(run)

    @field_validator("junit")
    @classmethod
    def _stays_inside(cls, pattern: str) -> str:
        return files.check_pattern(pattern) if pattern else ""

    @field_validator("versions")
    @classmethod
    def _names_programs(
        cls, versions: tuple[tuple[str, ...], ...] | None
    ) -> tuple[tuple[str, ...], ...] | None:
        if any(not command or not command[0] for command in versions or ()):
            raise ValueError("expected commands, each a program and its arguments, like [node, --version]")
        return versions

    @model_validator(mode="after")
    def _says_what_to_run(self) -> Self:
        if not self.run and not self.preset:
            raise ValueError("expected `run`, a program and its arguments, or a `preset`")
        if self.junit and self.report:
            raise ValueError("expected junit or report, not both: a gate has one report")
        own = self._own_readings()
        for name in self.read:
            if name in own or not _NAME.fullmatch(name):
                raise ValueError(
                    f"expected names of letters, digits and _ under read, other than {', '.join(own)}"
                )
        return self

    def readings(self) -> Mapping[str, str]:
        return {**self._own_readings(), **dict.fromkeys(self.read, "")}

    def _own_readings(self) -> Mapping[str, str]:
        counts = self._place.names if self._place else ()
        flaky = ("flaky",) if self.rerun else ()
        changed = ("dirty_files",) if self.tree == "clean" else ()
        words = (SUCCESS,) if self.success else ()
        return {"exit_code": "", "seconds": "s", **dict.fromkeys((*changed, *words, *counts, *flaky), "")}

    @property
    def _known(self) -> Preset | None:
        return PRESETS[self.preset] if self.preset else None

    @property
    def _argv(self) -> tuple[str, ...]:
        return self.run or (self._known.run if self._known else ())

    @property
    def _place(self) -> ReportPlace | None:
        """The place of its report; its own keys take precedence over the preset's."""
        if self.junit:
            return ReportPlace("junit", self.junit)
        if self.report:
            return ReportPlace(self.report.format, self.report.file)
        known = self._known
        return ReportPlace(known.format, known.file) if known and known.format else None

    def missing_here(self, source: WorkspaceSource, context: Context) -> Iterator[tuple[str, str]]:
        if source.path.is_dir() and (problem := source.unrunnable(self._argv[0], context.data)):
            yield "run" if self.run else "preset", problem

    def doubtful(self) -> Iterator[tuple[str, str]]:
        for word in self.run:
            if word in OPERATORS:
                yield (
                    "run",
                    f"{word!r} is an argument here: a gate has no shell; write [sh, -c, …] or a script",
                )
        expected = self._known.file if self._known and not self.junit and not self.report else OUTPUT
        if self.run and expected and not any(expected in word for word in self.run):
            yield "run", f"nothing in it names {expected}, where the report of {self.preset} is expected"
        if self.rerun and self.retries:
            yield "retries", "a failed gate is run again by rerun already; retries repeats both runs"

    def wording(self) -> Mapping[str, Wording]:
        own = {name: WORDINGS[name] for name in self._own_readings() if name in WORDINGS}
        return {**own, **(self._place.wordings if self._place else {})}

    def telling(self, detail: Sequence[str]) -> tuple[str, ...]:
        """The names of failures, if there is a report; otherwise everything from the first line that looks
        like a failure.
        """
        failed = [line for line in detail if line.startswith(_NAMED)]
        return excerpt(failed) if failed else excerpt(detail, looks_like_a_failure)

    def implied(self) -> Limits:
        limits = {"exit_code": "== 0"}
        if self.tree == "clean":
            limits["dirty_files"] = "== 0"
        if self.success:
            limits[SUCCESS] = "== true"
        if self._place:
            limits |= {"errors": "== 0"} if self._place.finds else _ALL_PASSED
        if self.rerun:
            limits["flaky"] = "== 0"
        return Limits.model_validate(limits)

    def warning(self) -> Limits:
        own = "flaky" in self.pass_.root or not self.rerun
        return self.warn if own else self.warn.over(Limits.model_validate({"flaky": ">= 0"}))

    async def measure(self, source: Workspace, moment: Moment, window: Window | None) -> Measurement:
        began = time.time()
        argv = [filled(element, moment.values) for element in self._argv]
        tree = await source.state()
        context = {**tree.context, **await self._versions(source)}
        if why := self._why_not(tree, moment):
            return self._not_run(why, tree, window, context)
        task = _Task(source, argv, tree, moment, began)
        seen = await self._run(task, began)
        if self.rerun and self._fails(seen, moment):
            seen = await self._again(task, seen)
        if self.tree != "any" and (moved := tree.moved_to(await source.state())):
            seen = self._moved(seen, moved, moment)
        return seen.model_copy(update={"window": window, "context": {**context, **seen.context}})

    async def _versions(self, source: Workspace) -> Mapping[str, Scalar]:
        """The versions of its tools: program -> its output; None if it prints nothing."""
        commands = self.versions if self.versions is not None else self._known.versions if self._known else ()
        said = await asyncio.gather(*(source.first_line(command) for command in commands))
        return {named_version(command): line for command, line in zip(commands, said, strict=True)}

    def _why_not(self, tree: Tree, moment: Moment) -> str:
        """Why it must not be run on this tree; "" if it may."""
        if self.commit:
            wanted = placeholders.fill(self.commit, moment.values)
            if not _COMMIT.fullmatch(wanted):
                raise CheckError(
                    f"commit is {wanted[:100]!r}, expected at least 7 hexadecimal digits of one",
                    cause=Cause.CONFIGURATION,
                )
            if not tree.is_at(wanted):
                found = f"at {abbreviated(tree.commit)}" if tree.commit else "at no commit that git can tell"
                return f"the tree is {found}, and the run is about {abbreviated(wanted)}: it was not run"
        if self.tree == "clean" and tree.is_dirty and "dirty_files" not in self.pass_.root:
            return "it was not run, because the tree is dirty"
        return ""

    def _not_run(
        self, why: str, tree: Tree, window: Window | None, context: Mapping[str, Scalar]
    ) -> Measurement:
        values = {"dirty_files": tree.count}
        notes = {"exit_code": why, "dirty_files": tree.named}
        readings = tuple(
            Reading(name=name, value=values.get(name), unit=unit, note=notes.get(name, ""))
            for name, unit in self.readings().items()
        )
        hint = "Commit or stash what differs, or test another tree." if tree.is_dirty else ""
        return Measurement(
            readings=readings, window=window, context=dict(context), cause=Cause.ENVIRONMENT, hint=hint
        )

    async def _run(self, task: _Task, started: float) -> Measurement:
        """Once."""
        place = self._place
        before = await aside(lambda: place.versions(task.source.path)) if place else {}
        patterns = self._patterns()
        with Recording() as recording:
            hears = recording.feed if patterns or (place and place.file == OUTPUT) else lambda _: None
            finished = await task.source.run(task.argv, self._left(task.began), hears)
            lines = without_report(lines_of(task.source.redact(finished.text)), place)
            if finished.exit_code is None:
                raise self._too_long(task.argv[0], lines)
            ended = Ended(
                task.source,
                recording,
                finished.exit_code,
                started,
                before,
                left=lambda: self._left(task.began),
            )
            found = await searched(ended, patterns, self._value)
            report = await counted(ended, place)
        has_failed = any(not line.startswith("warning: ") for line in report.detail)
        failure = await classified(ended, lines, has_failed_tests=has_failed)
        return Measurement(
            readings=(
                Reading(name="exit_code", value=finished.exit_code),
                Reading(name="seconds", value=finished.seconds, unit="s"),
                *self._dirty(task.tree),
                *found.readings,
                *report.readings,
                *self._steady(report),
            ),
            detail=(*report.detail, *self._told(failure, lines, task.source)),
            context={"dropped_bytes": finished.dropped},
            cause=failure.cause if failure else None,
            hint=failure.hint if failure else "",
            doubts=(*found.doubts, *report.doubts),
        )

    def _dirty(self, tree: Tree) -> Iterator[Reading]:
        if self.tree == "clean":
            why = "" if tree.count is not None else "git cannot tell"
            yield Reading(name="dirty_files", value=tree.count, note=tree.named or why)

    def _steady(self, report: Found) -> Iterator[Reading]:
        """Nothing flaky, as far as one run can tell, if the report does not count it."""
        if self.rerun and not any(reading.name == "flaky" for reading in report.readings):
            yield Reading(name="flaky", value=0)

    def _fails(self, seen: Measurement, moment: Moment) -> bool:
        limits = self.passing().filled(moment.values), self.warning().filled(moment.values)
        return judge(seen, *limits).outcome is Outcome.FAIL

    async def _again(self, task: _Task, first: Measurement) -> Measurement:
        """Runs a failed gate again: flaky if it passes; otherwise broken, and it says so."""
        try:
            second = await self._run(task, time.time())
        except CheckError as error:
            return first.model_copy(update={"detail": (*first.detail, f"run again: {error}")})
        if self._fails(second, task.moment):
            return second.model_copy(update={"detail": (*second.detail, "it failed in both of two runs")})
        failed = sum(_whole(first.reading(name)) for name in ("failures", "errors"))
        flaky = max(1, failed) + _whole(second.reading("flaky"))
        readings = tuple(
            reading.model_copy(update={"value": flaky, "note": "it passed only when it was run again"})
            if reading.name == "flaky"
            else reading
            for reading in second.readings
        )
        detail = tuple(f"the first time: {line}"[:_LONGEST_LINE] for line in first.detail)
        return second.model_copy(
            update={"readings": readings, "detail": detail, "cause": Cause.FLAKY, "hint": _FLAKY_HINT}
        )

    def _moved(self, seen: Measurement, moved: str, moment: Moment) -> Measurement:
        """If the tree changed while the program ran, it is unknown which commit passed."""
        said = f"the tree moved {moved} while it ran"
        if self._fails(seen, moment):
            return seen.model_copy(update={"detail": (*seen.detail, said)})
        readings = tuple(
            reading.model_copy(update={"value": None, "note": f"{said}: run it again"})
            if reading.name == "exit_code"
            else reading
            for reading in seen.readings
        )
        return seen.model_copy(update={"readings": readings})

    def _left(self, began: float) -> timedelta:
        """The rest of the time limit, in tenths of a second."""
        left = self.timeout.total_seconds() - (time.time() - began)
        return timedelta(seconds=max(0.1, round(left - 0.05, 1)))

    def _told(self, failure: Failure | None, lines: list[str], source: Workspace) -> tuple[str, ...]:
        """How it ended, the relevant lines, and the last ones, without duplicates."""
        last = _last(lines)
        if failure is None:
            return last
        start = source.unrunnable(self._argv[0]) if failure.cause is Cause.CONFIGURATION else ""
        ended = failure.ended or ("" if last else "it printed nothing")
        early = [line[:_LONGEST_LINE] for line in failure.lines]
        return tuple(filter(None, [ended, start, *(line for line in early if line not in last), *last]))

    def _patterns(self) -> dict[str, str]:
        own = {SUCCESS: self.success} if self.success else {}
        return {**own, **self.read}

    def _value(self, name: str, text: str) -> Reading:
        return Reading(name=name, value=self.as_read(name, text))

    def _too_long(self, program: str, lines: list[str]) -> CheckError:
        message = f"{program} did not end within its limit of {say_duration(self.timeout)} and was killed"
        return CheckError(message, cause=Cause.TIMEOUT, hint="See its last lines.", detail=_last(lines))


@dataclass(frozen=True)
class _Task:
    """`began`: the start of the measurement, whose time limit covers all its runs."""

    source: Workspace
    argv: list[str]
    tree: Tree
    moment: Moment
    began: float


def _whole(reading: Reading | None) -> int:
    value = reading.value if reading else None
    return value if type(value) is int else 0


def _last(lines: list[str]) -> tuple[str, ...]:
    return tuple(line[:_LONGEST_LINE] for line in lines[-_LINES:])
