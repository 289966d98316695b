"""Evaluates a probe's responses against its expectations. Runs in a child process (`checks.calculation`)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from checks.cel import compiled, context
from checks.cel_errors import explained
from checks.outcome import Cause, CheckError
from checks.sources.body import content, unpack
from checks.vacuity import Guards, Vacuity

NAMES = ("first", "last", "responses")
_KEY = r"\.[A-Za-z_]\w*(?!\w*\s*\()|\[\s*(?:\d+|'[^']*'|\"[^\"]*\")\s*\]"
_PATH = re.compile(rf"\b(?:{'|'.join(NAMES)})(?:{_KEY})+")
_STEP = re.compile(_KEY)
_SHOWN = 100
_LONGEST = 1 << 14  # characters of one returned text, to be redacted and truncated


def read(given: Mapping[str, Any], bodies: Iterable[bytes]) -> Mapping[str, Any]:
    """`why` each of `expect` is not met, or "", and the beginning of the body that is `shown`.

    `vacuous` are those that are true although nothing was measured, each with what to write instead.

    `given` also has `responses` (status, headers, ms), and `most`, the maximum size in bytes of an unpacked
    body. Raises CheckError if a body cannot be unpacked, or an expectation is neither true nor false.
    """
    unpacked = [
        unpack(body, response["headers"].get("content-encoding", ""), most=given["most"])
        for body, response in zip(bodies, given["responses"], strict=True)
    ]
    shown = beginning(unpacked[given["shown"]])
    if not given["expect"]:
        return {"why": [], "vacuous": [], "shown": shown}
    facts = [
        {**response, "body": content(body, response["headers"])}
        for body, response in zip(unpacked, given["responses"], strict=True)
    ]
    seen = Seen.of(facts)
    why = [_bounded(why_not(text, seen)) for text in given["expect"]]
    held = [text for text, unmet in zip(given["expect"], why, strict=True) if not unmet]
    vacuous = [(str(found), found.hint) for text in held if (found := seen.vacuity(text))]
    return {"why": why, "vacuous": vacuous, "shown": shown}


class Seen:
    """The data of conditions, by the names that they use. The conversion to CEL, which takes most of the
    time, is done once.
    """

    @classmethod
    def of(cls, responses: Sequence[Mapping[str, Any]]) -> Seen:
        return cls({"first": responses[0], "last": responses[-1], "responses": responses})

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self.facts = facts
        self._guards = Guards()
        self.context = context(self.facts, self._guards.functions)

    def vacuity(self, text: str) -> Vacuity | None:
        """For an expectation that is true."""
        return self._guards.vacuity(text, self.context)


def beginning(body: bytes) -> str:
    """As much of a body as is worth showing, on one line."""
    return _bounded(body[:_LONGEST].decode("utf-8", "replace"), is_cut=len(body) > _LONGEST)


def _bounded(text: str, *, is_cut: bool = False) -> str:
    """Truncated between words: half a secret would not be recognized for redaction."""
    words = " ".join(text.split())
    if len(words) <= _LONGEST and not is_cut:
        return words
    whole, space, _ = words[:_LONGEST].rpartition(" ")
    return whole if space else words[:_LONGEST]


def why_not(text: str, seen: Seen) -> str:
    """Returns why an expectation is not met, with the values that it examined; "" if it is met. Fails closed.

    Raises CheckError if it is neither true nor false: then it says nothing about the response.
    """
    try:
        program = compiled(text)
    except ValueError as error:
        message = f"{text} is not a CEL expression: {explained(text, str(error))}"
        raise CheckError(message, cause=Cause.CONFIGURATION) from None
    try:
        outcome = program.execute(seen.context)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001  CEL raises various errors for missing fields and wrong types
        return "; ".join(_observed(text, seen.facts)) or f"it could not be evaluated: {type(error).__name__}"
    if outcome is True:
        return ""
    if outcome is not False:
        raise CheckError(
            f"{text} is {_show(outcome)[:_SHOWN]}, expected true or false",
            cause=Cause.CONFIGURATION,
            hint="Compare it with what it should be, like last.status == 200.",
        )
    return "; ".join(_observed(text, seen.facts)) or f"it came out as {_show(outcome)}"


def _observed(text: str, facts: Mapping[str, Any]) -> Iterator[str]:
    for path in dict.fromkeys(match[0] for match in _PATH.finditer(text)):
        yield _observe(path, facts)


def _observe(path: str, facts: Mapping[str, Any]) -> str:
    """Says "last.body.enqueued was true", or which part of the path is missing."""
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
