"""Guesses why a command failed from its exit code and last lines.

A failed command stays a failure: this only decides whom it concerns first and which lines matter. Anything
unrecognized counts as a regression.
"""

from __future__ import annotations

import re
import signal
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from checks.outcome import Cause

# a shell's and timeout(1)'s exit codes
_NOT_EXECUTABLE, _NOT_FOUND, _TIMED_OUT, _SIGNALED = (
    126,
    127,
    124,
    128,
)
_ENDED_FROM_OUTSIDE = frozenset({"SIGKILL", "SIGTERM", "SIGINT", "SIGHUP", "SIGXCPU", "SIGXFSZ"})
_LINES_READ = 200
_LINES_SHOWN = 3

_NAME = r"[A-Z][A-Z0-9_]{2,60}"
_MISSING_VARIABLE = (
    # the shell's ${X:?} and set -u; Python's and Ruby's lookups; what programs print
    rf"(?P<n1>{_NAME}): (?:unbound variable|parameter (?:null or )?not set)",
    rf"(?:KeyError: '|key not found: \")(?P<n2>{_NAME})['\"]",
    (
        rf"(?i:env(?:ironment)?[ _-]?var(?:iable)?s?)\b.{{0,40}}?(?i:not found|not set|missing|required|undefined|unset|invalid)"
        rf"(?:.{{0,20}}?\b(?P<n3>{_NAME})\b)?"
    ),
    (
        rf"(?i:missing|invalid|required|undefined|unset|no).{{0,30}}(?i:env(?:ironment)?[ _-]?var(?:iable)?s?)\b"
        rf"(?:.{{0,20}}?\b(?P<n4>{_NAME})\b)?"
    ),
    rf"\b(?P<n5>{_NAME})\b[\"'`]?,? (?i:(?:is|was|env var is) )?(?i:not set|unset|must be set|must be defined)",
    r"\b(?P<n6>[A-Z][A-Z0-9]*_[A-Z0-9_]+)\b[\"'`]? (?i:(?:is|was) )?(?i:missing|required|undefined)",
)
_ENVIRONMENT = (
    r"\b(?:ENOSPC|ENOMEM|EMFILE|EAI_AGAIN|ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EADDRINUSE)\b",
    r"(?i:no space left on device|cannot allocate memory|out of memory|too many open files)",
    r"(?i:connection refused|could not connect to server|can't reach database server|address already in use)",
    r"(?i:temporary failure in name resolution|could not resolve host|name or service not known)",
    r"(?i:network is unreachable)",
)
_VARIABLE_LINE = "|".join(_MISSING_VARIABLE)  # compiled when first needed: most processes see no failure
_ENVIRONMENT_LINE = "|".join(_ENVIRONMENT)
_NOT_FOUND_LINE = r"(?i:not found|no such file|permission denied|cannot execute|bad interpreter)"
_TIME_LINE = r"(?i)time[d -]*out"
_LONGEST_READ = 1000


@dataclass(frozen=True)
class Failure:
    """`ended` says how the program ended if the exit code alone does not; `lines` are the relevant ones."""

    cause: Cause = Cause.REGRESSION
    ended: str = ""
    hint: str = ""
    lines: tuple[str, ...] = ()

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Failure:
        """From a child process's response."""
        lines = tuple(str(line) for line in said["lines"])
        return cls(Cause(said["cause"]), str(said["ended"]), str(said["hint"]), lines)


def classified(given: Mapping[str, Any], _blobs: Iterable[bytes]) -> Mapping[str, Any]:
    """`classify` of `exit_code` and `output`. Runs in a child process (`checks.calculation`)."""
    return asdict(classify(given["exit_code"], given["output"]))


def read_of(output: Sequence[str]) -> list[str]:
    """The parts that `classify` reads."""
    return [line[:_LONGEST_READ] for line in output[-_LINES_READ:]]


