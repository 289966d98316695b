"""Counts of TAP, versions 12 to 14, as written by node, prove, bats, tape and pg_prove.

A test with subtests is a summary: its subtests are counted instead of it, unless it fails while none of them
did. A test marked SKIP or TODO has not passed. A plan that is missing or not fulfilled is not a pass, either.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from checks.reports.files import ReportError
from checks.reports.lines import lines
from checks.reports.report import NAMES, Named, Report

_POINT = re.compile(r"( *)(not )?ok\b(?: +(\d{1,9}))?(?: +-)?(?: +(.*))?$")
_PLAN = re.compile(r"( *)1\.\.(\d{1,9})(?: *#(?: *skip\S*)? *(.*))?$", re.IGNORECASE)
_SUBTEST = re.compile(r"( *)# Subtest(?:: (.*))?$")
_BAIL_OUT = re.compile(r" *Bail out!(.*)$")
_DIRECTIVE = re.compile(r"(?<!\\)#\s*(skip\w*|todo)\b.*$", re.IGNORECASE)
_MESSAGE = re.compile(r" *(?:error|message): *['\"]?(.*?)['\"]?$")
_INDENT = 4
_DEEPEST = 50
_LONGEST_NAME = 200


@dataclass
class _Level:
    """Test points of one depth, up to the one that summarizes them."""

    name: str = ""  # of the next subtest
    points: int = 0
    failed: int = 0
    plan: int | None = None


@dataclass
class Tap:
    """Reads any number of documents."""

    counts: Counter[str] = field(default_factory=lambda: Counter(dict.fromkeys(NAMES, 0)))
    named: Named = field(default_factory=Named)
    notes: list[str] = field(default_factory=list)

    def read(self, name: str, chunks: Iterator[bytes]) -> None:
        """Raises ReportError if it is not TAP, or ends without a plan."""
        _Document(self, name).read(lines(chunks))

    def report(self) -> Report:
        failed = self.counts["failures"] + self.counts["errors"]
        return Report(dict(self.counts), self.named.of(failed), "; ".join(self.notes[:3]))


class _Document:
    def __init__(self, tap: Tap, name: str) -> None:
        self._tap = tap
        self._name = name
        self._levels = [_Level()]
        self._yaml = ""  # the end marker of a test's YAML block; "" outside of one
        self._failure: list[str] = []  # the last failed test with its explanation, which follows in a block
        self._is_ended = False

    def read(self, written: Iterator[str]) -> None:
        for line in written:
            if not self._is_ended:
                self._line(line)
        self._end_failure()
        if self._is_ended:
            return
        while len(self._levels) > 1:
            self._close(self._levels.pop())
        top = self._levels[0]
        if top.plan is None:
            what = "it has no plan like 1..5" if top.points else "there are no tests in it"
            raise ReportError(f"{self._name} is not complete TAP: {what}")
        self._close(top)

    def _line(self, line: str) -> None:
        if self._yaml:
            self._explanation(line)
        elif found := _POINT.match(line):
            self._point(found)
        elif line.lstrip(" ") == "---" and self._levels[-1].points:
            self._yaml = line.replace("---", "...")
        elif found := _PLAN.match(line):
            self._plan(found)
        elif found := _SUBTEST.match(line):
            self._at(found[1]).name = (found[2] or "")[:_LONGEST_NAME]
        elif found := _BAIL_OUT.match(line):
            self._error(f"Bail out!{found[1]}")
            self._is_ended = True

    def _explanation(self, line: str) -> None:
        if line == self._yaml:
            self._yaml = ""
        elif len(self._failure) == 1 and (found := _MESSAGE.match(line)) and found[1] not in {"", "|-", "|"}:
            self._failure.append(found[1])

    def _at(self, indent: str) -> _Level:
        """The level of that depth; deeper ones continue until a test summarizes them."""
        depth = min(len(indent) // _INDENT, _DEEPEST)
        while len(self._levels) <= depth:
            self._levels.append(_Level())
        return self._levels[depth]

    def _point(self, found: re.Match[str]) -> None:
        self._end_failure()
        level = self._at(found[1])
        depth = self._levels.index(level)
        below = self._levels[depth + 1 :]
        del self._levels[depth + 1 :]
        for one in reversed(below):
            self._close(one)
        level.points += 1
        text = (found[4] or "")[:_LONGEST_NAME]
        directive = _DIRECTIVE.search(text)
        failed = bool(found[2]) and not directive
        level.failed += failed
        if below and below[0].points and not (failed and not any(one.failed for one in below)):
            return
        outcome = "skipped" if directive else "failures" if failed else "passed"
        self._tap.counts["tests"] += 1
        self._tap.counts[outcome] += 1
        if failed:
            above = [one.name for one in self._levels[:depth] if one.name]
            self._failure = [" > ".join([*above, text or f"test {found[3] or level.points}"])]

    def _plan(self, found: re.Match[str]) -> None:
        level = self._at(found[1])
        level.plan = int(found[2])
        if not level.plan and found[3]:
            self._tap.notes.append(f"{self._name} was skipped: {found[3][:_LONGEST_NAME]}")

    def _close(self, level: _Level) -> None:
        if level.plan is not None and level.plan != level.points:
            level.failed += 1
            self._error(f"{self._name}: {level.plan:,} tests planned, {level.points:,} run")

    def _error(self, text: str) -> None:
        self._end_failure()
        self._tap.counts["tests"] += 1
        self._tap.counts["errors"] += 1
        self._tap.named.add(text)

    def _end_failure(self) -> None:
        if self._failure:
            self._tap.named.add(": ".join(self._failure))
        self._failure = []
