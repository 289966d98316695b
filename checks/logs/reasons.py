"""Counts decisions in a log by their reason codes: how many, in which order, and which must or must not
occur.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, Field, field_validator, model_validator

from checks.arguments import filled as element
from checks.arguments import leaving_code_alone
from checks.aside import Aside, aside
from checks.base import Check
from checks.calculation.calculator import Share
from checks.calculation.child import Blobs
from checks.calculation.function import Function
from checks.context import Context
from checks.limits import Limits
from checks.logs import files
from checks.logs.counted import Counted, clock, micros
from checks.logs.flag import Code, Flag, InARow
from checks.outcome import Cause, CheckError
from checks.output import lines_of
from checks.placeholders import TIMES, CodeTemplate, Template, fill
from checks.prometheus.promql import filled, refuse_misplaced
from checks.reading import Measurement, Moment, Window
from checks.recording import Recording
from checks.reports.files import check_pattern
from checks.sources.loki import Loki, LokiSource
from checks.sources.workspace import Workspace, WorkspaceSource
from checks.units import Duration, Size, say_duration, say_size
from checks.wording import Wording

_SKEW = timedelta(minutes=1)  # between a line's own time and the time at which it was stored
_MOST_WINDOWS = 1000
_SHOWN = 200
_LINES = 5
_BASICS = ("lines", "other", "unreadable")

Codes = Annotated[tuple[Code, ...], Field(max_length=50)]
Name = Annotated[str, Field(pattern="^[A-Za-z_][A-Za-z0-9_]{0,99}$")]


class Reasons(Check):
    """Each of `codes`, `in_a_row` and `sequences` is a reading.

    A decision is a JSON object in a line, after what `begins` it. A window without decisions is UNKNOWN.
    """

    source_kind: ClassVar[str | tuple[str, ...] | None] = ("loki", "workspace")
    counts_samples: ClassVar = False
    filled: ClassVar = (*Check.filled, ("run",), ("query",), ("after",))
    known: ClassVar = (*Check.known, *TIMES)

    kind: Literal["logs.reasons"]
    window: Duration = Field(description="Over which decisions are counted")
    file: str = Field(
        default="",
        description="A log in the workspace: a path, or a pattern of it and its rotated files, .gz too",
    )
    run: tuple[CodeTemplate, ...] = Field(
        default=(),
        max_length=100,
        description="A command in the workspace that prints the log, without a shell",
    )
    query: Annotated[CodeTemplate, Field(max_length=4000), AfterValidator(refuse_misplaced)] = Field(
        default="", description='For Loki: the LogQL of lines, like {app="jobs"}'
    )
    begins: tuple[Annotated[str, Field(min_length=1, max_length=200)], ...] = Field(
        default=(),
        max_length=20,
        description="What precedes the JSON of decisions: other lines do not count, and these must be readable",
        examples=[["[Background Autoscale]"]],
    )
    code: str = Field(
        default="reasonCode", max_length=200, description="The key of the reason code; dots lead into objects"
    )
    time: str = Field(
        default="timestamp", max_length=200, description="The key of its time; dots lead into objects"
    )
    codes: Codes = Field(
        default=(), description="Reason codes that are counted, each as a reading of its name"
    )
    in_a_row: dict[Name, InARow] = Field(
        default_factory=dict,
        max_length=20,
        description="Reading -> the most windows back to back that have a code",
    )
    sequences: dict[Name, Annotated[tuple[Code, ...], Field(min_length=2, max_length=20)]] = Field(
        default_factory=dict,
        max_length=20,
        description="Reading -> codes; how often they come right after each other",
    )
    present: Codes = Field(
        default=(), description="Codes that must be there; `missing` counts those that are not"
    )
    absent: Codes = Field(default=(), description="Codes that must not; `forbidden` counts their decisions")
    after: Template | Flag | None = Field(
        default=None,
        description="Only decisions since then count: a time, like {{flipped_at}}, or what decisions tell of a flag",
    )
    silence: Duration | None = Field(
        default=None, description="How long the log may be silent within the window; longer is UNKNOWN"
    )
    max_size: Size = Field(
        default=64 << 20,
        le=256 << 20,
        description="So much of the files is read, from their end",
        json_schema_extra={"default": "64MiB"},
    )

    @field_validator("run")
    @classmethod
    def _leaves_code_alone(cls, run: tuple[str, ...]) -> tuple[str, ...]:
        return leaving_code_alone(run)

    @field_validator("file")
    @classmethod
    def _stays_inside(cls, pattern: str) -> str:
        return check_pattern(pattern) if pattern else ""

    @model_validator(mode="after")
    def _can_be_counted(self) -> Self:
        for problem in self._problems():
            raise ValueError(problem)
        return self

    def _problems(self) -> Iterator[str]:
        if sum(bool(given) for given in (self.file, self.run, self.query)) != 1:
            yield "expected one of file, run (of a workspace) and query (of Loki)"
        names = [*_BASICS, "missing", "forbidden", *self.codes, *self.in_a_row, *self.sequences]
        for name in names:
            if names.count(name) > 1:
                yield f"expected different names of readings, not {name!r} twice"
        if both := set(self.present) & set(self.absent):
            yield f"expected no code under present and absent, not {', '.join(sorted(both))}"
        for name, one in self.in_a_row.items():
            if not one.every or self.window / one.every > _MOST_WINDOWS:
                yield f"{name}: expected `every` to be at least a thousandth of the window"
            elif one.every > self.window:
                yield f"{name}: expected `every` to be at most the window, {say_duration(self.window)}"

    @property
    def captured(self) -> bool:
        return not self.run  # what a command does is unknown

    def readings(self) -> Mapping[str, str]:
        return dict.fromkeys(self._names(), "")

    def _names(self) -> Iterator[str]:
        yield from (*self.codes, *self.in_a_row, *self.sequences)
        if self.present:
            yield "missing"
        if self.absent:
            yield "forbidden"
        yield from _BASICS

    def implied(self) -> Limits:
        given = (("missing", self.present), ("forbidden", self.absent))
        return Limits.model_validate({name: "== 0" for name, codes in given if codes})

    def wording(self) -> Mapping[str, Wording]:
        return {
            "lines": Wording("{value} decision{s}", "decisions"),
            "other": Wording("{value} with another code", "decisions with other codes"),
            "unreadable": Wording("{value} line{s} unreadable", "unreadable lines"),
            "missing": Wording("{value} code{s} missing", "missing codes"),
            "forbidden": Wording("{value} forbidden decision{s}", "forbidden decisions"),
            **{code: Wording(f"{{value}} {_unplaced(code)}", code) for code in self.codes},
            **{
                name: Wording(
                    f"{_unplaced(one.code)} in {{value}} window{{s}} in a row", name.replace("_", " ")
                )
                for name, one in self.in_a_row.items()
            },
            **{name: Wording(noun=name.replace("_", " ")) for name in self.sequences},
        }

    def missing_here(self, source: Any, context: Context) -> Iterator[tuple[str, str]]:
        if self.query and not isinstance(source, LokiSource):
            yield "query", "it needs a source of kind loki"
        elif not self.query and not isinstance(source, WorkspaceSource):
            yield "file" if self.file else "run", "it needs a source of kind workspace"
        elif self.run and source.path.is_dir() and (problem := source.unrunnable(self.run[0], context.data)):
            yield "run", problem

    def doubtful(self) -> Iterator[tuple[str, str]]:
        if self.file and not any(letter in self.file for letter in "*?"):
            yield (
                "file",
                f"once {self.file} is rotated, its older lines are not found; {self.file}* finds them",
            )
        if not self.begins:
            yield "begins", "without it, a line that cannot be read may be a decision that is not counted"

    async def measure(self, source: Any, moment: Moment, window: Window | None) -> Measurement:
        assert window is not None, "the configuration requires it"
        given = self._given(moment, window)
        async with self._log(source, moment, window) as log:
            said = await log.calculator.run(
                Function.COUNT_REASONS, {**given, "kept": log.is_kept}, log.blobs, limit=self._patience
            )
        counted = Counted(self, said, window, tuple(log.lacks(said)))
        return counted.measurement(log.redact)

    @property
    def _patience(self) -> timedelta:
        return max(timedelta(seconds=1), self.timeout - timedelta(seconds=0.5))

    def _given(self, moment: Moment, window: Window) -> dict[str, Any]:
        return {
            "start": micros(window.start),
            "end": micros(window.end),
            "now": micros(moment.now),
            "begins": self.begins,
            "code": self.code,
            "time": self.time,
            "codes": self.codes,
            "present": self.present,
            "absent": self.absent,
            "in_a_row": {
                name: {"code": one.code, "length": one.every // timedelta(microseconds=1)}
                for name, one in self.in_a_row.items()
            },
            "sequences": self.sequences,
            "after": self._after(moment, window),
        }

    def _after(self, moment: Moment, window: Window) -> dict[str, Any] | None:
        if self.after is None:
            return None
        if isinstance(self.after, Flag):
            return self.after.model_dump()
        text = fill(self.after, moment.values)
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            at = None
        if at is None or at.tzinfo is None:
            raise CheckError(
                f"after is {text[:100]!r}, expected a time with its zone, like 2026-11-23T12:00:00Z",
                cause=Cause.CONFIGURATION,
            )
        if at >= window.end:
            raise CheckError(
                f"after is {at:%Y-%m-%d %H:%M:%S %Z}, and the window ends at {window.end:%H:%M:%S} UTC: nothing can be counted",
                cause=Cause.CONFIGURATION,
            )
        return {"at": micros(at)}

    @asynccontextmanager
    async def _log(self, source: Any, moment: Moment, window: Window) -> AsyncIterator[_Log]:
        """What is counted. Raises CheckError if the source is of the other kind, or cannot be read."""
        times = {"start": window.start, "end": window.end, "now": moment.now}
        values = {**moment.values, **{name: f"{at:%Y-%m-%dT%H:%M:%SZ}" for name, at in times.items()}}
        if isinstance(source, Loki) and self.query:
            entries = await source.lines(filled(self.query, values), window.start - _SKEW, window.end + _SKEW)
            yield _Log(source.calculator, source.redact, Aside(lambda: _of_loki(entries)), is_kept=True)
        elif isinstance(source, Workspace) and self.file:
            since = window.start.timestamp()
            chosen = await aside(lambda: files.select(source.path, self.file, since, self.max_size))
            blobs = Aside(lambda: files.contents(source.path, chosen.parts))
            lost = f"only the newest {say_size(self.max_size)} were read" if chosen.cut else ""
            yield _Log(
                source.calculator,
                source.redact,
                blobs,
                begins_at=None
                if chosen.reaches_back and not chosen.cut
                else window.start + (self.silence or timedelta(0)),
                lost=lost,
            )
        elif isinstance(source, Workspace) and self.run:
            with Recording() as recording:
                await self._ran(source, values, recording)
                lost = f"{recording.skipped:,} bytes in its middle were not kept" if recording.skipped else ""
                yield _Log(source.calculator, source.redact, Aside(lambda: _of(recording)), gap=lost)
        else:
            wanted = "loki" if self.query else "workspace"
            key = "query" if self.query else "file" if self.file else "run"
            raise CheckError(f"{key} needs a source of kind {wanted}", cause=Cause.CONFIGURATION)

    async def _ran(self, source: Workspace, values: Mapping[str, str], recording: Recording) -> None:
        argv = [element(word, values) for word in self.run]
        finished = await source.run(argv, self._patience, recording.feed)
        last = tuple(line[:_SHOWN] for line in lines_of(source.redact(finished.text))[-_LINES:])
        if finished.exit_code is None:
            raise CheckError(
                f"{argv[0]} did not print the log within {say_duration(self.timeout)} and was killed",
                cause=Cause.TIMEOUT,
                detail=last,
                hint="It must end: leave out --follow.",
            )
        if finished.exit_code:
            raise CheckError(
                f"{argv[0]} ended with exit code {finished.exit_code}: what it printed may not be the whole log",
                cause=Cause.ENVIRONMENT,
                detail=last,
            )


@dataclass(frozen=True)
class _Log:
    """`begins_at`: the latest time of its first line if it covers the whole window; None: it does. `gap`:
    what is missing.
    """

    calculator: Share
    redact: Any
    blobs: Blobs
    is_kept: bool = False
    begins_at: datetime | None = None
    lost: str = ""
    gap: str = ""

    def lacks(self, said: Mapping[str, Any]) -> Iterator[str]:
        """Why it does not cover the whole window."""
        if self.gap:
            yield self.gap
        first = said["first"]
        if self.begins_at is None or first is None or first <= micros(self.begins_at):
            return
        why = self.lost or "it was rotated, or is younger"
        yield f"the log begins at {clock(first)}, within the window: {why}"


def _unplaced(code: str) -> str:
    """Not as part of a template: a code with braces would be filled in."""
    return code.replace("{", "(").replace("}", ")")


def _of_loki(entries: Sequence[tuple[int, str]]) -> Generator[bytes]:
    yield b"loki"
    for at, line in entries:
        yield f"{at}\t{' '.join(line.splitlines())}\n".encode("utf-8", "replace")
    yield b""


def _of(recording: Recording) -> Generator[bytes]:
    yield b"the output"
    for start, end in recording.parts():
        yield from recording.read(start, end)
    yield b""
