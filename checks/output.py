"""The output of programs as text: without colors and control characters, and in bounded memory."""

from __future__ import annotations

import re
from collections import deque

_KEPT_BYTES = 1 << 16
ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def plain(text: str) -> str:
    """Without colors and control characters; a carriage return, as in a progress bar, ends a line."""
    if "\x1b" in text:
        text = ESCAPES.sub("", text)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROLS.sub("", text)


class Tail:
    """The last bytes of a stream of any length, in bounded memory."""

    def __init__(self, keep: int = _KEPT_BYTES) -> None:
        self._keep = keep
        self._chunks: deque[bytes] = deque()
        self.kept = 0
        self.dropped = 0

    def feed(self, chunk: bytes) -> None:
        self._chunks.append(chunk[-self._keep :])
        self.dropped += max(0, len(chunk) - self._keep)
        self.kept += min(len(chunk), self._keep)
        while self.kept - len(self._chunks[0]) >= self._keep:
            gone = len(self._chunks.popleft())
            self.kept -= gone
            self.dropped += gone

    def raw(self) -> bytes:
        return b"".join(self._chunks)

    def text(self) -> str:
        """Omits a line whose beginning is lost, because half a secret in it would not be recognized."""
        raw = self.raw()
        if self.dropped:
            _, newline, rest = raw.partition(b"\n")
            raw = rest if newline else b"..." + raw.partition(b" ")[2]
        return plain(raw.decode("utf-8", "replace"))


def lines_of(text: str) -> list[str]:
    """The non-empty lines."""
    return [line.rstrip() for line in text.splitlines() if line.strip()]
