"""Counts of JUnit XML, in the dialects that test runners write.

There is no standard. These rules are derived from the output of surefire, gradle, pytest, jest-junit, mocha,
vitest, Playwright, go-junit-report, gotestsum, googletest, ctest, Catch2, cargo-nextest, PHPUnit, behave,
bazel and the converters of TRX: a test's outcome is in child elements or in `status` and `result`; suites
nest, and their counters include nested ones; a suite can fail outside its tests, which only its counters
show. A test not known to have passed has not passed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any
from xml.etree.ElementTree import ParseError
from xml.parsers.expat import errors

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import XMLParser

from checks.reports.files import ReportError
from checks.reports.markup import clean
from checks.reports.report import NAMES, Named, Report, bounded, documents

_ROOTS = frozenset({"testsuites", "testsuite", "testrun"})
_DEEPEST = 100
_MOST_LINES = 10
_OUT_OF_MEMORY = errors.codes[errors.XML_ERROR_NO_MEMORY]

# the meaning of an element within a test, and of a word in its status or result
_ELEMENTS = {
    **dict.fromkeys(("error", "rerunerror"), "errors"),
    **dict.fromkeys(("failure", "rerunfailure"), "failures"),
    **dict.fromkeys(
        (
            "skipped",
            "disabled",
            "ignored",
            "pending",
            "notrun",
            "todo",
            "incomplete",
            "inconclusive",
            "risky",
            "warning",
        ),
        "skipped",
    ),
    **dict.fromkeys(("flakyfailure", "flakyerror"), "flaky"),
}
_WORDS = {
    **dict.fromkeys(
        (
            "run",
            "ran",
            "completed",
            "complete",
            "executed",
            "done",
            "finished",
            "pass",
            "passed",
            "success",
            "successful",
            "succeeded",
            "ok",
            "true",
            "xfail",
            "expected",
        ),
        "passed",
    ),
    **dict.fromkeys(
        (
            "fail",
            "failed",
            "failure",
            "false",
            "broken",
            "undefined",
            "unexpected",
            "xpass",
            "timeout",
            "timedout",
            "crashed",
        ),
        "failures",
    ),
    **dict.fromkeys(("error", "errored", "errors"), "errors"),
}
_WORST_FIRST = ("errors", "failures", "skipped", "flaky", "passed")


def count(_given: Mapping[str, Any], blobs: Iterable[bytes]) -> Mapping[str, Any]:
    """Counts all files of a report (`files.contents`) as one `Report`. Runs in a child process
    (`checks.calculation`).
    """
    try:
        report = _counted(iter(blobs))
    except ReportError as error:
        report = Report(problem=bounded(str(error)))
    return asdict(report)


def _counted(blobs: Iterator[bytes]) -> Report:
    """Raises ReportError if it is broken or empty."""
    counter = _Counter()
    strangers = [
        f"{name} is <{root[:40]}>, not JUnit XML"
        for name, chunks in documents(blobs)
        if (root := _read(name, chunks, counter))
    ]
    if strangers and not counter.is_started:
        raise ReportError(strangers[0])
    return counter.report(strangers)


def _read(name: str, chunks: Iterator[bytes], counter: _Counter) -> str:
    """Counts the file; or returns the name of its root if that is not JUnit's."""
    parser = XMLParser(target=_Target(counter))
    is_empty = True
    try:
        for text in clean(chunks):
            is_empty = is_empty and not text
            parser.feed(text)
        parser.close()
    except _NotJunitError as error:
        return str(error)
    except ParseError as error:
        if error.code == _OUT_OF_MEMORY:
            raise MemoryError from None
        line, column = error.position
        where = "it is empty" if is_empty else f"line {line}, column {column + 1}"
        raise ReportError(f"the report {name} is not valid JUnit XML: {where}") from None
    except (DefusedXmlException, ValueError, RecursionError):
        raise ReportError(f"the report {name} is not valid JUnit XML") from None
    return ""


class _NotJunitError(Exception):
    """The root is another format's."""


@dataclass
class _Case:
    name: str
    marks: Counter[str]
    message: str = ""

    @classmethod
    def of(cls, attributes: Mapping[str, str]) -> _Case:
        names = [attributes.get(key, "").strip() for key in ("classname", "name")]
        return cls(".".join(filter(None, names)) or "a test without a name", Counter(_marks(attributes)))

    @property
    def outcome(self) -> str:
        return next((kind for kind in _WORST_FIRST if self.marks[kind]), "passed")


def _marks(attributes: Mapping[str, str]) -> Iterator[str]:
    for key in ("status", "result"):
        if word := re.sub(r"[\s_-]", "", attributes.get(key, "")).lower():
            yield _WORDS.get(word, "skipped")
    for key in ("skipped", "disabled", "ignored"):
        if attributes.get(key, "").lower() in {"true", "1", "yes"}:
            yield "skipped"
    if attributes.get("executed", "").lower() in {"false", "0", "no"}:
        yield "skipped"


