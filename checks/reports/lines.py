"""The lines of a document that arrives in pieces."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator

from checks.reports.report import plain

LONGEST = 1 << 16  # characters read per line


def lines(chunks: Iterable[bytes], longest: int = LONGEST) -> Iterator[str]:
    """Without colors, line ends and anything beyond the longest."""
    for line in raw_lines(chunks, longest):
        yield plain(line)


def raw_lines(chunks: Iterable[bytes], longest: int) -> Iterator[str]:
    """Unchanged. A carriage return, as in a progress bar, ends one."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    held: list[str] = []
    room = longest
    for chunk in chunks:
        text = decoder.decode(chunk)
        first, *rest = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        for index, piece in enumerate((first, *rest)):
            if index:
                yield "".join(held)
                held, room = [], longest
            if room > 0 and piece:
                held.append(piece[:room])
                room -= len(piece)
    if last := "".join(held) + decoder.decode(b"", final=True):
        yield last
