"""Expectations: CEL expressions over the responses of a probe.

CEL has no evaluation budget, and a comprehension that mentions a body takes quadratic time. So responses are
evaluated in a separate process (`checks.responses`), and only our own examples here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

from checks import spelling
from checks.cel import compiled
from checks.cel_errors import explained
from checks.outcome import Cause, CheckError
from checks.placeholders import fill, names_in, no_misspelt
from checks.responses import NAMES
from checks.vacuity import Guarded

FIELDS = ("status", "body", "headers", "ms")
_BODIES: tuple[Any, ...] = ({}, "text", 3, True, [])  # of every type that a response may have
_FIELD = re.compile(r"\b(first|last|responses\[\d+\])\.(\w+)(?!\w*\s*\()")
_HEADER = re.compile(r"\.headers\[\s*['\"]([^'\"]*)['\"]\s*\]")
_ELSEWHERE = {"True": "true", "False": "false", "None": "null", "nil": "null", "undefined": "null"}
_FUNCTIONS = frozenset(
    {"size", "startsWith", "endsWith", "contains", "matches", "int", "uint", "double", "string"}
)
_COMPREHENSION = re.compile(r"\.\s*(?:all|exists|exists_one|map|filter)\s*\(\s*(\w+)\s*,")
_TEXT = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
_STATUS_KEY = re.compile(r"\[\s*(['\"])status\1\s*\]")
_OVER_RESPONSES = re.compile(r"(?<![\w.])responses\s*\.\s*\w+\s*\(\s*(\w+)\s*,")
_STATUS_OF = re.compile(r"(?<![\w.])(\w+)\s*(?:\[\s*(\d+)\s*\])?\s*\.\s*status\b")
_ENDS_TEXT = re.compile(r"['\"\\\r\n]")
LONGEST = 500
_DEEPEST = 20


@dataclass(frozen=True)
class Expectation:
    """A condition that must be true."""

    text: str

    @classmethod
    def parse(cls, text: Any) -> Expectation:
        """Raises ValueError, with what was expected, unless it is CEL over `first`, `last` and `responses`."""
        program = parsed(text, NAMES, "last.status == 200")
        _check_fields(text)
        if not _may_be_true(program):
            raise ValueError(f"expected a comparison, like last.status == 200: {text} is not true or false")
        return cls(text)

    def filled(self, values: Mapping[str, str]) -> str:
        """With the run's values in its texts. Raises CheckError if one is missing, or would end its text."""
        return fill(self.text, values, _within_text)

    def statuses(self, count: int) -> frozenset[int]:
        """Returns the positions of the responses whose status it examines."""
        bare = _TEXT.sub("''", _STATUS_KEY.sub(".status", self.text))
        each = _OVER_RESPONSES.findall(bare)
        found: set[int] = set()
        for name, position in _STATUS_OF.findall(bare):
            if name in each and not position:
                found.update(range(count))
            elif position and name == "responses":
                found.add(int(position))
            elif not position and name in {"first", "last"}:
                found.add(0 if name == "first" else count - 1)
        return frozenset(found)


def parsed(text: Any, names: Sequence[str], example: str) -> Any:
    """A CEL program over these names. Raises ValueError, with what was expected, for anything else."""
    if not isinstance(text, str) or len(text) > LONGEST:
        raise ValueError(f"expected a CEL expression of at most {LONGEST} characters, like {example}")
    bare = _TEXT.sub("''", no_misspelt(text))
    if names_in(bare):
        raise ValueError('expected quotes around a placeholder, like last.body.version == "{{version}}"')
    if _depth(bare) > _DEEPEST:
        raise ValueError(f"expected at most {_DEEPEST} brackets within brackets")
    bound = _COMPREHENSION.findall(bare)
    if len(bound) > 1:
        raise ValueError("expected at most one of all, exists, exists_one, map and filter; split it in two")
    try:
        program = compiled(text)
        compiled(Guarded(text).text)
    except ValueError as error:
        why = explained(text, str(error))
        raise ValueError(f"expected a CEL expression, like {example}; {why}") from None
    _check_names(program.references(), {*names, *bound})
    return program


def _within_text(name: str, value: str) -> str:
    if _ENDS_TEXT.search(value):
        raise CheckError(
            f"{{{{{name}}}}} is {value!r}, but text in an expectation cannot contain quotes, backslashes or line breaks",
            cause=Cause.CONFIGURATION,
        )
    return value


def _may_be_true(program: Any) -> bool:
    """Whether it can be true or false for some response; unknown counts as yes."""
    found = False
    for body in _BODIES:
        outcome = _tried(program, body)
        if isinstance(outcome, bool):
            return True
        found = found or outcome is not None
    return not found


def _tried(program: Any, body: Any) -> Any:
    answer = {"status": 200, "headers": {}, "body": body, "ms": 1.5}
    try:
        return program.execute({"first": answer, "last": answer, "responses": [answer]})
    except Exception:  # noqa: BLE001  as in `checks.responses.why_not`
        return None


def _depth(text: str) -> int:
    depth = deepest = 0
    for character in text:
        depth += (character in "([{") - (character in ")]}")
        deepest = max(deepest, depth)
    return deepest


def _check_names(references: Mapping[str, list[str]], known: set[str]) -> None:
    functions = [name for name in references["functions"] if name[0].isalpha()]
    for names, allowed, what in (
        (references["variables"], known, "name"),
        (functions, _FUNCTIONS, "function"),
    ):
        for name in names:
            if name in _ELSEWHERE:
                raise ValueError(f"expected {_ELSEWHERE[name]}, not {name}")
            if name not in allowed:
                raise ValueError(spelling.unknown(what, name, allowed))


def _check_fields(text: str) -> None:
    for path, name in _FIELD.findall(text):
        if name not in FIELDS:
            near = spelling.did_you_mean(name, FIELDS)
            raise ValueError(f"{path} has no {name!r}, expected one of {', '.join(FIELDS)}{near}")
    for name in _HEADER.findall(text):
        if name != name.lower():
            raise ValueError(f"expected the header's name in lower case: {name.lower()!r}, not {name!r}")


CelExpectation = Annotated[
    Expectation,
    PlainValidator(lambda value: value if isinstance(value, Expectation) else Expectation.parse(value)),
    PlainSerializer(lambda expectation: expectation.text, return_type=str),
    WithJsonSchema({"type": "string", "maxLength": LONGEST, "examples": ["last.status == 200"]}),
]
