"""A command that must succeed: lint, build, tests, a migration's dry run."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, ClassVar, Literal, Self

import re2
from pydantic import BeforeValidator, Field, field_validator, model_validator

from checks import placeholders
from checks.aside import Aside, aside
from checks.base import Check
from checks.calculation.function import Function
from checks.command import filled_element, leaves_code_alone, needs_a_shell
from checks.context import Context
from checks.failure import Failure, classify, read_of
from checks.limits import Limits
from checks.outcome import Cause, CheckError
from checks.output import lines_of
from checks.reading import Measurement, Moment, Reading, Window
from checks.recording import Recording, search
from checks.reports import files, junit
from checks.search import compiled
from checks.sources.workspace import Workspace, WorkspaceSource
from checks.units import say_duration
from checks.wording import Wording, excerpt

_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_LONGEST_PATTERN = 500
_LONGEST_LINE = 300
_LINES = 20
_ANCHORS = re.compile(r"(?<!\\)(?:\\\\)*\\[Az]")
_SUCCESS = "success"
_FAILED = "failed: "  # before the name of a test
_FAILURE = re.compile(
    r"^\s*(?:FAIL|FAILED|ERROR|Error|error|not ok|✗|✖|×|--- FAIL|E  )\b|\b(?:error|failed|Error|Exception):|^\s*[✗✖×●]"
)
_SUCCESS_WORDING = Wording("success message {value}", "the success message", yes="found", no="not found")
_TEST_WORDINGS = {
    "tests": Wording("{value} test{s}", "the number of tests"),
    "passed": Wording("{value} test{s} passed", "passed tests", whole="tests"),
    "failures": Wording("{value} test{s} failed", "failed tests"),
    "errors": Wording("{value} test{s} with an error", "tests with an error"),
    "skipped": Wording("{value} test{s} skipped", "skipped tests"),
    "flaky": Wording("{value} flaky test{s}", "flaky tests"),
}
_FIRST = "passed"  # the reading that says why there is no report: the first of those limited


def _check_pattern(pattern: Any) -> str:
    if not isinstance(pattern, str) or not 1 <= len(pattern) <= _LONGEST_PATTERN:
        raise ValueError(f"expected a regular expression of 1 to {_LONGEST_PATTERN} characters")
    try:
        groups = compiled(pattern).groups
    except re2.error as error:
        raise ValueError(f"expected a regular expression (RE2): {error.args[0].decode()}") from None
    if _ANCHORS.search(pattern):
        raise ValueError(
            r"expected ^ and $, the ends of a line, instead of \A and \z: output is searched in parts"
        )
    if groups > 1:
        raise ValueError(f"expected at most one group in round brackets, not {groups}")
    return pattern


Pattern = Annotated[str, BeforeValidator(_check_pattern)]


class Gate(Check):
    r"""`{kind: gate, source: repository, run: [npm, test], read: {passed: '(\d+)/\d+'}}`

    `{{name}}` in an element of `run`, but the program, stands for a value of the run.
    """

    source_kind: ClassVar[str | None] = "workspace"
    counts_samples: ClassVar = False
    filled: ClassVar = (*Check.filled, ("run",))
    kind: Literal["gate"]
    run: tuple[placeholders.CodeTemplate, ...] = Field(
        min_length=1,
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

    @field_validator("run")
    @classmethod
    def _leaves_code_alone(cls, run: tuple[str, ...]) -> tuple[str, ...]:
        """Placeholders must not end up in code: a requester chooses values, not what is executed."""
        return leaves_code_alone(run)

    @field_validator("junit")
    @classmethod
    def _stays_inside(cls, pattern: str) -> str:
        return files.check_pattern(pattern) if pattern else ""

    @model_validator(mode="after")
    def _reads_new_names(self) -> Self:
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
        counts = junit.NAMES if self.junit else ()
        words = ("success",) if self.success else ()
        return {"exit_code": "", "seconds": "s", **dict.fromkeys((*words, *counts), "")}

    def missing_here(self, source: WorkspaceSource, context: Context) -> Iterator[tuple[str, str]]:
        if source.path.is_dir() and (problem := source.unrunnable(self.run[0], context.data)):
            yield "run", problem

    def doubtful(self) -> Iterator[tuple[str, str]]:
        yield from (("run", problem) for problem in needs_a_shell(self.run))

    def wording(self) -> Mapping[str, Wording]:
        success = {_SUCCESS: _SUCCESS_WORDING} if self.success else {}
        return {
            "exit_code": Wording("exit code {value}", "the exit code"),
            "seconds": Wording("took {value}", "how long it took"),
            **success,
            **(_TEST_WORDINGS if self.junit else {}),
        }

    def telling(self, detail: Sequence[str]) -> tuple[str, ...]:
        """The failed tests by name, if there is a report; else from the first line that looks like a failure."""
        failed = [line for line in detail if line.startswith(_FAILED)]
        return excerpt(failed) if failed else excerpt(detail, _looks_like_a_failure)

    def implied(self) -> Limits:
        limits = {"exit_code": "== 0"}
        if self.success:
            limits["success"] = "== true"
        if self.junit:
            limits |= {"passed": "> 0", "failures": "== 0", "errors": "== 0"}
        return Limits.model_validate(limits)

    async def measure(self, source: Workspace, moment: Moment, window: Window | None) -> Measurement:
        argv = [filled_element(element, moment.values) for element in self.run]
        began = time.time()
        context = await source.state()
        before = await aside(lambda: files.versions(source.path, self.junit)) if self.junit else {}
        with Recording() as recording:
            hears = recording.feed if self._patterns() else lambda _: None
            finished = await source.run(argv, self._left(began), hears)
            lines = lines_of(source.redact(finished.text))
            if finished.exit_code is None:
                raise self._too_long(argv[0], lines)
            found = await self._searched(source, recording, began)
        counted = await self._counts(source, began, before)
        failed = counted.detail
        failure = await self._classified(source, finished.exit_code, lines, bool(failed), began)
        return Measurement(
            readings=(
                Reading(name="exit_code", value=finished.exit_code),
                Reading(name="seconds", value=finished.seconds, unit="s"),
                *found.readings,
                *counted.readings,
            ),
            window=window,
            detail=(*failed, *self._told(failure, lines, source)),
            context={**context, "dropped_bytes": finished.dropped},
            cause=failure.cause if failure else None,
            hint=failure.hint if failure else "",
            doubts=(*found.doubts, *counted.doubts),
        )

    def _left(self, began: float) -> timedelta:
        """Of the time limit, in tenths of a second."""
        left = self.timeout.total_seconds() - (time.time() - began)
        return timedelta(seconds=max(0.1, round(left - 0.05, 1)))

    def _told(self, failure: Failure | None, lines: list[str], source: Workspace) -> tuple[str, ...]:
        """How it ended, the relevant lines, and the last ones, without duplicates."""
        last = _last(lines)
        if failure is None:
            return last
        start = source.unrunnable(self.run[0]) if failure.cause is Cause.CONFIGURATION else ""
        ended = failure.ended or ("" if last else "it printed nothing")
        early = [line[:_LONGEST_LINE] for line in failure.lines]
        return tuple(filter(None, [ended, start, *(line for line in early if line not in last), *last]))

    def _patterns(self) -> dict[str, str]:
        own = {_SUCCESS: self.success} if self.success else {}
        return {**own, **self.read}

    def _too_long(self, program: str, lines: list[str]) -> CheckError:
        message = f"{program} did not end within its limit of {say_duration(self.timeout)} and was killed"
        return CheckError(message, cause=Cause.TIMEOUT, hint="See its last lines.", detail=_last(lines))

    async def _searched(self, source: Workspace, recording: Recording, began: float) -> _Found:
        """What is read from the output; without values, and a doubt, where it cannot be searched within limits."""
        try:
            last = await search(
                recording,
                self._patterns(),
                source.calculator,
                redact=source.redact,
                limit=self._left(began),
            )
        except CheckError as error:
            readings = [Reading(name=name, value=None) for name in self._patterns()]
            return _Found(readings, doubts=(_doubt(error),))
        note = (
            f"{recording.skipped:,} bytes in the middle of its output were not searched"
            if recording.skipped
            else ""
        )
        return _Found(list(self._read(last, note)))

    def _read(self, last: Mapping[str, str | None], note: str) -> Iterator[Reading]:
        if self.success:
            found = _SUCCESS in last
            yield Reading(name=_SUCCESS, value=found or (None if note else False), note="" if found else note)
        for name in self.read:
            text = last.get(name)
            value = None if text is None else self.as_read(name, text)
            yield Reading(name=name, value=value, note=note if text is None else "")

    async def _counts(self, source: Workspace, began: float, before: Mapping[str, files.Version]) -> _Found:
        """The report's readings, and what failed; without values, and with a note why, where there is no report."""
        if not self.junit:
            return _Found()
        contents = Aside(
            lambda: files.contents(source.path, self.junit, not_before=began, before=before),
        )
        doubts: tuple[str, ...] = ()
        try:
            said = await source.calculator.run(Function.COUNT_REPORT, {}, contents, limit=self._left(began))
            report = junit.Report.of(said, source.redact)
        except files.ReportError as error:
            report = junit.Report(problem=str(error))
        except CheckError as error:
            report, doubts = junit.Report(), (_doubt(error),)
        notes = {_FIRST: report.problem, "tests": report.note}  # said once
        readings = [
            Reading(name=name, value=report.counts.get(name), note=notes.get(name, ""))
            for name in junit.NAMES
        ]
        return _Found(readings, tuple(f"{_FAILED}{one}" for one in report.failed), doubts)

    async def _classified(
        self, source: Workspace, exit_code: int, lines: list[str], has_failed_tests: bool, began: float
    ) -> Failure | None:
        """Why it failed. None where it has not."""
        if not exit_code:
            return None
        if has_failed_tests or not lines:
            return classify(exit_code, lines, failed_tests=has_failed_tests)
        try:
            said = await source.calculator.run(
                Function.CLASSIFY_FAILURE,
                {"exit_code": exit_code, "output": read_of(lines)},
                limit=self._left(began),
            )
        except CheckError:
            return classify(exit_code, [])
        return Failure.of(said)


@dataclass(frozen=True)
class _Found:
    """What was read from output and report; `doubts`: what exceeded the limits."""

    readings: Sequence[Reading] = ()
    detail: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


def _looks_like_a_failure(line: str) -> bool:
    return bool(_FAILURE.search(line))


def _doubt(error: CheckError) -> str:
    return f"{error}. {error.hint}" if error.hint else str(error)


def _last(lines: list[str]) -> tuple[str, ...]:
    return tuple(line[:_LONGEST_LINE] for line in lines[-_LINES:])
