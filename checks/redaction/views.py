"""Views of a text: look-alikes unified, invisible characters removed, escapes decoded.

A view maps each of its characters to those of the text. Pure, and linear in the text's length.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple


class Edit(NamedTuple):
    """`piece` replaces text[start:end]."""

    start: int
    end: int
    piece: str


class Stage(NamedTuple):
    """One step from a text to a view of it. `edits` are the places where the two differ, in order."""

    apply: Callable[[str], str]
    edits: Callable[[str], Iterable[Edit]]


_COLOURS = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ASCII_UNSEEN = re.compile(rf"{_COLOURS.pattern}|{_UNSEEN.pattern}")
_FOLDED = re.compile(rf"{_COLOURS.pattern}|{_UNSEEN.pattern}|[^\x00-\x7f]")
_WRAPS = re.compile(r"(?:\r\n|[\r\n])[ \t]*")
_CONTINUED = re.compile(r"[\\=](?:\r\n|[\r\n])[ \t]*")
_SPACES = re.compile(r"\s+")
_ESCAPES = re.compile(
    r"(?:%[0-9A-Fa-f]{2}){1,64}"
    r"|&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});"
    r"|(?:\\x[0-9A-Fa-f]{2}){1,64}|(?:\\[0-3][0-7]{2}){1,64}"
    r"|(?:\\u[0-9A-Fa-f]{4}){1,64}|\\U[0-9A-Fa-f]{8}|\\u\{[0-9A-Fa-f]{1,6}\}"
    r"|'\\''|'\"'\"'"
    r"|\\."
)
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "0": "\0", "v": "\v", "a": "\a"}
_DIGITS = re.compile(r"[0-9a-f]{2,8}(?:(?:[\s:,;-]|0x|\\x){1,4}[0-9a-f]{2,8}){2}")
_BETWEEN = re.compile(r"(?:[\s:,;-]|0x|\\x){1,8}(?=[0-9a-f]{2})")


class _Folding(dict[int, str]):
    """Each character in its form for comparison: compatibility forms resolved, invisible marks removed."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        unseen = unicodedata.category(char) in {"Cf", "Cc", "Mn", "Me", "Co", "Cs"} and char not in "\t\n\r"
        self[code] = "" if unseen or char in _BLANK else _compared(char)
        return self[code]


_BLANK = "\u115f\u1160\u3164\uffa0"  # letters that show nothing


def _compared(char: str) -> str:
    return "".join(part for part in unicodedata.normalize("NFKD", char) if not unicodedata.combining(part))


_FOLDING = _Folding()


def folded(text: str) -> str:
    if text.isascii():
        return _ASCII_UNSEEN.sub("", text) if _UNSEEN.search(text) else text
    return (_COLOURS.sub("", text) if "\x1b" in text else text).translate(_FOLDING)


def _fold_edits(text: str) -> Iterator[Edit]:
    for found in (_ASCII_UNSEEN if text.isascii() else _FOLDED).finditer(text):
        char = found[0]
        yield Edit(found.start(), found.end(), "" if len(char) > 1 or char.isascii() else _FOLDING[ord(char)])


def unescaped(text: str) -> str:
    return _ESCAPES.sub(lambda found: _undone(found[0]), text) if has_escapes(text) else text


def has_escapes(text: str) -> bool:
    return "%" in text or "\\" in text or "&" in text or "'\"'\"'" in text


@lru_cache(maxsize=4096)
def _undone(written: str) -> str:
    """The decoded form of one escape."""
    match written[0]:
        case "%":
            return _decoded(bytes.fromhex(written.replace("%", "")), written)
        case "&":
            import html  # with its table of names, which few processes need

            return html.unescape(written)
        case "'":
            return "'"
    return _without_backslash(written, written[1])


def _without_backslash(written: str, kind: str) -> str:
    if len(written) == 2:  # noqa: PLR2004  the backslash and a letter
        return _CONTROLS.get(kind, kind)
    if kind == "x":
        return _decoded(bytes.fromhex(written.replace("\\x", "")), written)
    if kind in "uU":
        return _characters(written)
    return _decoded(bytes(int(byte, 8) for byte in written.split("\\")[1:]), written)


def _characters(written: str) -> str:
    if written[2] == "{" or written[1] == "U":
        number = int(written[2:].strip("{}"), 16)
        return chr(number) if number <= sys.maxunicode else written
    return bytes.fromhex(written.replace("\\u", "")).decode("utf-16-be", "replace")


def _decoded(data: bytes, written: str) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return written if len(data) == 1 else data.decode("latin-1")


def _edits_of(pattern: re.Pattern[str], piece: Callable[[str], str]) -> Callable[[str], Iterable[Edit]]:
    return lambda text: (
        Edit(found.start(), found.end(), piece(found[0])) for found in pattern.finditer(text)
    )


def _removing(pattern: re.Pattern[str]) -> Stage:
    return Stage(lambda text: pattern.sub("", text), _edits_of(pattern, lambda _: ""))


def _lower_edits(text: str) -> Iterable[Edit]:
    if len(text.lower()) == len(text):
        return ()
    return (Edit(at, at + 1, char.lower()) for at, char in enumerate(text) if len(char.lower()) != 1)


def _without_gaps(text: str) -> str:
    return _BETWEEN.sub("", text) if _DIGITS.search(text) else text


def _gap_edits(text: str) -> Iterable[Edit]:
    return _edits_of(_BETWEEN, lambda _: "")(text) if _DIGITS.search(text) else ()


FOLD = Stage(folded, _fold_edits)
UNESCAPE = Stage(unescaped, _edits_of(_ESCAPES, _undone))
UNWRAP = _removing(_WRAPS)
CONTINUE = _removing(_CONTINUED)  # as a shell and quoted-printable mark continued lines
CLOSE_UP = _removing(_SPACES)
LOWER = Stage(lambda text: text.lower(), _lower_edits)
PACK_DIGITS = Stage(_without_gaps, _gap_edits)


def view(text: str, stages: Iterable[Stage]) -> str:
    for stage in stages:
        text = stage.apply(text)
    return text


class Places:
    """Maps a part of a view to the part of the text."""

    def __init__(self, text: str, stages: Iterable[Stage]) -> None:
        self._steps: list[tuple[list[int], list[Edit]]] = []  # where each piece begins in the view
        for stage in stages:
            edits = list(stage.edits(text))
            grown = accumulate((len(edit.piece) - (edit.end - edit.start) for edit in edits), initial=0)
            begins = [edit.start + more for edit, more in zip(edits, grown, strict=False)]
            self._steps.append((begins, edits))
            text = stage.apply(text)

    def of(self, start: int, end: int) -> tuple[int, int]:
        for begins, edits in reversed(self._steps):
            start, end = _before(start, begins, edits)[0], _before(end - 1, begins, edits)[1]
        return start, end


def _before(place: int, begins: Sequence[int], edits: Sequence[Edit]) -> tuple[int, int]:
    """Where a character of the view begins and ends in the text before that step."""
    at = bisect_right(begins, place) - 1
    if at < 0:
        return place, place + 1
    beyond = place - begins[at] - len(edits[at].piece)
    if beyond < 0:
        return edits[at].start, edits[at].end
    return edits[at].end + beyond, edits[at].end + beyond + 1
