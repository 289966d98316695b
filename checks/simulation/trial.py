"""Runs a program twice in one scenario, and has its decisions compared with the expected ones."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal, TypeAlias

from checks.calculation.function import Function
from checks.failure import Failure, read_of
from checks.outcome import Cause, CheckError
from checks.output import lines_of
from checks.simulation.declared import Declared
from checks.simulation.output import Output
from checks.sources.workspace import Workspace
from checks.units import say_duration, say_size

LINE = 300  # characters
LEAST = timedelta(seconds=0.1)
_MOST_OUTPUT = 8 << 20  # bytes
_LAST_LINES = 5  # of a program that failed
_CHUNK = 1 << 18
_DETERMINE = "Let the program depend on its input alone: on seed for what is random, on clock for the time."
_PRINT = (
    "A decision is a JSON object on a line of the program's standard output, unless `output` says otherwise."
)

Input: TypeAlias = Literal["json", "scenario", "none"]


@dataclass(frozen=True)
class Program:
    """The program of a check, and what holds for all its scenarios."""

    source: Workspace
    argv: Sequence[str]
    input: Input
    output: Output
    exit_codes: Sequence[int]
    reason: str
    invariants: Sequence[str]
    limit: timedelta  # for one run
    timeout: timedelta  # for all of them
    began: float

    def left(self) -> timedelta:
        """The rest of the time limit."""
        return max(LEAST, timedelta(seconds=self.timeout.total_seconds() - (time.time() - self.began)))


@dataclass
class Seen:
    """The result of one scenario. `lines`: its differences from what was expected; `unknown`: why there is no result."""

    name: str
    decisions: int = 0
    different: int = 0
    broken: int = 0
    lines: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    unknown: str = ""
    step: str = ""  # what to do about that
    error: CheckError | None = None


@dataclass(frozen=True)
class _Ended:
    output: bytes
    exit_code: int


@dataclass
class Trial:
    """One scenario, run twice."""

    program: Program
    name: str
    declared: Declared
    _given: Mapping[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        told = json.loads(self.declared.model_dump_json(include={"scenario", "seed", "clock"}))
        self._given = {"name": self.name, **told}

    async def run(self) -> Seen:
        try:
            once = await self._ended()
        except CheckError as error:
            return Seen(self.name, error=error)
        try:
            again = await self._ended()
        except CheckError as error:
            return self._unknown(f"is not deterministic: the second time, {error}", _DETERMINE)
        if how := await self._difference(once, again):
            return self._unknown(f"is not deterministic: {how}", _DETERMINE)
        if not once.output.strip():
            return self._unknown("printed no decision", _PRINT)
        try:
            return await self._compared(once.output)
        except CheckError as error:
            return Seen(self.name, error=self._error(str(error), error.cause, error.hint))

    def _unknown(self, why: str, step: str) -> Seen:
        return Seen(self.name, unknown=self.program.source.redact(why)[:LINE], step=step)

    def _error(self, what: str, cause: Cause, hint: str, detail: Sequence[str] = ()) -> CheckError:
        text = self.program.source.redact(f"the scenario {self.name}: {what}")
        return CheckError(text[:LINE], cause=cause, hint=hint, detail=detail)

    async def _ended(self) -> _Ended:
        """Raises CheckError if it did not end well, in time, and within the size limit."""
        left = self.program.left()
        if left <= LEAST:
            raise self._error(
                f"not run within the check's timeout of {say_duration(self.program.timeout)}",
                Cause.TIMEOUT,
                "Raise `timeout`, or make two checks of it.",
            )
        limit = min(self.program.limit, left)
        heard = bytearray()
        try:
            async with asyncio.timeout(None) as scope:

                def hear(piece: bytes) -> None:
                    if len(heard) > _MOST_OUTPUT:
                        return
                    heard.extend(piece)
                    if len(heard) > _MOST_OUTPUT:
                        scope.reschedule(0)

                argv = [*self.program.argv, *self.declared.arguments]
                finished = await self.program.source.answer(argv, limit, self._input(), hear)
        except TimeoutError:
            raise self._flooded() from None
        if len(heard) > _MOST_OUTPUT:
            raise self._flooded()
        lines = lines_of(self.program.source.redact(finished.text))
        if finished.exit_code is None:
            message = f"{self.program.argv[0]} did not end within {say_duration(limit)} and was killed"
            raise self._error(message, Cause.TIMEOUT, "Make it faster, or raise `limit`.", _last(lines))
        if finished.exit_code not in self.program.exit_codes:
            raise await self._failed(finished.exit_code, lines)
        return _Ended(bytes(heard), finished.exit_code)

    def _input(self) -> bytes:
        match self.program.input, self._given["scenario"]:
            case "none", _:
                return b""
            case "scenario", str(text):
                return text.encode(errors="replace")
            case "scenario", scenario:
                return _as_json(scenario)
        return _as_json(self._given)

    def _flooded(self) -> CheckError:
        return self._error(
            f"{self.program.argv[0]} printed more than {say_size(_MOST_OUTPUT)} and was killed",
            Cause.CONFIGURATION,
            "Print one short line for each decision.",
        )

    async def _failed(self, exit_code: int, lines: list[str]) -> CheckError:
        said = await self.program.source.calculator.run(
            Function.CLASSIFY_FAILURE,
            {"exit_code": exit_code, "output": read_of(lines)},
            limit=self.program.left(),
        )
        failure = Failure.of(said)
        # a failed program decided nothing that could be a regression
        cause = Cause.CONFIGURATION if failure.cause is Cause.REGRESSION else failure.cause
        how = failure.ended or f"exit code {exit_code}"
        hint = failure.hint or "Run it by hand with the same input: see its last lines."
        return self._error(f"{self.program.argv[0]} failed: {how}", cause, hint, _last(lines))

    async def _compared(self, output: bytes) -> Seen:
        expect = self.declared.model_dump(mode="json", include={"expect"})["expect"]
        invariants = (*self.program.invariants, *self.declared.invariants)
        said = await self.program.source.calculator.run(
            Function.COMPARE_DECISIONS,
            {
                **self._given,
                "expect": expect,
                "invariants": invariants,
                "reason": self.program.reason,
                "output": self.program.output.model_dump(),
            },
            _pieces(output),
            limit=self.program.left(),
        )
        if not said["decisions"]:
            return self._unknown("printed no decision", _PRINT)
        return Seen(
            self.name,
            decisions=int(said["decisions"]),
            different=int(said["different"]),
            broken=int(said["broken"]),
            lines=tuple(self.program.source.redact(str(line))[:LINE] for line in said["lines"]),
            doubts=tuple(f"{self.name}: {what}. {hint}"[: 2 * LINE] for what, hint in said["vacuous"]),
        )

    async def _difference(self, once: _Ended, again: _Ended) -> str:
        """Returns the first difference between the two readings; "" if there is none."""
        if once.exit_code != again.exit_code:
            return f"exit code {once.exit_code}, and {again.exit_code} the second time"
        if once == again:
            return ""
        said = await self.program.source.calculator.run(
            Function.FIRST_DIFFERENCE,
            {"length": len(once.output), "output": self.program.output.model_dump()},
            [*_pieces(once.output), *_pieces(again.output)],
            limit=self.program.left(),
        )
        return str(said)


def _as_json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode(errors="replace") + b"\n"


def _pieces(output: bytes) -> list[bytes]:
    return [output[at : at + _CHUNK] for at in range(0, len(output), _CHUNK)]


def _last(lines: Sequence[str]) -> tuple[str, ...]:
    return tuple(line[:LINE] for line in lines[-_LAST_LINES:])
