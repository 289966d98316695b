"""Text after `/canary` -> a typed command, or Misused with the nearest word and an example. Pure."""

from __future__ import annotations

import difflib
import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from bot.errors import Misused

LONGEST = 2000  # characters; nobody types more on purpose
MOST_ARGUMENTS = 20
_RUN_NUMBER = re.compile(r"#?([1-9]\d{0,17})", re.ASCII)
_ARGUMENT = re.compile(r"([a-z][a-z0-9_]{0,39})=(.*)", re.ASCII | re.DOTALL)


@dataclass(frozen=True)
class RunCommand:
    environment: str
    arguments: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class StatusCommand:
    environment: str = ""  # every environment


@dataclass(frozen=True)
class ShowCommand:
    run: int
    check: str = ""


@dataclass(frozen=True)
class CancelCommand:
    run: int
    reason: str


@dataclass(frozen=True)
class OwnersCommand:
    environment: str


@dataclass(frozen=True)
class ConfigCommand:
    environment: str = ""


@dataclass(frozen=True)
class HelpCommand:
    command: str = ""


Command: TypeAlias = (
    RunCommand | StatusCommand | ShowCommand | CancelCommand | OwnersCommand | ConfigCommand | HelpCommand
)


@dataclass(frozen=True)
class Usage:
    """How a command is written. `{environment}` and `{run}` in the example are filled with what is there."""

    form: str
    does: str
    example: str


USAGES: Mapping[str, Usage] = {
    "run": Usage("run <environment> [name=value …]", "start a canary run", "run {environment}"),
    "status": Usage("status [environment]", "what is running, and what waits for whom", "status"),
    "show": Usage("show #<run> [check]", "verdict, readings, votes and decision of a run", "show #{run}"),
    "cancel": Usage("cancel #<run> <reason>", "end a run that is not decided", "cancel #{run} wrong version"),
    "owners": Usage("owners <environment>", "who can decide, who is on call", "owners {environment}"),
    "config": Usage(
        "config [environment]", "the configuration in force, and its digest", "config {environment}"
    ),
    "help": Usage("help [command]", "this list, or one command", "help run"),
}


def parse(text: str) -> Command:
    """Raises Misused for anything that is no command; nothing has happened then."""
    words = _words(text)
    if not words:
        raise Misused(
            "Tell me what to do.", hint="/canary help lists the commands.", example=USAGES["run"].example
        )
    verb, rest = words[0].lower(), words[1:]
    if verb not in _PARSERS:
        near = difflib.get_close_matches(verb, _PARSERS, n=1)
        raise Misused(
            f"I know no command “{words[0][:40]}”." + (f" Did you mean “{near[0]}”?" if near else ""),
            hint="/canary help lists the commands.",
            example=USAGES[near[0] if near else "run"].example,
        )
    return _PARSERS[verb](rest)


def _words(text: str) -> list[str]:
    if len(text) > LONGEST:
        raise Misused(
            f"That is {len(text):,} characters long; a command has at most {LONGEST:,}.", example="help"
        )
    if not all(char.isprintable() or char in "\n\t" for char in text):
        raise Misused("That holds control characters; type the command in plain text.", example="help")
    try:
        return shlex.split(text.replace("“", '"').replace("”", '"'))
    except ValueError:
        return text.split()  # an apostrophe in a reason, an open quote: words are words


def _run(words: list[str]) -> Command:
    if not words:
        raise _misused("run", "Which environment?")
    return RunCommand(words[0], _arguments(words[1:]))


def _arguments(words: list[str]) -> dict[str, str]:
    if len(words) > MOST_ARGUMENTS:
        raise _misused("run", f"That is {len(words)} arguments; a run takes at most {MOST_ARGUMENTS}.")
    arguments: dict[str, str] = {}
    for word in words:
        match = _ARGUMENT.fullmatch(word)
        if match is None:
            raise _misused("run", f"“{word[:40]}” is no argument: arguments are written name=value.")
        if match[1] in arguments:
            raise _misused("run", f"{match[1]}= is there twice.")
        arguments[match[1]] = match[2]
    return arguments


def _status(words: list[str]) -> Command:
    return StatusCommand(*_at_most("status", words, 1))


def _show(words: list[str]) -> Command:
    number, *rest = _at_most("show", words, 2) or [""]
    return ShowCommand(_run_number("show", number), *rest)


def _cancel(words: list[str]) -> Command:
    number = _run_number("cancel", words[0] if words else "")
    reason = " ".join(words[1:])
    if not reason:
        raise _misused("cancel", f"Say why run #{number} is cancelled: it is recorded.")
    return CancelCommand(number, reason)


def _owners(words: list[str]) -> Command:
    if not words:
        raise _misused("owners", "Which environment?")
    return OwnersCommand(*_at_most("owners", words, 1))


def _config(words: list[str]) -> Command:
    return ConfigCommand(*_at_most("config", words, 1))


def _help(words: list[str]) -> Command:
    return HelpCommand(*(word.lower() for word in _at_most("help", words, 1)))


def _at_most(verb: str, words: list[str], count: int) -> list[str]:
    if len(words) > count:
        raise _misused(verb, f"I do not know what to do with “{words[count][:40]}”.")
    return words


def _run_number(verb: str, word: str) -> int:
    match = _RUN_NUMBER.fullmatch(word)
    if match is None:
        raise _misused(verb, f"Which run? “{word[:40]}” is no run number." if word else "Which run?")
    return int(match[1])


def _misused(verb: str, problem: str) -> Misused:
    return Misused(problem, hint=f"It is written: /canary {USAGES[verb].form}", example=USAGES[verb].example)


_PARSERS: Mapping[str, Callable[[list[str]], Command]] = {
    "run": _run,
    "status": _status,
    "show": _show,
    "cancel": _cancel,
    "owners": _owners,
    "config": _config,
    "help": _help,
}
