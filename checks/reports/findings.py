"""Findings of linters and compilers, as errors and warnings: eslint, ruff, tsc, and SARIF from others."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from checks.reports.files import ReportError
from checks.reports.lines import lines, raw_lines
from checks.reports.report import FINDINGS, Named, Report
from checks.reports.runners import mapping, parsed

_LONGEST_LINE = 1 << 28  # characters: eslint writes a document on one line
_SUMMARY = re.compile(r"\W*\d{1,9} problems? \((\d{1,9}) errors?, (\d{1,9}) warnings?\)")
_NONE_FOUND = re.compile(r"\W*No ESLint warnings or errors$")
_TSC = re.compile(r"(\S[^()]*?)(?:\((\d+),(\d+)\)|:(\d+):(\d+)):? (?:- )?(error|warning) (TS\d+): (.*)$")
_TSC_GLOBAL = re.compile(r"(error|warning) (TS\d+): (.*)$")
_SERIOUS = frozenset({"error", "fatal", "critical", "high"})
_FAILING_KINDS = frozenset({"fail", "review", "open"})


class Findings:
    """`exit_code` of the program: empty output means no findings only if it succeeded."""

    def __init__(self, exit_code: int) -> None:
        self._ended_well = exit_code == 0
        self._counts = Counter(dict.fromkeys(FINDINGS, 0))
        self._errors, self._warnings = Named(), Named()

    def find(self, where: str, what: str, *, is_error: bool) -> None:
        self._counts["errors" if is_error else "warnings"] += 1
        (self._errors if is_error else self._warnings).add(f"{where} {what}")

    def number(self, errors: int, warnings: int) -> None:
        """For findings that are only counted."""
        self._counts["errors"] += errors
        self._counts["warnings"] += warnings

    def nothing_in(self, name: str, what: str) -> None:
        """Raises ReportError unless the program succeeded: then it had no findings."""
        if not self._ended_well:
            raise ReportError(f"{name} has {what}, and the program did not end with 0")

    def report(self) -> Report:
        warned = (f"warning: {text}" for text in self._warnings.of(self._counts["warnings"])[:3])
        return Report(dict(self._counts), self._errors.of(self._counts["errors"]) or tuple(warned))


class Eslint(Findings):
    """Its JSON, among other lines; or the last line of its output for people."""

    def read(self, name: str, chunks: Iterator[bytes]) -> None:
        is_found = False
        for line in raw_lines(chunks, _LONGEST_LINE):
            if line.startswith("[") and self._document(parsed(line)):
                is_found = True
            elif found := _SUMMARY.match(line[:200]):
                is_found = True
                self.number(int(found[1]), int(found[2]))
            elif _NONE_FOUND.match(line[:200]):
                is_found = True
        if not is_found:
            raise ReportError(f"{name} has neither eslint's JSON nor its summary: use --format json")

    def _document(self, files: Any) -> bool:
        if not isinstance(files, list) or not all("messages" in mapping(file) for file in files):
            return False
        for file in files:
            path = str(file.get("filePath", ""))
            for message in map(mapping, file["messages"] if isinstance(file["messages"], list) else ()):
                what = f"{message.get('ruleId') or 'syntax'}: {message.get('message')}"
                self.find(_place(path, message, "line"), what, is_error=message.get("severity") != 1)
        return True


class Ruff(Findings):
    """`--output-format json`."""

    def read(self, name: str, chunks: Iterator[bytes]) -> None:
        found = parsed(b"".join(chunks))
        if not isinstance(found, list):
            raise ReportError(f"{name} is not the JSON that ruff writes")
        for one in map(mapping, found):
            where = _place(str(one.get("filename", "")), mapping(one.get("location")), "row")
            what = f"{one.get('code') or 'syntax'}: {one.get('message')}"
            self.find(where, what, is_error=one.get("severity") not in {"warning", "info"})


class Tsc(Findings):
    """One line each, for people or programs."""

    def read(self, name: str, chunks: Iterator[bytes]) -> None:
        is_found = False
        for line in lines(chunks):
            if found := _TSC.match(line):
                is_found = True
                where = f"{found[1]}:{found[2] or found[4]}:{found[3] or found[5]}"
                self.find(where, f"{found[7]}: {found[8]}", is_error=found[6] == "error")
            elif found := _TSC_GLOBAL.match(line):
                is_found = True
                self.find(found[2], found[3], is_error=found[1] == "error")
        if not is_found:
            self.nothing_in(name, "no findings of tsc")


class Sarif(Findings):
    """SARIF 2.1, from many linters and scanners. A result without a level is a warning, as the standard says."""

    def read(self, name: str, chunks: Iterator[bytes]) -> None:
        found = mapping(parsed(b"".join(chunks)))
        runs = found.get("runs")
        if not isinstance(runs, list) or not runs:
            raise ReportError(f"{name} is not SARIF with runs")
        for run in map(mapping, runs):
            if not isinstance(results := run.get("results"), list):
                raise ReportError(f"{name} has a run without results: its tool did not look")
            for one in map(mapping, results):
                self._result(one)

    def _result(self, one: Mapping[str, Any]) -> None:
        level = str(one.get("level", "warning"))
        if (
            one.get("kind", "fail") not in _FAILING_KINDS
            or level in {"none", "note"}
            or one.get("suppressions")
        ):
            return
        places = one.get("locations")
        place = mapping(
            mapping(places[0] if isinstance(places, list) and places else {}).get("physicalLocation")
        )
        where = str(mapping(place.get("artifactLocation")).get("uri", ""))
        said = f"{one.get('ruleId', '')}: {mapping(one.get('message')).get('text', '')}"
        self.find(
            _place(where, mapping(place.get("region")), "startLine", "startColumn"),
            said,
            is_error=level in _SERIOUS,
        )


def _place(path: str, at: Mapping[str, Any], line: str, column: str = "column") -> str:
    numbers = [str(at[key]) for key in (line, column) if type(at.get(key)) is int]
    return ":".join([path.rpartition("/")[2] or path, *numbers])