@dataclass
class _Suite:
    name: str
    declared: Mapping[str, int]
    # tests, and signs of failure; including nested suites
    seen: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, attributes: Mapping[str, str]) -> _Suite:
        numbers = {key: value for key, value in attributes.items() if re.fullmatch(r"\d{1,9}", value)}
        return cls(
            attributes.get("name", "").strip() or "a suite", {key: int(numbers[key]) for key in numbers}
        )

    def outside(self) -> Iterator[tuple[str, int]]:
        """Failures and errors that it counts, but that no test or suite in it shows."""
        failures, errors = self.declared.get("failures", 0), self.declared.get("errors", 0)
        if failures == errors == self.seen["failures"]:  # some count every failure as an error as well
            return
        for kind, declared in (("failures", failures), ("errors", errors)):
            if (lost := declared - self.seen[kind] - self.seen["flaky"]) > 0:
                yield kind, lost

    @property
    def lists_nothing(self) -> bool:
        left_out = self.declared.get("skipped", 0) + self.declared.get("disabled", 0)
        return not self.seen["tests"] and self.declared.get("tests", 0) > left_out


class _Counter:
    """The totals over all files."""

    def __init__(self) -> None:
        self.is_started = False
        self._counts = Counter(dict.fromkeys(NAMES, 0))
        self._declared = 0
        self._failed = Named()
        self._silent: list[str] = []

    def start(self) -> None:
        self.is_started = True

    def case(self, case: _Case) -> None:
        self._counts["tests"] += 1
        self._counts[case.outcome] += 1
        if case.outcome == "flaky":
            self._counts["passed"] += 1
        if case.outcome in {"errors", "failures"}:
            self._failed.add(f"{case.name}: {case.message}" if case.message else case.name)

    def outside(self, suite: str, kind: str, number: int, message: str = "") -> None:
        self._counts["tests"] += number
        self._counts[kind] += number
        said = f"{suite}: {number} {kind} outside its tests"
        self._failed.add(f"{said}: {message}" if message else said)

    def silent(self, suite: _Suite) -> None:
        self._silent.append(f"{suite.name} counts {suite.declared['tests']:,} tests and lists none of them")

    def root(self, suite: _Suite) -> None:
        self._declared += max(suite.declared.get("tests", 0), suite.seen["tests"])

    def report(self, notes: list[str]) -> Report:
        if self._silent and not self._failed:
            raise ReportError(self._silent[0])
        failed = self._failed.of(self._counts["failures"] + self._counts["errors"])
        if self._declared > self._counts["tests"]:
            # harmless: Catch2, doctest and Behat count assertions and steps there
            notes = [*notes, f"the report counts {self._declared:,}"]
        return Report(dict(self._counts), failed, bounded("; ".join(notes)))


class _Target:
    """Consumes the parser's events; keeps one test and the open suites, never the document."""

    def __init__(self, counter: _Counter) -> None:
        self._counter = counter
        self._path: list[str] = []
        self._suites: list[_Suite] = []
        self._case: _Case | None = None
        self._text: list[str] | None = None  # of the element with the explanation

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = tag.rpartition("}")[2].lower()
        parent = self._path[-1] if self._path else ""
        if not parent:
            if name not in _ROOTS:
                raise _NotJunitError(name)
            self._counter.start()
        self._path.append(name)
        if len(self._path) > _DEEPEST:
            raise ValueError("nested too deeply")
        if name in _ROOTS:
            self._suites.append(_Suite.of(attributes))
        elif name == "testcase" and parent in _ROOTS:
            self._case = _Case.of(attributes)
        elif parent in {"testcase", *_ROOTS} and name in _ELEMENTS:
            self._trouble(parent, _ELEMENTS[name], attributes)

    def _trouble(self, parent: str, kind: str, attributes: Mapping[str, str]) -> None:
        message = attributes.get("message", "").strip()
        if parent == "testcase" and self._case:
            self._case.marks[kind] += 1
            self._case.message = self._case.message or message.partition("\n")[0]
            self._text = [] if kind in {"errors", "failures"} and not self._case.message else None
        elif kind in {"errors", "failures"}:
            suite = self._suites[-1]
            suite.seen[kind] += 1
            self._counter.outside(suite.name, kind, 1, message.partition("\n")[0])

    def data(self, text: str) -> None:
        if self._text is not None and len(self._text) < _MOST_LINES:
            self._text.append(text)

    def end(self, _tag: str) -> None:
        name = self._path.pop()
        if self._text is not None and name in _ELEMENTS and self._case:
            lines = [line.strip() for line in "".join(self._text).splitlines() if line.strip()]
            self._case.message, self._text = "".join(lines[:1]), None
        if name == "testcase" and self._case and self._path[-1] in _ROOTS:
            self._end_case(self._case)
        elif name in _ROOTS:
            self._end_suite(self._suites.pop())

    def _end_case(self, case: _Case) -> None:
        self._counter.case(case)
        seen = self._suites[-1].seen
        seen["tests"] += 1
        seen.update({kind: case.marks[kind] for kind in ("failures", "errors", "flaky")})
        self._case = None

    def _end_suite(self, suite: _Suite) -> None:
        outside = dict(suite.outside())
        for kind, number in outside.items():
            suite.seen[kind] += number
            self._counter.outside(suite.name, kind, number)
        if suite.lists_nothing and not suite.seen["silent"] and not outside:
            suite.seen["silent"] += 1
            self._counter.silent(suite)
        if self._suites:
            self._suites[-1].seen.update(suite.seen)
        else:
            self._counter.root(suite)

    def close(self) -> None:
        """Keeps nothing."""
