"""Reads what a gate's program left behind: its output, its report, and why it failed."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from checks.aside import Aside
from checks.calculation.calculator import Share
from checks.calculation.function import Function
from checks.failure import Failure, classify, read_of
from checks.outcome import CheckError
from checks.presets import FINDS, OUTPUT, Format
from checks.reading import Reading
from checks.recording import Recording, search
from checks.reports import files
from checks.reports.report import FINDINGS, NAMES, Report
from checks.sources.workspace import Workspace
from checks.wording import Wording

SUCCESS = "success"
_JSON_LINES = frozenset({"eslint", "go"})
# formats that are never printed between other lines
_OF_FILES = frozenset({"junit", "jest", "ruff", "sarif"})


class ReportOf(BaseModel):
    """`{format: tap, file: "results/*.tap"}`"""

    model_config = ConfigDict(defer_build=True, extra="forbid", frozen=True)
    format: Format = Field(description="What it is written in")
    file: str = Field(
        default=OUTPUT,
        description="A path, or a pattern of several files with *, ? and **; left out: the program's output",
    )

    @field_validator("file")
    @classmethod
    def _stays_inside(cls, pattern: str) -> str:
        return files.check_pattern(pattern) if pattern else ""

    @model_validator(mode="after")
    def _is_read_from_a_file(self) -> Self:
        if self.file == OUTPUT and self.format in _OF_FILES:
            raise ValueError(f"expected a file: {self.format} is not read from a program's output")
        return self


_FAILURE = re.compile(
    r"^\s*(?:FAIL|FAILED|ERROR|Error|error|not ok|✗|✖|×|--- FAIL|E  )\b|\b(?:error|failed|Error|Exception):|^\s*[✗✖×●]"
)
WORDINGS = {
    "exit_code": Wording("exit code {value}", "the exit code"),
    "seconds": Wording("took {value}", "how long it took"),
    SUCCESS: Wording("success message {value}", "the success message", yes="found", no="not found"),
    "flaky": Wording("{value} flaky", "flaky tests"),
    "dirty_files": Wording(
        "{value} file{s} changed since the commit", "files changed since the commit", note="changed: {note}"
    ),
}
_TEST_WORDINGS = {
    "tests": Wording("{value} test{s}", "the number of tests"),
    "passed": Wording(
        "{value} test{s} passed", "passed tests", whole="tests", all_of="all tests {must} pass"
    ),
    "failures": Wording("{value} test{s} failed", "failed tests"),
    "errors": Wording("{value} test{s} with an error", "tests with an error"),
    "skipped": Wording("{value} test{s} skipped", "skipped tests"),
    "flaky": Wording("{value} flaky test{s}", "flaky tests"),
}
_FINDING_WORDINGS = {
    "errors": Wording("{value} error{s}", "errors"),
    "warnings": Wording("{value} warning{s}", "warnings"),
}


@dataclass(frozen=True)
class Found:
    """The content of output and report; `doubts`: what exceeded the limits."""

    readings: Sequence[Reading] = ()
    detail: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReportPlace:
    """A report's format, and its files: a path or a pattern, "" for the output."""

    format: str
    file: str

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the readings."""
        return FINDINGS if self.finds else NAMES

    @property
    def finds(self) -> bool:
        """Whether it lists findings of a linter or compiler, and not tests."""
        return self.format in FINDS

    @property
    def wordings(self) -> Mapping[str, Wording]:
        return _FINDING_WORDINGS if self.finds else _TEST_WORDINGS

    def versions(self, folder: Path) -> Mapping[str, files.Version]:
        """The files that exist before the program runs."""
        return files.versions(folder, self.file) if self.file != OUTPUT else {}


@dataclass(frozen=True)
class Ended:
    """A program that has ended: when it began, which files existed before, and the time left to read."""

    source: Workspace
    recording: Recording
    exit_code: int
    began: float
    before: Mapping[str, files.Version]
    left: Callable[[], timedelta]

    @property
    def calculator(self) -> Share:
        return self.source.calculator


async def searched(
    ended: Ended, patterns: Mapping[str, str], value_of: Callable[[str, str], Reading]
) -> Found:
    """Readings from the output; without values, and with a doubt, if it cannot be searched within limits."""
    try:
        last = await search(
            ended.recording, patterns, ended.calculator, redact=ended.source.redact, limit=ended.left()
        )
    except CheckError as error:
        readings = [Reading(name=name, value=None) for name in patterns]
        return Found(readings, doubts=(_doubt(error),))
    return Found(list(_read(last, patterns, _unsearched(ended.recording), value_of)))


def _unsearched(recording: Recording) -> str:
    if not recording.skipped:
        return ""
    return f"{recording.skipped:,} bytes in the middle of its output were not searched"


def _read(
    last: Mapping[str, str | None],
    patterns: Mapping[str, str],
    note: str,
    value_of: Callable[[str, str], Reading],
) -> Iterator[Reading]:
    for name in patterns:
        if name == SUCCESS:
            found = SUCCESS in last
            yield Reading(name=SUCCESS, value=found or (None if note else False), note="" if found else note)
        elif (text := last.get(name)) is None:
            yield Reading(name=name, value=None, note=note)
        else:
            yield value_of(name, text)


async def counted(ended: Ended, place: ReportPlace | None) -> Found:
    """The report's readings and failures; without values, and with a note why, if there is no report."""
    if place is None:
        return Found()
    report, doubts = await _report(ended, place)
    first = "errors" if place.finds else "passed"  # the reading with the explanation: the first limited one
    second = "warnings" if place.finds else "tests"
    notes = {first: report.problem, second: report.note}  # said once
    readings = [
        Reading(name=name, value=report.counts.get(name), note=notes.get(name, "")) for name in place.names
    ]
    return Found(readings, tuple(_told(place, report)), doubts)


