"""Report files of a workspace: found by a pattern, and opened without following links.

The command that wrote them must not be able to point the bot at other files, so each folder on the way is opened
separately, and links are refused.
"""

from __future__ import annotations

import errno
import fnmatch
import os
import re
import stat
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from checks.calculation.function import Function
from checks.outcome import Cause, CheckError

_MOST_FILES = 5_000
_LARGEST = 256 << 20  # bytes of all files of one report
_CHUNK = 1 << 18
_COARSE = 2.0  # seconds: the resolution of some file systems
_MOST_ENTRIES = 200_000  # folder entries searched
_DEEPEST = 50  # nested folders, each of which is open meanwhile
_NO_FOLDER = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EACCES)
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_WILD = re.compile(r"[*?\[]")

Version: TypeAlias = tuple[int, int, int]  # inode, time of change in ns, size


class ReportError(Exception):
    """There is no usable report; the message says why."""


@dataclass(frozen=True)
class ReportFile:
    """An open report; the receiver closes `descriptor`."""

    name: str  # relative to the workspace
    descriptor: int
    version: Version
    changed: float  # seconds since the epoch
    size: int


def check_pattern(pattern: str) -> str:
    """The pattern itself. Raises ValueError unless it stays within the workspace."""
    parts = pattern.split("/")
    if pattern.startswith("/") or ".." in parts or "\0" in pattern:
        raise ValueError("expected a path within the workspace, like target/surefire-reports/*.xml")
    return pattern


def versions(folder: Path, pattern: str) -> Mapping[str, Version]:
    """The current versions, to find out later what a command has written."""
    found = {}
    try:
        for file in find(folder, pattern):
            os.close(file.descriptor)
            found[file.name] = file.version
    except ReportError:
        pass  # reported when the report is read
    return found


def contents(
    folder: Path, pattern: str, *, not_before: float, before: Mapping[str, Version], most: int = _LARGEST
) -> Generator[bytes]:
    """For each matching file: its name, its bytes in pieces, and an empty piece.

    Raises ReportError if there is none, or one is old (`not_before`: seconds since the epoch; `before`: the
    versions that existed before), because a report of an earlier run proves nothing. Raises CheckError if
    they have more than `most` bytes in total.
    """
    left = most
    for file in find(folder, pattern):
        try:
            if file.changed < not_before - _COARSE or before.get(file.name) == file.version:
                raise ReportError(f"the report {file.name} is from before this run")
            yield os.fsencode(file.name)
            while chunk := os.read(file.descriptor, _CHUNK):
                left -= len(chunk)  # not its size, because it may grow
                if left < 0:
                    raise _too_large(file.name, most)
                yield chunk
            yield b""
        except OSError:
            raise ReportError(f"the report {file.name} cannot be read") from None
        finally:
            os.close(file.descriptor)


def _too_large(name: str, most: int) -> CheckError:
    return CheckError(
        f"the test report is larger than {most:,} bytes, at {name}",
        cause=Cause.CONFIGURATION,
        hint=Function.COUNT_REPORT.advice,
    )


def find(folder: Path, pattern: str) -> Iterator[ReportFile]:
    """The regular files that match, each open. Raises ReportError if there are none, too many, or only links."""
    search = _Search(pattern)
    try:
        root = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        raise ReportError(f"the workspace {folder} is not a folder") from None
    try:
        yield from search.within(root, _parts(pattern), "")
    finally:
        os.close(root)
    if not search.found:
        links = f"; {search.links[0]} is a link, and links are not followed" if search.links else ""
        raise ReportError(f"there is no report at {pattern}{links}")


def _parts(pattern: str) -> tuple[str, ...]:
    parts = [part for part in pattern.split("/") if part not in {"", "."}]
    if parts[-1:] == ["**"]:
        parts.append("*")
    return tuple(
        part for part, before in zip(parts, ["", *parts], strict=False) if (part, before) != ("**", "**")
    )


class _Search:
    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._entries = 0
        self.found: set[str] = set()
        self.links: list[str] = []

    def within(self, folder: int, parts: tuple[str, ...], place: str) -> Iterator[ReportFile]:
        """Files in an open folder; `place` is its path with a trailing slash."""
        part, rest = parts[0], parts[1:]
        if part == "**":
            yield from self.within(folder, rest, place)
            for name in self._names(folder, "*"):
                yield from self._down(folder, name, parts, place)
        elif rest:
            for name in self._names(folder, part):
                yield from self._down(folder, name, rest, place)
        else:
            for name in self._names(folder, part):
                yield from self._file(folder, name, place)

    def _names(self, folder: int, part: str) -> list[str]:
        if not _WILD.search(part):
            return [part]
        names = []
        with os.scandir(folder) as entries:
            for entry in entries:
                names.append(entry.name)
                self._entries += 1
                if (
                    self._entries > _MOST_ENTRIES
                ):  # before the folder is read to its end, because it may have none
                    message = f"{self._pattern} means looking through more than {_MOST_ENTRIES:,} files; name the folder"
                    raise ReportError(message)
        hidden = part.startswith(".")
        return sorted(
            name for name in names if fnmatch.fnmatchcase(name, part) and (hidden or not name.startswith("."))
        )

    def _down(self, folder: int, name: str, parts: tuple[str, ...], place: str) -> Iterator[ReportFile]:
        try:
            inner = os.open(name, _FOLDER, dir_fd=folder)
        except OSError as error:
            if error.errno not in _NO_FOLDER:  # its content would be silently missing
                raise ReportError(f"the folder {place}{name} cannot be read: {error.strerror}") from None
            self._note_link(folder, name, place)
            return
        if place.count("/") >= _DEEPEST:
            os.close(inner)
            raise ReportError(
                f"{self._pattern} needs a search deeper than {_DEEPEST} folders; name the folder"
            )
        try:
            yield from self.within(inner, parts, f"{place}{name}/")
        finally:
            os.close(inner)

    def _file(self, folder: int, name: str, place: str) -> Iterator[ReportFile]:
        path = f"{place}{name}"
        try:
            descriptor = os.open(name, _FILE, dir_fd=folder)
        except FileNotFoundError:
            return
        except OSError:
            if not self._note_link(folder, name, place):
                raise ReportError(f"the report {path} cannot be read by the bot's user") from None
            return
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or path in self.found:
            os.close(descriptor)
            return
        self.found.add(path)
        if len(self.found) > _MOST_FILES:
            os.close(descriptor)
            raise ReportError(f"{self._pattern} matches more than {_MOST_FILES:,} files")
        version = (status.st_ino, status.st_mtime_ns, status.st_size)
        yield ReportFile(path, descriptor, version, status.st_mtime, status.st_size)

    def _note_link(self, folder: int, name: str, place: str) -> bool:
        try:
            is_link = stat.S_ISLNK(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)
        except OSError:
            return False
        if is_link:
            self.links.append(f"{place}{name}")
        return is_link
