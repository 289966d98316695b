"""Which words of a command an interpreter executes as code, where placeholders are forbidden. Pure.

It knows the common interpreters by name, wherever they stand in a command: behind `env`, `sudo` or `docker exec`, too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import PurePath

# which only a shell understands
OPERATORS = frozenset({"&&", "||", "|", ";", "&", ">", ">>", "<", "2>", "2>&1", "&>"})

_VERSION = re.compile(r"[\d.]+$|\.exe$")
_ANY = re.compile(r"-\w*[ce]|--(?:command|eval|execute)", re.ASCII)  # sh -c, python -c, node -e, psql -c

# Options after which a word is code, besides those.
_OPTIONS: Mapping[str, re.Pattern[str]] = {
    "perl": re.compile(r"-\w*E"),
    "node": re.compile(r"-\w*p|--print"),
    "nodejs": re.compile(r"-\w*p|--print"),
    "bun": re.compile(r"-\w*p|--print"),
    "php": re.compile(r"-[rBRE]|--(?:run|process-begin|process-code|process-end)"),
    "powershell": re.compile(r"-(?:c|ec|command|encodedcommand)", re.IGNORECASE),
    "pwsh": re.compile(r"-(?:c|ec|command|encodedcommand)", re.IGNORECASE),
}
# Their first word is a program, unless an option names a file with one.
_PROGRAM_FIRST = frozenset({"awk", "gawk", "mawk", "nawk", "sed", "gsed"})
_IN_A_FILE = re.compile(r"-\w*f|--file(?:=.*)?")
_SUBCOMMANDS = frozenset({("deno", "eval"), ("bun", "exec")})
_ALL = frozenset(
    {"ssh", "rsh", "watch", "parallel", "eval"}
)  # which join their words and pass them to a shell
_STARTERS = frozenset(  # which start other programs named in their words
    [
        "env",
        "sudo",
        "doas",
        "nice",
        "ionice",
        "nohup",
        "timeout",
        "time",
        "stdbuf",
        "setsid",
        "chroot",
        "xargs",
        "docker",
        "podman",
        "kubectl",
    ]
)


def reads_as_code(command: Sequence[str], place: int) -> str:
    """What makes the word at `place` code, as it is written there; empty where nothing does."""
    before = command[place - 1]
    if _ANY.fullmatch(before):
        return before
    starts = _name(command[0]) in _STARTERS
    for at, word in enumerate(command[:place]):
        name, between, is_program = _name(word), command[at + 1 : place], at == 0 or starts
        if is_program and name in _ALL:
            return word
        if name in _OPTIONS and between and _OPTIONS[name].fullmatch(before):
            return before
        if is_program and name in _PROGRAM_FIRST and all(map(_is_no_program, between)):
            return word
        if len(between) == 1 and (name, between[0]) in _SUBCOMMANDS:
            return f"{word} {between[0]}"
    return ""


def _name(word: str) -> str:
    """/usr/bin/perl5.36 is perl."""
    return _VERSION.sub("", PurePath(word).name)


def _is_no_program(word: str) -> bool:
    """To awk and sed: an option, but for the one that names a file with the program."""
    return word.startswith("-") and not _IN_A_FILE.fullmatch(word)
