"""Text after `/canary` -> a typed command, or Mistyped with the nearest word and an example. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeAlias

from bot.base.errors import Misused
from bot.base.plain import plain, refused, says_something
from checks import spelling
from checks.units import parse_duration
from commands.slack.words import trimmed, typed, unescaped

LONGEST = 2000  # characters; nobody types more on purpose
MOST_ARGUMENTS = 20
VOTES = ("go", "no-go", "withdraw")
_JOINED = {"rolledback": "rolled-back", "nogo": "no-go"}  # written as one word
_RUN_NUMBER = re.compile(r"[#№]?([1-9]\d{0,17})", re.ASCII)
_ARGUMENT = re.compile(r"-{0,2}([a-zA-Z][a-zA-Z0-9_]{0,39})=(.*)", re.ASCII | re.DOTALL)
_REASONED = ("cancel", "no-go", "rolled-back")  # the text after the run is the reason, verbatim


class Mistyped(Misused):
    """`example` is a command that works here, without the leading `/canary`; it may contain placeholders, as
    in `Usage`.
    """

    def __init__(self, message: str, *, hint: str = "", example: str) -> None:
        super().__init__(message, hint=hint)
        self.example = example


@dataclass(frozen=True)
class RunCommand:
    environment: str
    arguments: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class StatusCommand:
    environment: str = ""  # "": all environments


@dataclass(frozen=True)
class ShowCommand:
    run: int
    check: str = ""


@dataclass(frozen=True)
class CancelCommand:
    run: int
    reason: str


@dataclass(frozen=True)
class RemindCommand:
    run: int


@dataclass(frozen=True)
class GoCommand:
    run: int


@dataclass(frozen=True)
class NoGoCommand:
    run: int
    reason: str


@dataclass(frozen=True)
class WithdrawCommand:
    run: int


@dataclass(frozen=True)
class PacketCommand:
    run: int


@dataclass(frozen=True)
class RolledBackCommand:
    run: int
    reason: str = ""


@dataclass(frozen=True)
class CaptureCommand:
    environment: str
    length: timedelta
    name: str = ""


@dataclass(frozen=True)
class StopCaptureCommand:
    environment: str


@dataclass(frozen=True)
class BaselinesCommand:
    environment: str
    baseline: str = ""  # its number or name; "": all


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
    RunCommand
    | StatusCommand
    | ShowCommand
    | CancelCommand
    | RemindCommand
    | GoCommand
    | NoGoCommand
    | WithdrawCommand
    | PacketCommand
    | RolledBackCommand
    | CaptureCommand
    | StopCaptureCommand
    | BaselinesCommand
    | OwnersCommand
    | ConfigCommand
    | HelpCommand
)


@dataclass(frozen=True)
class Usage:
    """A command's syntax, what it does and its purpose. `{environment}`, `{run}` and `{start}` in the example
    are replaced by existing ones.
    """

    form: str
    does: str
    example: str
    task: str


START, DECIDE, AFTER, LOOK = "Start and follow a run", "Decide", "After the decision", "Look it up"  # in help
USAGES: Mapping[str, Usage] = {
    "run": Usage("run <environment> [name=value …]", "start a canary run", "run {start}", START),
    "status": Usage("status [environment]", "what is running, and who it waits for", "status", START),
    "show": Usage("show #<run> [check]", "a run's results and votes, or one check", "show #{run}", START),
    "capture": Usage(
        "capture <environment> <duration> [name]",
        "capture a baseline to compare runs with; stop instead of the duration ends it",
        "capture {environment} 30m",
        START,
    ),
    "go": Usage("go #<run>", "vote Go, like the button", "go #{run}", DECIDE),
    "no-go": Usage(
        "no-go #<run> <reason>", "vote No-go, which ends the run", "no-go #{run} errors in checkout", DECIDE
    ),
    "withdraw": Usage("withdraw #<run>", "withdraw your vote", "withdraw #{run}", DECIDE),
    "remind": Usage(
        "remind #<run>", "remind people who still have to vote or waive", "remind #{run}", DECIDE
    ),
    "cancel": Usage(
        "cancel #<run> <reason>", "cancel a run before it is decided", "cancel #{run} wrong version", DECIDE
    ),
    "rolled-back": Usage(
        "rolled-back #<run> [reason]",
        "record that you rolled back",
        "rolled-back #{run} errors in checkout",
        AFTER,
    ),
    "packet": Usage("packet #<run>", "post the decision packet in the thread again", "packet #{run}", AFTER),
    "baselines": Usage(
        "baselines <environment> [number or name]",
        "what was captured before changes, or one of them",
        "baselines {environment}",
        LOOK,
    ),
    "owners": Usage("owners <environment>", "who can vote, and who is on call", "owners {environment}", LOOK),
    "config": Usage(
        "config [environment]", "the current configuration and its digest", "config {environment}", LOOK
    ),
    "help": Usage("help [command]", "all commands, or more about one", "help run", LOOK),
}


def parse(text: str) -> Command:
    """Raises Mistyped for text that is not a command; nothing has happened then."""
    verb, words = _read(text)
    return _PARSERS[verb](words)


def verb_of(text: str) -> str:
    """Returns the verb of a valid command; "" for anything else."""
    try:
        verb, words = _read(text)
        _PARSERS[verb](words)
    except Misused:
        return ""
    return verb


def _read(text: str) -> tuple[str, list[str]]:
    """Returns the verb, and the words for its parser."""
    _must_be_readable(text)
    found = typed(text)
    words = found.texts()
    if not words:
        return "help", []
    verb, count = _verb(words)
    if verb not in _PARSERS:
        raise no_command(words[0])
    if verb in _REASONED and len(words) > count + 1:
        return verb, [words[count], plain(found.after(count + 1))]
    return verb, words[count:]


def no_command(word: str) -> Mistyped:
    return Mistyped(
        f"There is no command “{word[:40]}”.{spelling.suggestion(trimmed(word), USAGES)}",
        hint="`/canary help` lists all commands.",
        example=USAGES[spelling.closest(trimmed(word), USAGES) or "run"].example,
    )


def _verb(words: list[str]) -> tuple[str, int]:
    """Returns the verb, and its number of words: people write `rolled back`, `rolled_back` and `rolledback`."""
    for count in (1, 2):
        verb = trimmed("".join(words[:count])).replace("_", "").replace("-", "")
        if verb in _JOINED:
            return _JOINED[verb], count
    return trimmed(words[0]), 1


def _must_be_readable(text: str) -> None:
    if (length := len(unescaped(text))) > LONGEST:
        raise Mistyped(
            f"That command is {length:,} characters long; the limit is {LONGEST:,}.", example="help"
        )
    if what := refused(text):
        raise Mistyped(
            f"That command contains {what}.", hint="Type it, or paste it as plain text.", example="help"
        )


def _run(words: list[str]) -> Command:
    if not words:
        raise _misused("run", "The environment is missing.")
    return RunCommand(trimmed(words[0]), _arguments(list(_pairs(words[1:]))))


def _pairs(words: list[str]) -> Iterator[str]:
    """`name=value` pairs, with any spaces around the equals sign; a comma may end all but the last."""
    gathered = ""
    for at, word in enumerate(words):
        if gathered.endswith("=") or (gathered and "=" not in gathered and word.startswith("=")):
            gathered += word
        else:
            if gathered:
                yield gathered
            gathered = word
        if at < len(words) - 1 and "=" in gathered:
            gathered = gathered.rstrip(",;")
    if gathered:
        yield gathered


def _arguments(words: list[str]) -> dict[str, str]:
    if len(words) > MOST_ARGUMENTS:
        raise _misused("run", f"That is {len(words)} arguments; a run takes at most {MOST_ARGUMENTS}.")
    arguments: dict[str, str] = {}
    for word in words:
        match = _ARGUMENT.fullmatch(word)
        if match is None:
            raise _misused("run", f"“{word[:40]}” is not an argument. Write arguments as `name=value`.")
        name = match[1].lower()
        if name in arguments:
            raise _misused("run", f"`{name}=` is given twice.")
        arguments[name] = match[2]
    return arguments


def _status(words: list[str]) -> Command:
    return StatusCommand(*map(trimmed, _at_most("status", words, 1)))


def _show(words: list[str]) -> Command:
    number, *rest = _at_most("show", words, 2) or [""]
    return ShowCommand(_run_number("show", number), *map(trimmed, rest))


def _only_number(verb: str, words: list[str]) -> int:
    number, *_ = _at_most(verb, words, 1) or [""]
    return _run_number(verb, number)


def _number_and_reason(verb: str, words: list[str], what: str) -> tuple[int, str]:
    number = _run_number(verb, words[0] if words else "")
    reason = " ".join(words[1:])
    if not says_something(reason):
        raise _misused(verb, f"The reason is missing. Say why run #{number} {what}.")
    return number, reason


def _cancel(words: list[str]) -> Command:
    return CancelCommand(*_number_and_reason("cancel", words, "is cancelled"))


def _go(words: list[str]) -> Command:
    if any(word.endswith("?") for word in words):
        raise _misused("go", f"“go {words[0][:40]}” reads like a question, so it was not counted as a vote.")
    return GoCommand(_only_number("go", words))


def _no_go(words: list[str]) -> Command:
    return NoGoCommand(*_number_and_reason("no-go", words, "should not go ahead"))


def _withdraw(words: list[str]) -> Command:
    return WithdrawCommand(_only_number("withdraw", words))


def _packet(words: list[str]) -> Command:
    return PacketCommand(_only_number("packet", words))


def _remind(words: list[str]) -> Command:
    return RemindCommand(_only_number("remind", words))


def _rolled_back(words: list[str]) -> Command:
    return RolledBackCommand(_run_number("rolled-back", words[0] if words else ""), " ".join(words[1:]))


def _capture(words: list[str]) -> Command:
    match list(map(trimmed, _at_most("capture", words, 3))):
        case [] | ["stop"]:
            raise _misused("capture", "The environment is missing.")
        case [_]:
            raise _misused("capture", "The duration is missing.")
        case [environment, "stop"]:
            return StopCaptureCommand(environment)
        case [environment, length, *name]:
            return _capture_for(environment, length, name)
    raise AssertionError


def _capture_for(environment: str, length: str, name: Sequence[str]) -> Command:
    try:
        return CaptureCommand(environment, parse_duration(length), *name)
    except ValueError as error:
        raise _misused("capture", f"{str(error)[:1].upper()}{str(error)[1:]}.") from None


def _baselines(words: list[str]) -> Command:
    if not words:
        raise _misused("baselines", "The environment is missing.")
    return BaselinesCommand(*map(trimmed, _at_most("baselines", words, 2)))


def _owners(words: list[str]) -> Command:
    if not words:
        raise _misused("owners", "The environment is missing.")
    return OwnersCommand(*map(trimmed, _at_most("owners", words, 1)))


def _config(words: list[str]) -> Command:
    return ConfigCommand(*map(trimmed, _at_most("config", words, 1)))


def _help(words: list[str]) -> Command:
    return HelpCommand(*map(trimmed, _at_most("help", words, 1)))


def _at_most(verb: str, words: list[str], count: int) -> list[str]:
    if len(words) > count:
        raise _misused(verb, f"I don't know what to do with “{words[count][:40]}”.")
    return words


def _run_number(verb: str, word: str) -> int:
    match = _RUN_NUMBER.fullmatch(trimmed(word))
    if match is None:
        raise _misused(verb, f"“{word[:40]}” is not a run number." if word else "The run number is missing.")
    return int(match[1])


def _misused(verb: str, problem: str) -> Mistyped:
    return Mistyped(problem, hint=f"Usage: `/canary {USAGES[verb].form}`", example=USAGES[verb].example)


_PARSERS: Mapping[str, Callable[[list[str]], Command]] = {
    "run": _run,
    "status": _status,
    "show": _show,
    "go": _go,
    "no-go": _no_go,
    "withdraw": _withdraw,
    "cancel": _cancel,
    "remind": _remind,
    "packet": _packet,
    "rolled-back": _rolled_back,
    "capture": _capture,
    "baselines": _baselines,
    "owners": _owners,
    "config": _config,
    "help": _help,
}
