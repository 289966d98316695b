"""The files of a log: the newest bytes of those that may contain lines of a window."""

from __future__ import annotations

import glob
import os
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path

from checks.logs.counting import CUT
from checks.outcome import Cause, CheckError
from checks.reports.files import ReportError, find

_CHUNK = 1 << 18


@dataclass(frozen=True)
class Part:
    """The last `size` bytes of a file, after `skipped` others."""

    name: str
    skipped: int
    size: int


@dataclass(frozen=True)
class Selection:
    """`parts`, oldest first; `reaches_back`: whether something is older than the window; `cut`: there is more
    than may be read.
    """

    parts: Sequence[Part]
    reaches_back: bool
    cut: bool


def select(folder: Path, pattern: str, since: float, most: int) -> Selection:
    """`since`: seconds since the epoch. Raises CheckError if there is no file, or it may not be read."""
    found = []
    try:
        for file in find(folder, pattern):
            os.close(file.descriptor)
            found.append((file.changed, file.name, file.size))
    except ReportError as error:
        raise _unreadable(error) from None
    parts, left, is_cut = [], most, False
    for changed, name, size in sorted(found, reverse=True):
        if changed < since:
            continue
        if size > left and (not left or name.endswith(".gz")):  # the end alone cannot be unpacked
            is_cut = True
            continue
        parts.append(Part(name, max(0, size - left), min(size, left)))
        is_cut = is_cut or size > left
        left -= min(size, left)
    return Selection(parts[::-1], any(changed < since for changed, *_ in found), is_cut)


def contents(folder: Path, parts: Sequence[Part]) -> Generator[bytes]:
    """For each file: its name, its bytes in pieces, and an empty piece. Raises CheckError if one is gone."""
    for part in parts:
        try:
            (file,) = find(folder, glob.escape(part.name))
        except ReportError:
            raise CheckError(
                f"the log {part.name} was rotated while it was read",
                cause=Cause.ENVIRONMENT,
                hint="Try again.",
            ) from None
        try:
            yield os.fsencode(f"{CUT}{part.name}" if part.skipped else part.name)
            left = part.size
            os.lseek(file.descriptor, part.skipped, os.SEEK_SET)
            while left and (chunk := os.read(file.descriptor, min(_CHUNK, left))):
                left -= len(chunk)
                yield chunk
            yield b""
        except OSError as error:
            raise _unreadable(f"the log {part.name} cannot be read: {error.strerror}") from None
        finally:
            os.close(file.descriptor)


def _unreadable(why: object) -> CheckError:
    return CheckError(
        str(why).replace("the report ", "the log ").replace("there is no report at", "there is no log at"),
        cause=Cause.CONFIGURATION,
        hint="Correct `file`: a path within the workspace, or a pattern that rotated files match as well.",
    )
