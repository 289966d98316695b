"""A program's output, kept to be searched after its end: in memory, and on disk if there is more."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Generator, Iterator, Mapping
from datetime import timedelta
from typing import Self

from checks.aside import Aside
from checks.calculation.calculator import Share
from checks.calculation.function import Function
from checks.outcome import Cause, CheckError
from checks.output import Tail, plain

_MOST = 64 << 20  # bytes; beyond, only the end is kept
_IN_MEMORY = 1 << 18
_END = 1 << 17
_CHUNK = 1 << 18


class Recording:
    """The first 64 MiB of it, and the end. `skipped`: the number of bytes in between. Must be closed."""

    def __init__(self, *, most: int = _MOST, end: int = _END) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY, prefix="canary-output-")  # noqa: SIM115
        self._most = most
        self._kept = 0
        self._tail = Tail(end)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def feed(self, chunk: bytes) -> None:
        """If the disk is full, no more of it is stored there."""
        self._tail.feed(chunk)
        if not (wanted := chunk[: self._most - self._kept]):
            return
        try:
            self._file.seek(self._kept)
            self._file.write(wanted)
            self._file.flush()
        except OSError:
            self._most = self._kept
        else:
            self._kept += len(wanted)

    @property
    def _end(self) -> int:
        """Where the stored end begins."""
        return max(self._kept, self._tail.dropped)

    @property
    def skipped(self) -> int:
        return self._end - self._kept

    def parts(self) -> Iterator[tuple[int, int]]:
        """(start, end), in bytes, of the contiguous parts."""
        whole = self._tail.dropped + self._tail.kept
        if self.skipped:
            yield 0, self._kept
            yield self._end, whole
        else:
            yield 0, whole

    def read(self, start: int, end: int) -> Generator[bytes]:
        """In pieces. Nothing may be printed in the meantime. Raises CheckError if the disk has lost it."""
        self._file.seek(start)
        for at in range(start, min(end, self._kept), _CHUNK):
            wanted = min(_CHUNK, self._kept - at, end - at)
            piece = self._file.read(wanted)
            if len(piece) < wanted:  # it moves to disk when it outgrows memory, which may have failed halfway
                raise CheckError(
                    f"what the program printed could not be kept in {tempfile.gettempdir()}",
                    cause=Cause.ENVIRONMENT,
                    hint="Make room there, or set TMPDIR of the bot to a folder with 64 MiB for each gate.",
                )
            yield piece
        if end > self._kept:
            yield self._tail.raw()[max(start, self._kept) - self._tail.dropped : end - self._tail.dropped]


async def search(
    recording: Recording,
    patterns: Mapping[str, str],
    calculator: Share,
    *,
    redact: Callable[[str], str] = lambda text: text,
    limit: timedelta,
    window: int | None = None,
) -> Mapping[str, str | None]:
    """The last match of each pattern, or of its group; None if a later one may have been skipped. Patterns
    without a match are omitted.

    The output is searched as printed; only the matches are redacted, because most of a flood need not be.
    """
    if not patterns:
        return {}
    given = {"patterns": dict(patterns), **({"window": window} if window else {})}
    found: dict[str, tuple[int, int] | None] = {}
    for start, end in recording.parts():
        said = await calculator.run(
            Function.FIND_IN_OUTPUT,
            given,
            Aside(lambda start=start, end=end: recording.read(start, end)),  # type: ignore[misc]
            limit=limit,
        )
        found = dict.fromkeys(found) | {
            name: (start + int(at[0]), start + int(at[1])) for name, at in said.items() if name in patterns
        }
    texts = {place: _text(recording, place, redact) for place in found.values() if place}
    return {
        name: place
        and await calculator.run(
            Function.LAST_IN_OUTPUT, {"pattern": patterns[name]}, [texts[place]], limit=limit
        )
        for name, place in found.items()
    }


def _text(recording: Recording, place: tuple[int, int], redact: Callable[[str], str]) -> bytes:
    with contextlib.closing(recording.read(*place)) as pieces:
        raw = b"".join(pieces)
    return redact(plain(raw.decode("utf-8", "replace"))).encode("utf-8", "replace")
