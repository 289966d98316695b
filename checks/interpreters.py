"""Which arguments of a command an interpreter executes as code, in which placeholders are forbidden. Pure.

It knows the common interpreters by name, anywhere in a command: also after `env`, `sudo` or `docker exec`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import PurePath

# which only a shell understands
OPERATORS = frozenset({"&&", "||", "|", ";", "&", ">", ">>", "<", "2>", "2>&1", "&>"})

_VERSION = re.compile(r"[\d.]+$|\.exe$")
_ANY = re.compile(r"-\w*[ce]|--(?:command|eval|execute)", re.ASCII)  # sh -c, python -c, node -e, psql -c

# More options that are followed by code.
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
# they join their arguments and pass them to a shell
_ALL = frozenset({"ssh", "rsh", "watch", "parallel", "eval"})
_STARTERS = frozenset(  # they start programs named in their arguments
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
    """What makes the argument at `place` code, as it is written; "" if it is not code."""
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
    """For awk and sed: an option, except the one that names a program file."""
    return word.startswith("-") and not _IN_A_FILE.fullmatch(word)
