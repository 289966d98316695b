"""Searches programs' output, in windows. Runs in a child process (`checks.calculation`).

RE2 is linear in the text, but not in the pattern: 200 characters of pattern can keep it busy with one window
for a quarter of a minute.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import re2

from checks.output import plain

WINDOW = 1 << 16  # bytes searched at once, and as many before them, because a match may span lines
_LONGEST_ESCAPE = 64
_CONTINUES = range(0x80, 0xC0)  # UTF-8 continuation bytes
_LONGEST = 1 << 12  # characters of a value


def compiled(pattern: str) -> Any:
    options = re2.Options()
    options.log_errors = False  # to standard error, by the C++ library
    return re2.compile(f"(?m){pattern}", options)  # ^ and $ match at lines, because output consists of lines


def find(given: Mapping[str, Any], blobs: Iterable[bytes]) -> Mapping[str, tuple[int, int]]:
    """The last window in which each of the `patterns` matches, in bytes of the concatenated blobs."""
    patterns = {name: compiled(pattern) for name, pattern in given["patterns"].items()}
    found = {}
    for start, window in windows(blobs, given.get("window", WINDOW)):
        text = plain(window.decode("utf-8", "replace"))
        for name, pattern in patterns.items():
            if pattern.search(text):
                found[name] = (start, start + len(window))
    return found


def last(given: Mapping[str, Any], blobs: Iterable[bytes]) -> str | None:
    """The last match of the `pattern` in one text, or of its group; None if there is none."""
    pattern = compiled(given["pattern"])
    found = deque(pattern.finditer(b"".join(blobs).decode()), maxlen=1)
    if not found:
        return None
    value = str(found[0][pattern.groups])
    return value if len(value) <= _LONGEST else value[:_LONGEST] + "…"  # longer values are not numbers


def windows(blobs: Iterable[bytes], size: int) -> Iterator[tuple[int, bytes]]:
    """(its start, its bytes): each with the text before it, and split between lines if possible."""
    before = pending = b""
    start = 0
    for blob in blobs:
        pending += blob
        while len(pending) > 2 * size:
            end = _cut(pending, size)
            window, pending = before + pending[:end], pending[end:]
            yield start, window
            kept = _kept(window, size)
            start, before = start + kept, window[kept:]
    yield start, before + pending


def _cut(pending: bytes, most: int) -> int:
    """After a line; in a longer line, where neither a character nor an escape sequence is split."""
    end = max(pending.rfind(b"\n", 0, most), pending.rfind(b"\r", 0, most - 1)) + 1
    return end or _whole(pending, most) or most


def _kept(window: bytes, size: int) -> int:
    """Where the overlap with the next window starts: the first line in its last bytes."""
    start = max(0, len(window) - size)
    if not start:
        return 0
    lines = [at for at in (window.find(b"\n", start), window.find(b"\r", start, len(window) - 1)) if at >= 0]
    if not lines:
        return _whole(window, start)
    line = min(lines)
    return line + (2 if window[line : line + 2] == b"\r\n" else 1)


def _whole(raw: bytes, at: int) -> int:
    """That position, or the beginning of the character or escape sequence that would be split there."""
    escape = raw.rfind(b"\x1b", max(0, at - _LONGEST_ESCAPE), at)
    if escape >= 0:
        return escape
    for back in range(min(4, at)):
        if raw[at - back] not in _CONTINUES:
            return at - back
    return at
