"""The content of a report of tests or of a linter, in any format. Runs in a child process."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

NAMES = ("tests", "passed", "failures", "errors", "skipped", "flaky")  # of tests
FINDINGS = ("errors", "warnings")  # of a linter or a compiler
_MOST_NAMED = 10
_SHOWN = 200
_LONGEST = 1500  # characters of one returned text
# Colors as runners copy them into messages; in XML, the character that begins them has been replaced.
_COLORS = re.compile("[\x1b\ufffd]\\[[0-?]*[ -/]*[@-~]")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Report:
    """`counts` by NAMES or FINDINGS; `failed` names the first failed ones. Or the `problem`: why there is
    none.
    """

    counts: Mapping[str, int] = field(default_factory=dict)
    failed: tuple[str, ...] = ()
    note: str = ""
    problem: str = ""

    @classmethod
    def of(cls, said: Mapping[str, Any], redact: Callable[[str], str]) -> Report:
        """From a child process's response, whose numbers are trusted; its texts are not."""
        failed = tuple(redact(str(name))[:_SHOWN] for name in said["failed"])
        known = dict.fromkeys((*NAMES, *FINDINGS))
        counts = {name: int(said["counts"][name]) for name in known if name in said["counts"]}
        return cls(counts, failed, str(said["note"]), str(said["problem"]))


class Named:
    """The first failed ones, by name."""

    def __init__(self) -> None:
        self._names: list[str] = []

    def __bool__(self) -> bool:
        return bool(self._names)

    def add(self, text: str) -> None:
        if len(self._names) < _MOST_NAMED:
            self._names.append(bounded(" ".join(plain(text).split())))

    def of(self, failed: int) -> tuple[str, ...]:
        """With the number of further ones."""
        more = failed - len(self._names)
        return (*self._names, f"and {more:,} more") if more > 0 and self._names else tuple(self._names)


def plain(text: str) -> str:
    """Without colors and control characters."""
    return _CONTROLS.sub("", _COLORS.sub("", text))


def bounded(text: str) -> str:
    """As much as may be returned, to be redacted and truncated further; without a truncated word, which may
    be a secret.
    """
    return text if len(text) <= _LONGEST else text[:_LONGEST].rpartition(" ")[0] + "…"


def documents(blobs: Iterator[bytes]) -> Iterator[tuple[str, Iterator[bytes]]]:
    """(name, its bytes in pieces) of each file, as sent by `files.contents`."""
    while (name := next(blobs, None)) is not None:
        pieces = iter(lambda: next(blobs, b""), b"")
        yield os.fsdecode(name), pieces
        for _ in pieces:  # unread pieces
            pass