def _told(place: ReportPlace, report: Report) -> Iterator[str]:
    for one in report.failed:
        word = "error" if place.finds else "failed"
        yield one if one.startswith("warning: ") else f"{word}: {one}"


async def _report(ended: Ended, place: ReportPlace) -> tuple[Report, tuple[str, ...]]:
    if place.file == OUTPUT and (note := _unsearched(ended.recording)):
        return Report(problem=note), ()
    function = Function.COUNT_REPORT if place.format == "junit" else Function.READ_REPORT
    given = {} if place.format == "junit" else {"format": place.format, "exit_code": ended.exit_code}
    try:
        blobs = Aside(lambda: _blobs(ended, place))
        said = await ended.calculator.run(function, given, blobs, limit=ended.left())
        return Report.of(said, ended.source.redact), ()
    except files.ReportError as error:
        return Report(problem=str(error)), ()
    except CheckError as error:
        return Report(), (_doubt(error),)


def _blobs(ended: Ended, place: ReportPlace) -> Generator[bytes]:
    if place.file != OUTPUT:
        yield from files.contents(ended.source.path, place.file, not_before=ended.began, before=ended.before)
        return
    yield b"the output"
    for start, end in ended.recording.parts():
        yield from ended.recording.read(start, end)
    yield b""


async def classified(ended: Ended, lines: list[str], *, has_failed_tests: bool) -> Failure | None:
    """Why it failed, or None if it did not."""
    if not ended.exit_code:
        return None
    if has_failed_tests or not lines:
        return classify(ended.exit_code, lines, failed_tests=has_failed_tests)
    try:
        said = await ended.calculator.run(
            Function.CLASSIFY_FAILURE,
            {"exit_code": ended.exit_code, "output": read_of(lines)},
            limit=ended.left(),
        )
    except CheckError:
        return classify(ended.exit_code, [])
    return Failure.of(said)


def without_report(lines: list[str], place: ReportPlace | None) -> list[str]:
    """The output for people, without a report's lines of JSON."""
    if place is None or place.file != OUTPUT or place.format not in _JSON_LINES:
        return lines
    return [line for line in lines if not line.startswith(("{", "["))]


def looks_like_a_failure(line: str) -> bool:
    return bool(_FAILURE.search(line))


def _doubt(error: CheckError) -> str:
    return f"{error}. {error.hint}" if error.hint else str(error)