def classify(exit_code: int, output: Sequence[str], *, failed_tests: bool = False) -> Failure:
    """`exit_code`: negative for the signal that ended the program itself. `output`: its lines, in order."""
    ended = how_it_ended(exit_code)
    if failed_tests:
        return Failure(ended=ended)
    found = (
        _not_started(exit_code, output)
        or _variable(output)
        or _in_the_way(output)
        or _timed_out(exit_code, output)
        or _ended_from_outside(exit_code)
        or Failure()
    )
    return replace(found, ended=found.ended or ended)


def _not_started(exit_code: int, output: Sequence[str]) -> Failure | None:
    if exit_code not in {_NOT_FOUND, _NOT_EXECUTABLE}:
        return None
    what = "was not found" if exit_code == _NOT_FOUND else "cannot be executed"
    hint = "Install it where the bot runs, and see PATH in the source's environment."
    lines = _matching(_NOT_FOUND_LINE, output)
    return Failure(Cause.CONFIGURATION, f"exit code {exit_code}: a program {what}", hint, lines)


def _in_the_way(output: Sequence[str]) -> Failure | None:
    lines = _matching(_ENVIRONMENT_LINE, output)
    hint = "Something outside the code seems to have been in the way: see the line."
    return Failure(Cause.ENVIRONMENT, "", hint, lines) if lines else None


def _timed_out(exit_code: int, output: Sequence[str]) -> Failure | None:
    lines = _matching(_TIME_LINE, output) if exit_code == _TIMED_OUT else ()
    ended = f"exit code {_TIMED_OUT}: it ran into a time limit of its own"
    return Failure(Cause.TIMEOUT, ended, "Raise that limit, or make it faster.", lines) if lines else None


def _ended_from_outside(exit_code: int) -> Failure | None:
    name = signal_name(exit_code)
    hint = _OUTSIDE.get(name, "Something else on the machine ended it: try again, and see its log.")
    return Failure(Cause.ENVIRONMENT, "", hint) if name in _ENDED_FROM_OUTSIDE else None


_OUTSIDE = {
    "SIGKILL": "Linux does that to a program when memory runs out: see its log, and give the bot more.",
    "SIGXCPU": "It used up its CPU time: see ulimit -t.",
    "SIGXFSZ": "It wrote a larger file than it may: see ulimit -f.",
}


def how_it_ended(exit_code: int) -> str:
    """In words, if a signal ended the program or one that it started."""
    name = signal_name(exit_code)
    if exit_code < 0:
        return f"ended by signal {name}"
    return f"exit code {exit_code}: a program that it ran was ended by signal {name}" if name else ""


def signal_name(exit_code: int) -> str:
    """ "SIGKILL" for -9 and a shell's 137, "SIGRTMIN+3" for -37; "" if it was not a signal, or may not have
    been.
    """
    if exit_code < 0:
        return _name(-exit_code)
    name = _name(exit_code - _SIGNALED) if exit_code > _SIGNALED else ""
    return name if name in _ENDED_FROM_OUTSIDE or name in {"SIGSEGV", "SIGABRT", "SIGBUS", "SIGILL"} else ""


def _name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        lowest, highest = getattr(signal, "SIGRTMIN", 0), getattr(signal, "SIGRTMAX", -1)
        return f"SIGRTMIN+{number - lowest}" if lowest < number < highest else f"number {number}"


def _variable(output: Sequence[str]) -> Failure | None:
    lines = _matching(_VARIABLE_LINE, output)
    if not lines:
        return None
    found = re.search(_VARIABLE_LINE, lines[-1])
    name = next(filter(None, found.groups()), "") if found else ""
    which = f"{name}: ${{{name}}}" if name else "NAME: ${NAME}"
    hint = f"A variable seems to be missing: give it under environment of the source, as {which}."
    return Failure(Cause.CONFIGURATION, "", hint, lines)


def _matching(pattern: str, output: Sequence[str]) -> tuple[str, ...]:
    found = [line for line in read_of(output) if re.search(pattern, line)]
    return tuple(found[-_LINES_SHOWN:])
