"""YAML parsed to plain data, with the line of each value.

Built from ruamel's events one by one, so that what a configuration must not contain (aliases, tags, deep
nesting, duplicate keys) is rejected with its line before it costs anything.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path as FilePath
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    ScalarEvent,
    SequenceStartEvent,
    StreamEndEvent,
)
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.reader import ReaderError

from bot.plan.hints import how_to_write, odd_space
from bot.plan.problems import Location, Path, PlanError, Problem, spell
from bot.plan.yaml_errors import explained
from checks.regular import NotRegularError, open_regular

LARGEST = 1_000_000  # bytes per file
DEEPEST = 20
_LARGEST_NUMBER = 2**53 - 1  # beyond it, JSON parsers disagree
_UNSTORABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_APPLE_DOUBLE = b"\x00\x05\x16\x07"
_TYPED = {f"tag:yaml.org,2002:{name}" for name in ("bool", "int", "float", "null")}


@dataclass
class Document:
    """Mappings, lists, text, numbers, true, false and None; and the location of each."""

    data: Any
    locations: dict[Path, Location] = field(default_factory=dict)

    def location(self, path: Path) -> Location:
        """The location of the value at this path, or of its closest parent if there is none."""
        return next(
            self.locations[path[:end]] for end in range(len(path), -1, -1) if path[:end] in self.locations
        )

    def problem(self, path: Path, message: str) -> Problem:
        return Problem(self.location(path), spell(path), message)


def mapping(holder: Any, key: Any) -> Mapping[str, Any]:
    """The mapping under that key; empty if it is missing or not a mapping."""
    value = holder.get(key) if isinstance(holder, Mapping) else None
    return value if isinstance(value, dict) else {}


def read(file: FilePath) -> Document:
    """Raises PlanError: with the first problem of a file that cannot be parsed, or with all its duplicate keys."""
    return _Reader(str(file), _text_of(file)).document()


def _text_of(file: FilePath) -> str:
    whole = Location(str(file), 0)
    try:
        with open_regular(file) as stream:
            content = stream.read(LARGEST + 1)
    except NotRegularError:
        raise PlanError([Problem(whole, "", "expected a file")]) from None
    except OSError as error:
        raise PlanError([Problem(whole, "", f"cannot be read: {error.strerror}")]) from None
    if len(content) > LARGEST:
        raise PlanError(
            [Problem(whole, "", f"expected at most {LARGEST:,} bytes; split it into a folder of files")]
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise PlanError([Problem(Location(str(file), line), "", _encoding(content))]) from None


def _encoding(content: bytes) -> str:
    """The probable encoding of a file that is not UTF-8, and what to do."""
    if content.startswith(_APPLE_DOUBLE):
        return "not YAML, but macOS metadata for the file of that name: delete it"
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "expected UTF-8, but this is UTF-16: save the file as UTF-8"
    return "expected UTF-8: save the file as UTF-8 (it may be Windows-1252)"


class _Reader:
    """One pass over the events of one file."""

    def __init__(self, file: str, text: str) -> None:
        self._file = file
        self._text = text
        self._yaml = YAML(typ="safe", pure=True)
        self._locations: dict[Path, Location] = {}
        self._repeated: list[Problem] = []

    def document(self) -> Document:
        self._refuse_odd_spaces()
        self._refuse_deep_lines()
        try:
            data = self._only_document()
        except ReaderError as error:
            line = self._text.count("\n", 0, error.position) + 1
            raise self._error(line, (), "expected no control characters") from None
        except MarkedYAMLError as error:
            line, said = explained(error, self._text.splitlines())
            raise self._error(line, (), said) from None
        except YAMLError as error:
            raise self._error(0, (), str(error)) from None
        if self._repeated:
            raise PlanError(self._repeated)
        return Document(data, self._locations)

    def _written(self, line: int) -> str:
        lines = self._text.splitlines()
        return lines[line - 1] if 0 < line <= len(lines) else ""

    def _refuse_odd_spaces(self) -> None:
        for number, line in enumerate(self._text.split("\n"), 1):
            if odd_space(line):
                message = "expected ordinary spaces: this line has a no-break or zero-width space, probably from pasted text"
                raise self._error(number, (), message)

    def _refuse_deep_lines(self) -> None:
        """ruamel's scanner takes quadratic time for brackets nested on one line."""
        for number, line in enumerate(self._text.split("\n"), 1):
            steps = ((letter in "[{") - (letter in "]}") for letter in line)
            if line.count("[") + line.count("{") > DEEPEST and max(accumulate(steps)) > DEEPEST:
                raise self._error(number, (), f"expected at most {DEEPEST} levels")

    def _only_document(self) -> Any:
        events: Iterator[Event] = self._yaml.parse(self._text)
        next(events)
        start = next(events)
        if not isinstance(start, DocumentStartEvent):
            raise self._error(0, (), "empty; expected version, people, sources and environments")
        if start.version not in {None, (1, 2)}:
            raise self._error(_line(start), (), "expected YAML 1.2")
        self._locations[()] = Location(self._file, 1)
        data = self._value(next(events), (), events)
        assert isinstance(next(events), DocumentEndEvent)
        if not isinstance(following := next(events), StreamEndEvent):
            raise self._error(_line(following), (), "expected one document per file")
        return data

    def _value(self, event: Event, path: Path, events: Iterator[Event]) -> Any:
        self._refuse_aliases_and_tags(event, path)
        if isinstance(event, ScalarEvent):
            return self._scalar(event, path)
        return (self._mapping if isinstance(event, MappingStartEvent) else self._sequence)(path, events)

    def _refuse_aliases_and_tags(self, event: Event, path: Path) -> None:
        if isinstance(event, AliasEvent):
            raise self._error(
                _line(event), path, f"expected a value, not the alias *{event.anchor}: write it out"
            )
        assert isinstance(event, ScalarEvent | MappingStartEvent | SequenceStartEvent)
        if event.anchor:
            raise self._error(
                _line(event), path, f"expected no anchor (&{event.anchor}): aliases are not used here"
            )
        if event.tag:
            line, tag = _line(event), str(event.tag)
            hint = how_to_write(self._written(line)) if tag.startswith("!=") else ""
            raise self._error(line, path, f"expected no tag ({tag}){hint}")
        if len(path) > DEEPEST:
            raise self._error(_line(event), path[:2], f"expected at most {DEEPEST} levels")

    def _mapping(self, path: Path, events: Iterator[Event]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        while not isinstance(event := next(events), CollectionEndEvent):
            self._refuse_aliases_and_tags(event, path)
            if not isinstance(event, ScalarEvent):
                hint = how_to_write(self._written(_line(event)))
                raise self._error(_line(event), path, f"expected a name as the key{hint}")
            key = self._plain(event, path)
            at = (*path, key)
            if key in values:
                message = f"written twice, first on line {self._locations[at].line}"
                self._repeated.append(Problem(Location(self._file, _line(event)), spell(at), message))
            else:
                self._locations[at] = Location(self._file, _line(event))
            values[key] = self._value(next(events), at, events)
        return values

    def _sequence(self, path: Path, events: Iterator[Event]) -> list[Any]:
        values: list[Any] = []
        while not isinstance(event := next(events), CollectionEndEvent):
            at = (*path, len(values))
            self._locations[at] = Location(self._file, _line(event))
            values.append(self._value(event, at, events))
        return values

    def _scalar(self, event: ScalarEvent, path: Path) -> Any:
        """Text stays text, including dates and times: only types of YAML 1.2's core schema are converted."""
        text = self._plain(event, path)
        if event.style == ">" and not text.strip():
            hint = how_to_write(self._written(_line(event)))
            raise self._error(_line(event), path, f"expected text after >, which begins folded text{hint}")
        tag = self._yaml.resolver.resolve(ScalarNode, text, event.implicit)
        if str(tag) not in _TYPED:
            return text
        try:
            value = self._yaml.constructor.construct_object(ScalarNode(tag, text))
        except ValueError:
            raise self._error(_line(event), path, f"expected a number, not {text[:80]!r}") from None
        if isinstance(value, int | float) and not (math.isfinite(value) and abs(value) <= _LARGEST_NUMBER):
            raise self._error(
                _line(event), path, f"expected a number up to {_LARGEST_NUMBER:,}, not {text[:80]}"
            )
        return value

    def _plain(self, event: ScalarEvent, path: Path) -> str:
        """Rejects what JSON or PostgreSQL cannot store: NUL and other control characters, lone surrogates."""
        if _UNSTORABLE.search(event.value):
            raise self._error(_line(event), path, "expected no control characters")
        return str(event.value)

    def _error(self, line: int, path: Path, message: str) -> PlanError:
        return PlanError([Problem(Location(self._file, line), spell(path), message)])


def _line(event: Event) -> int:
    return int(event.start_mark.line) + 1
