"""Finds secrets in a text, however they are written, and removes them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

from checks.redaction.parts import parts
from checks.redaction.shapes import Shape, digits, shapes
from checks.redaction.views import (
    CLOSE_UP,
    CONTINUE,
    FOLD,
    LOWER,
    PACK_DIGITS,
    UNESCAPE,
    UNWRAP,
    Places,
    Stage,
    folded,
    has_escapes,
    view,
)

REDACTED = "[redacted]"
LONGEST = 1 << 18  # characters; the middle of a longer text is omitted
_ROUNDS = 3  # levels of nested escapes that are decoded
_LONG = 1 << 12  # characters from which one RE2 search is cheaper than a search for every shape
_KEY = 24  # characters of a shape that RE2 searches for
_LONG_ENOUGH = 8  # characters, so that half of it differs from a word
_CUT = re.compile(r"…|\.\.\.")
_PACKED = re.compile(r"[a-z0-9+/_-]{0,2}", re.ASCII)
_PADDED = re.compile(r"[a-z0-9+/_-]{0,2}={0,2}", re.ASCII)


class Redactor:
    """Built from secrets, on first use: deriving their shapes takes about a millisecond each."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._secrets = frozenset(secrets)

    def redact(self, text: str) -> str:
        if not self._secrets or not text:
            return text
        if len(text) > LONGEST:
            return self.redact(f"{text[: LONGEST // 2]}\n[…]\n{text[-LONGEST // 2 + 8 :]}")
        return _without(text, self._spans(text))

    def finds(self, texts: Iterable[str]) -> bool:
        """Whether any of them may contain a secret: one search for many short texts."""
        joined = "\n".join(texts)
        return len(joined) > LONGEST or any(True for _ in self._spans(joined))

    def _cut_short(self, seen: str) -> Iterator[tuple[int, int]]:
        """The beginnings of secrets, at least half of them, at the end of truncated text."""
        for end in (len(seen), *(found.start() for found in _CUT.finditer(seen))):
            for part, half in self._halves:
                start = seen.find(half, max(0, end - len(part)), end)
                if start >= 0 and part.startswith(seen[start:end]):
                    yield start, end

    @cached_property
    def _parts(self) -> frozenset[str]:
        return frozenset(part for secret in self._secrets for part in parts(secret))

    @cached_property
    def _halves(self) -> Sequence[tuple[str, str]]:
        long = sorted(folded(part) for part in self._parts if len(part) >= _LONG_ENOUGH)
        return [(part, part[: (len(part) + 1) // 2]) for part in long]

    @cached_property
    def _looks(self) -> Sequence[_Look]:
        known = self._parts
        found = {shape for part in known for shape in shapes(part)}
        hexadecimal = {Shape(text) for part in known for text in digits(part)}
        exact = {shape for shape in found if shape.exact}
        looks = (
            _Look((), exact),
            _Look((UNWRAP, LOWER), found - exact),
            _Look((CONTINUE, UNWRAP, LOWER), found - exact, needs=("\\\n", "\\\r", "=\n", "=\r")),
            _Look((CLOSE_UP, LOWER), {shape for shape in found - exact if " " in shape.text}),
            _Look((LOWER, PACK_DIGITS), hexadecimal),
        )
        return [look for look in looks if look.shapes]

    def _spans(self, text: str) -> Iterator[tuple[int, int]]:
        stages: tuple[Stage, ...] = (FOLD,)
        for _ in range(_ROUNDS + 1):
            seen = view(text, stages)
            for look in self._looks:
                if found := list(look.found(seen)):
                    places = Places(text, (*stages, *look.stages))
                    yield from (places.of(start, end) for start, end in found)
            if len(stages) == 1 and (cut := list(self._cut_short(seen))):
                places = Places(text, stages)
                yield from (places.of(start, end) for start, end in cut)
            if not has_escapes(seen):
                return
            stages = (*stages, UNESCAPE, FOLD)


class _Look:
    """Some shapes, and the view of a text in which they are searched."""

    def __init__(
        self, stages: Sequence[Stage], shapes: Iterable[Shape], needs: tuple[str, ...] = ("",)
    ) -> None:
        self.stages = stages
        self._needs = (
            needs  # the text must contain one of these; otherwise the view equals that of another look
        )
        self.shapes = sorted(
            shape._replace(text=view(shape.text, stages), whole=view(shape.whole, stages)) for shape in shapes
        )

    def found(self, seen: str) -> Iterator[tuple[int, int]]:
        if not any(mark in seen for mark in self._needs):
            return
        text = view(seen, self.stages)
        if len(text) >= _LONG and self._finder.search(text) is None:
            return
        for shape in self.shapes:
            start = text.find(shape.text)
            while start >= 0:
                end = start + len(shape.text)
                yield _grown(text, start, end, shape)
                start = text.find(shape.text, end)

    @cached_property
    def _finder(self) -> Any:
        import re2  # late: most texts are short

        options = re2.Options()
        options.max_mem = 64 << 20
        keys = {shape.text[:_KEY] for shape in self.shapes}
        return re2.compile("|".join(map(re2.escape, sorted(keys))), options)


def _grown(text: str, start: int, end: int, shape: Shape) -> tuple[int, int]:
    """Extended by what belongs to it on either side."""
    if shape.packed:
        before = _PACKED.match(text[max(0, start - 2) : start][::-1])
        after = _PADDED.match(text, end)
        return start - (before.end() if before else 0), after.end() if after else end
    before_it, after_it = shape.whole[: shape.offset], shape.whole[shape.offset + len(shape.text) :]
    while before_it and start and text[start - 1] == before_it[-1]:
        start, before_it = start - 1, before_it[:-1]
    while after_it and end < len(text) and text[end] == after_it[0]:
        end, after_it = end + 1, after_it[1:]
    return start, end


def _without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    kept: list[str] = []
    place = 0
    for start, end in _joined(sorted(spans)):
        kept += (text[place:start], REDACTED)
        place = end
    return "".join((*kept, text[place:])) if kept else text


def _joined(spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Adjacent ones merged."""
    open_start, open_end = -1, -1
    for start, end in spans:
        if start <= open_end:
            open_end = max(open_end, end)
            continue
        if open_end >= 0:
            yield open_start, open_end
        open_start, open_end = start, end
    if open_end >= 0:
        yield open_start, open_end
