"""Whether a program can be started, as far as the file system shows."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from checks.confinement.policy import Confinement
from checks.regular import NotRegularError, open_regular

_LONGEST = 200  # of a first line


def unrunnable(program: str, folder: Path, path: str) -> str:
    """Why the program cannot be started in a folder, with that PATH; "" if it can."""
    file = folder / program if "/" in program else None
    if file is None:
        found = shutil.which(program, path=path)
        return (
            _first_line_of(Path(found), path) if found else f"no program {program!r} on this machine's PATH"
        )
    if not file.is_file():
        return f"{file} is {'a folder' if file.is_dir() else 'not on this machine'}, expected a program"
    if not os.access(file, os.X_OK):
        return f"{file} cannot be executed: chmod +x it"
    return _first_line_of(file, path)


def unseen(program: str, confinement: Confinement, path: str) -> str:
    """Why an existing program is invisible in its confinement; "" if it is visible."""
    found = confinement.workspace / program if "/" in program else shutil.which(program, path=path)
    if not found or confinement.shows(Path(found)):
        return ""
    return (
        f"{found} is in no folder that its confinement shows: name the folder under `readable` of the source"
    )


def _first_line_of(file: Path, path: str) -> str:
    """What is wrong with a script's `#!` line."""
    try:
        with open_regular(file) as stream:
            line = stream.readline(_LONGEST).decode("utf-8", "replace")
    except NotRegularError:
        return f"{file} is a pipe or a device, expected a program"
    except OSError:
        return ""
    return _unusable(line, file, path) if line.startswith("#!") else ""


def _unusable(line: str, file: Path, path: str) -> str:
    """Why a script's first line, `#!` and an interpreter, cannot start; "" if it can."""
    if line.rstrip("\n").endswith("\r"):
        return f"{file} has Windows line endings, and its interpreter is not found: convert it with dos2unix"
    words = line[2:].split()
    if words and not Path(words[0]).is_file():
        return f"the interpreter of {file}, {words[0]}, is not on this machine"
    if (
        words[1:]
        and Path(words[0]).name == "env"
        and shutil.which(words[1], path=path) is None
        and words[1][0] != "-"
    ):
        return f"the interpreter of {file}, {words[1]}, is not on this machine's PATH"
    return ""
