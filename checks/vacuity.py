"""Vacuously true conditions: true only because there was nothing to measure.

In CEL, `all` is true for an empty list, an empty body does not contain the word "error", and null differs
from "down". So a true condition is evaluated once more, with guards around its operands, which fail if there
is nothing. CEL's own rule allows exceptions: `true || …` absorbs the failure.

CEL offers no syntax tree, so the guards are inserted into the text: calls of functions that no expectation
may name itself.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from checks.cel import compiled

_TOKEN = re.compile(
    r"""(?P<space>\s+|//[^\n]*)
    |(?P<text>[bB]?[rR][bB]?(?:\"{3}.*?\"{3}|'{3}.*?'{3}|"[^"]*"|'[^']*')
        |[bB]?(?:\"{3}(?:\\.|.)*?\"{3}|'{3}(?:\\.|.)*?'{3}|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'))
    |(?P<number>0[xX][0-9a-fA-F]+[uU]?|(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?[uU]?)
    |(?P<name>[A-Za-z_]\w*)
    |(?P<sign>&&|\|\||[=!<>]=|.)""",
    re.VERBOSE | re.DOTALL,
)
_MACROS = frozenset({"all", "exists", "exists_one", "existsOne", "map", "filter"})
_RELATIONS = frozenset({"==", "!=", "<", "<=", ">", ">=", "in"})
_JOINTS = frozenset({"&&", "||", "?", ":", ","})
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")
_SIGNS = frozenset("!-+*/%")  # they are followed by another value
_LITERAL = re.compile(rf"-?\s*(?:{_TOKEN.pattern})", _TOKEN.flags)
_NO_NUMBERS = frozenset({"NaN", "+Inf", "-Inf"})  # as Prometheus spells them, in texts
_BLANK = re.compile(r"""(['"])(?:\s|\\[nrt])*\1""")
_PATH = re.compile(r"""(?:[\w.\s]|\[\s*(?:\d+|'[^']*'|"[^"]*")\s*\])+""")
_NAMED = {  # nothing, by the literal that expects it
    "null": re.compile(r"(?<![\w.'\"])null(?![\w'\"])"),
    **{f'"{text}"': re.compile(rf"(['\"]){re.escape(text)}\1") for text in sorted(_NO_NUMBERS)},
}


@dataclass(frozen=True)
class Vacuity:
    """An empty value that made a condition vacuously true."""

    condition: str
    what: str  # as written in the condition
    was: str  # such as "empty"
    if_fine: str  # a condition that is true exactly in that case

    def __str__(self) -> str:
        return f"{self.condition} is true although nothing was measured: {self.what} is {self.was}"

    @property
    def hint(self) -> str:
        if not self.if_fine:
            return "It was not measured; look at what it is calculated from."
        return f"Where that is fine, write {self.if_fine} || …"


class Guards:
    """Functions of a context, which fail if they are given nothing. All its conditions share them."""

    def __init__(self) -> None:
        self.functions: Mapping[str, Callable[[Any, int], Any]] = {
            "some": self._guard(_not_some),
            "answered": self._guard(_not_answered),
            "present": self._guard(_not_present),
        }
        self._guarded = Guarded("true")
        self._found: Vacuity | None = None

    def vacuity(self, text: str, facts: Any) -> Vacuity | None:
        """Returns why a true condition is vacuous; None if it is not, or allows emptiness explicitly.

        `facts`: a context with these functions.
        """
        self._guarded, self._found = Guarded(text), None
        program = compiled(self._guarded.text)
        try:
            program.execute(facts)
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001  CEL wraps what a guard raises in its own error
            return self._found
        return None

    def _guard(self, nothing_of: Callable[[Any], tuple[str, str] | None]) -> Callable[[Any, int], Any]:
        def guard(value: Any, place: int) -> Any:
            stands = self._guarded.places[place]
            nothing = nothing_of(value)
            if nothing is None or stands.names(nothing[0]):
                return value
            was, if_fine = nothing
            self._found = Vacuity(self._guarded.written, stands.what, was, if_fine.format(stands.what))
            raise ValueError(was)

        return guard


def _not_some(values: Any) -> tuple[str, str] | None:
    """For a list, a map, or the size of one."""
    return None if values else ("empty", "size({}) == 0")


def _not_answered(value: Any) -> tuple[str, str] | None:
    if not isinstance(value, str) or value.strip():
        return None
    return ("blank", f"size({{}}) <= {len(value.encode())}") if value else ("empty", "size({}) == 0")


def _not_present(value: Any) -> tuple[str, str] | None:
    if value is None:
        return "null", "{} == null"
    if isinstance(value, str) and value in _NO_NUMBERS:
        return f'"{value}"', f'{{}} == "{value}"'
    if isinstance(value, float) and not math.isfinite(value):
        return ("not a number" if math.isnan(value) else "infinite"), ""
    return None


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class _Operand:
    """A part of a condition, as written and with guards."""

    plain: str
    guarded: str

    @property
    def is_literal(self) -> bool:
        if self.plain in {"true", "false", "null"}:
            return True
        found = _LITERAL.fullmatch(self.plain)
        return bool(found and (found["text"] or found["number"]))


@dataclass(frozen=True)
class _Place:
    """The position of a guard: its operand, and what that is compared with."""

    what: str
    other: str = ""

    def names(self, nothing: str) -> bool:
        """Whether the author of the comparison expects exactly that."""
        return nothing in _NAMED and bool(_NAMED[nothing].search(self.other))


class Guarded:
    """A condition with guards: `text` is CEL again, and `places` maps each guard's number to its operand."""

    def __init__(self, text: str) -> None:
        self.places: list[_Place] = []
        self.written = text
        self._tokens = [
            _Token(str(found.lastgroup), found[0], found.start(), found.end())
            for found in _TOKEN.finditer(text)
            if found.lastgroup != "space"
        ]
        self._at = 0
        bound = re.findall(r"(?<![\w.])responses\s*\.\s*\w+\s*\(\s*(\w+)\s*,", text)
        one = "|".join(["first", "last", r"responses\s*\[[^\]]*\]", *bound])
        self._body = re.compile(rf"(?:{one})\s*(?:\.\s*body|\[\s*(?:'body'|\"body\")\s*\])")
        self.text = self._conditions()

    def _next(self, ahead: int = 0) -> str:
        position = self._at + ahead
        return self._tokens[position].text if position < len(self._tokens) else ""

    def _take(self) -> str:
        self._at += 1
        return self._tokens[self._at - 1].text

    def _since(self, first: int) -> str:
        """The text from that token to the last one consumed."""
        if first >= self._at:
            return ""
        return self.written[self._tokens[first].start : self._tokens[self._at - 1].end]

    def _place(self, what: str, other: str = "") -> int:
        self.places.append(_Place(what, other))
        return len(self.places) - 1

    def _conditions(self) -> str:
        """Up to the closing bracket, or the end."""
        written = [self._relation()]
        while self._next() in _JOINTS:
            written += [self._take(), self._relation()]
        return " ".join(written)

    def _relation(self) -> str:
        left = self._operand()
        if self._next() not in _RELATIONS:
            return left.guarded
        written, sides = [], [left]
        while self._next() in _RELATIONS:
            written.append(self._take())
            sides.append(self._operand())
        said = [self._side(sides[0], sides[1], "")]
        for before, relation, side in zip(sides, written, sides[1:], strict=False):
            said += [relation, self._side(side, before, relation)]
        return " ".join(said)

    def _side(self, side: _Operand, other: _Operand, relation: str) -> str:
        if relation == "in":
            return self._some(side)
        if side.is_literal:
            return side.plain
        value = side.plain if _BLANK.fullmatch(other.plain) else side.guarded
        return f"present({value}, {self._place(side.plain, other.plain)})"

    def _some(self, values: _Operand) -> str:
        """A list or map that is not empty.

        Passing all of it to the guard is slow, so its size is passed if it has a name.
        """
        place = self._place(values.plain)
        if not _PATH.fullmatch(values.plain):
            return f"some({values.guarded}, {place})"
        return f"(some(size({values.guarded}), {place}) == 0 ? [] : {values.guarded})"

    def _operand(self) -> _Operand:
        begin = chain = self._at  # `chain`: the token where the value begins whose parts are accessed
        value = 0  # the same in the written text
        written: list[str] = []
        while self._next() and self._next() not in _JOINTS | _RELATIONS | _CLOSING:
            if self._next() == "." and self._next(1) in _MACROS and self._next(2) == "(":
                written[value:] = [self._some(_Operand(self._since(chain), "".join(written[value:])))]
            token = self._take()
            written.append(token)
            if token in _OPENING:
                written[-1] += self._within(token)
            elif token in _SIGNS:
                chain, value = self._at, len(written)
            if self._is_whole_body(self._since(chain)):
                written.append(f".answered({self._place(self._since(chain))})")
        return _Operand(self._since(begin), "".join(written))

    def _within(self, bracket: str) -> str:
        """The content of brackets, with the closing one."""
        called = self._tokens[self._at - 2].text if bracket == "(" and self._at > 1 else ""
        first = self._at
        guarded = self._conditions()
        plain = self._since(first)
        is_asked_about = called == "has" or (called == "size" and self._body.fullmatch(plain))
        closed = (plain if is_asked_about else guarded) + (self._take() if self._next() else "")
        if called == "double":
            closed += f".present({self._place(f'double({plain})')})"
        return closed

    def _is_whole_body(self, chain: str) -> bool:
        """Whether a body is used as a whole: not a field of it, and not its size."""
        if not self._body.fullmatch(chain):
            return False
        is_part = self._next() == "[" or (self._next() == "." and self._next(2) != "(")
        return not is_part and (self._next(1), self._next(2)) != ("size", "(")
