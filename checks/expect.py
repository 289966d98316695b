"""Expectations: CEL expressions over the answers of a probe, and why one is not met.

CEL has no evaluation budget and holds the interpreter's lock, so the cost is bounded by what may be
written: a short expression with at most one comprehension is linear in the size of the answers.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

import cel
from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

NAMES = ("first", "last", "responses")
_FUNCTIONS = frozenset(
    {"size", "startsWith", "endsWith", "contains", "matches", "int", "uint", "double", "string"}
)
_COMPREHENSION = re.compile(r"\.\s*(?:all|exists|exists_one|map|filter)\s*\(\s*(\w+)\s*,")
_TEXT = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
_KEY = r"\.[A-Za-z_]\w*(?!\w*\s*\()|\[\s*(?:\d+|'[^']*'|\"[^\"]*\")\s*\]"
_PATH = re.compile(rf"\b(?:{'|'.join(NAMES)})(?:{_KEY})+")
_STEP = re.compile(_KEY)
_LONGEST = 500
_DEEPEST = 20


@dataclass(frozen=True)
class Expectation:
    """A condition that must come out true."""

    text: str
    program: cel.Program = field(compare=False, repr=False)

    @classmethod
    def parse(cls, text: Any) -> Expectation:
        """ValueError with what was expected where it is no CEL over `first`, `last` and `responses`."""
        if not isinstance(text, str) or len(text) > _LONGEST:
            raise ValueError(
                f"expected a CEL expression of at most {_LONGEST} characters, like last.status == 200"
            )
        bare = _TEXT.sub("''", text)
        if _depth(bare) > _DEEPEST:
            raise ValueError(f"expected at most {_DEEPEST} brackets within brackets")
        bound = _COMPREHENSION.findall(bare)
        if len(bound) > 1:
            raise ValueError(
                "expected at most one of all, exists, exists_one, map and filter; split it in two"
            )
        try:
            program = cel.compile(text)
        except ValueError as error:
            raise ValueError(f"expected a CEL expression: {str(error).splitlines()[0]}") from None
        _check_names(program.references(), {*NAMES, *bound})
        return cls(text, program)

    def failure(self, facts: Mapping[str, Any]) -> str:
        """Why it is not met, with the values it looked at; "" where it is met. Fails closed."""
        try:
            outcome = self.program.execute(dict(facts))
        except Exception as error:  # noqa: BLE001  CEL raises what it likes for missing fields and wrong types
            return "; ".join(self._observed(facts)) or f"it could not be evaluated: {type(error).__name__}"
        if outcome is True:
            return ""
        return "; ".join(self._observed(facts)) or f"it came out as {_show(outcome)}"

    def _observed(self, facts: Mapping[str, Any]) -> Iterator[str]:
        for path in dict.fromkeys(match[0] for match in _PATH.finditer(self.text)):
            yield _observe(path, facts)


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
            if name not in allowed:
                near = difflib.get_close_matches(name, sorted(allowed), n=1)
                hint = f"; did you mean {near[0]!r}?" if near else ""
                raise ValueError(
                    f"no {what} is called {name!r}, expected one of {', '.join(sorted(allowed))}{hint}"
                )


def _observe(path: str, facts: Mapping[str, Any]) -> str:
    """Says "last.body.enqueued was true", or which part of the path is not there."""
    steps = _STEP.findall(path)
    walked = path[: path.index(steps[0])]
    value = facts[walked]
    for step in steps:
        key = step.strip(".[] '\"")
        if isinstance(value, dict) and key in value:
            value = value[key]
        elif isinstance(value, list) and key.isdigit() and int(key) < len(value):
            value = value[int(key)]
        elif isinstance(value, str) and walked.endswith(".body"):
            return f"{walked} was not JSON"
        else:
            return f"{walked} has no field {key}"
        walked += step
    return f"{path} was {_show(value)}"


def _show(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


CelExpectation = Annotated[
    Expectation,
    PlainValidator(lambda value: value if isinstance(value, Expectation) else Expectation.parse(value)),
    PlainSerializer(lambda expectation: expectation.text, return_type=str),
    WithJsonSchema({"type": "string", "maxLength": _LONGEST, "examples": ["last.status == 200"]}),
]
