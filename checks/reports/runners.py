"""Counts of tests from jest's and vitest's JSON, go's events, and cargo's text."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from checks.reports.files import ReportError
from checks.reports.lines import lines, raw_lines
from checks.reports.report import NAMES, Named, Report, plain

_LONGEST_EVENT = 1 << 20  # characters; a longer one is a test's output
_JEST = {"passed": "passed", "failed": "failures"}  # any other status is of a test that did not run
_RUNNING = re.compile(r"running (\d{1,9}) tests?$")
_RESULT = re.compile(
    r"test result: \S+ (\d{1,9}) passed; (\d{1,9}) failed; (\d{1,9}) ignored; (\d{1,9}) measured;"
)
_CARGO_FAILED = re.compile(r"test (\S.*?)(?: - should panic)? \.\.\. FAILED\b")
_GO = {"pass": "passed", "fail": "failures", "skip": "skipped"}


class Tally:
    """The totals over several documents."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter(dict.fromkeys(NAMES, 0))
        self.named = Named()

    def count(self, outcome: str, number: int = 1) -> None:
        self.counts["tests"] += number
        self.counts[outcome] += number

    def fail(self, outcome: str, text: str) -> None:
        self.count(outcome)
        self.named.add(text)

    def report(self) -> Report:
        failed = self.counts["failures"] + self.counts["errors"]
        return Report(dict(self.counts), self.named.of(failed))


class Jest(Tally):
    """`--json`: test files, each with its assertions; a file that could not be run has a message and none."""

    def read(self, name: str, chunks: Iterator[bytes]) -> None:
        found = parsed(b"".join(chunks))
        files = found.get("testResults") if isinstance(found, dict) else None
        if not isinstance(files, list):
            raise ReportError(f"{name} is not the JSON that jest writes")
        for file in files:
            self._file(mapping(file), name)
        if found.get("wasInterrupted"):
            self.fail("errors", f"{name}: the run was interrupted")

    def _file(self, file: Mapping[str, Any], name: str) -> None:
        tests = file.get("assertionResults")
        failed = 0
        for test in tests if isinstance(tests, list) else ():
            said = mapping(test)
            outcome = _JEST.get(str(said.get("status")), "skipped")
            failed += outcome == "failures"
            if outcome == "failures":
                self.fail(outcome, f"{said.get('fullName') or said.get('title')}: {_first_message(said)}")
            elif outcome == "passed" and _count(said.get("invocations")) > 1:
                self.count("passed")
                self.counts["flaky"] += 1
            else:
                self.count(outcome)
        if file.get("status") == "failed" and not failed:
            where = str(file.get("name") or name).rpartition("/")[2]
            self.fail("errors", f"{where}: {_of_a_suite(str(file.get('message') or 'it could not be run'))}")


def _first_message(test: Mapping[str, Any]) -> str:
    messages = test.get("failureMessages")
    return plain(str(messages[0])).partition("\n")[0] if isinstance(messages, list) and messages else "failed"


def _of_a_suite(message: str) -> str:
    """Its second line says why; the first, that it failed."""
    said = [line.strip() for line in plain(message).splitlines() if line.strip()]
    return " ".join(said[1:2] if len(said) > 1 and said[0].startswith("●") else said[:1])


class Go(Tally):
    """`go test -json`: one event per line, between the programs' own output."""

    def __init__(self) -> None:
        super().__init__()
        self._tests: dict[
            str, dict[str, str]
        ] = {}  # of a package that is not done: test -> outcome, "" running
        self._has_events = False

    def read(self, name: str, chunks: Iterator[bytes]) -> None:
        for line in raw_lines(chunks, _LONGEST_EVENT):
            if line.startswith("{"):
                self._event(mapping(parsed(line)))
        for package in list(self._tests):
            self._end(package, "fail")
        if not self._has_events:
            raise ReportError(f"{name} has no events of go test -json")

    def _event(self, event: Mapping[str, Any]) -> None:
        action, package = event.get("Action"), event.get("Package")
        if not isinstance(action, str) or not isinstance(package, str):
            return
        self._has_events = True
        tests = self._tests.setdefault(package, {})
        if not (test := str(event.get("Test") or "")):
            if action in _GO:
                self._end(package, action)
        elif action == "run":
            tests[test] = ""
        elif action in _GO:
            tests[test] = _GO[action]

    def _end(self, package: str, action: str) -> None:
        """A test with subtests is counted by them, unless it fails while none of them does."""
        tests = self._tests.pop(package, {})
        bad = {test for test, outcome in tests.items() if outcome in {"failures", ""}}
        summed = {parent for test in tests for parent in _parents(test)}
        explained = {parent for test in bad for parent in _parents(test)}
        for test, outcome in tests.items():
            if test in explained or (test in summed and test not in bad):
                continue
            if not outcome:
                self.fail("errors", f"{package} {test}: it did not end")
            elif outcome == "failures":
                self.fail(outcome, f"{package} {test}")
            else:
                self.count(outcome)
        if action == "fail" and not bad:
            self.fail("errors", f"{package} failed outside its tests")


def _parents(test: str) -> Iterator[str]:
    while "/" in test:
        test = test.rpartition("/")[0]
        yield test


class Cargo(Tally):
    """`cargo test`: a block per test program, with a line of counts."""

    def read(self, name: str, chunks: Iterator[bytes]) -> None:
        expected: int | None = None
        counted = self.counts["tests"]
        is_started = False
        listed: list[str] = []
        for line in lines(chunks):
            if found := _RUNNING.match(line):
                self._crashed(expected)
                expected, is_started, listed = int(found[1]), True, []
            elif expected is not None and (found := _CARGO_FAILED.match(line)):
                listed += [found[1]] if len(listed) <= len(NAMES) * 2 else []
            elif expected is not None and (found := _RESULT.match(line)):
                self._block(*(int(number) for number in found.groups()), listed=listed)
                expected = None
        self._crashed(expected)
        if not is_started and self.counts["tests"] == counted:
            raise ReportError(f"{name} has no results of cargo test")

    def _block(self, passed: int, failed: int, ignored: int, measured: int, *, listed: list[str]) -> None:
        self.count("passed", passed + measured)
        self.count("failures", failed)
        self.count("skipped", ignored)
        for test in listed[:failed]:
            self.named.add(test)

    def _crashed(self, expected: int | None) -> None:
        if expected is not None:
            self.fail("errors", f"a program of {expected:,} tests ended without a result")


def parsed(text: str | bytes) -> Any:
    """JSON; None for anything else."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def mapping(found: Any) -> Mapping[str, Any]:
    return found if isinstance(found, dict) else {}


def _count(found: Any) -> int:
    return found if type(found) is int else 0
