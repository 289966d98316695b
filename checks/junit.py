"""Counts of a JUnit XML report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

NAMES = ("tests", "passed", "failures", "errors", "skipped")
_LARGEST = 64 << 20
_WORSE = (("error", "errors"), ("failure", "failures"), ("skipped", "skipped"))


class ReportError(Exception):
    """There is no report to count; the message says why."""


def count(path: Path, *, not_before: float) -> Mapping[str, int]:
    """Test cases by `NAMES`. ReportError where the file is missing, older than that, huge or broken.

    `not_before`: seconds since the epoch; a report of an earlier run says nothing about this one.
    """
    try:
        status = path.stat()
    except OSError:
        raise ReportError(f"there is no report at {path.name}") from None
    if status.st_mtime < not_before:
        raise ReportError(f"the report {path.name} is from before this run")
    if status.st_size > _LARGEST:
        raise ReportError(f"the report {path.name} is larger than {_LARGEST:,} bytes")
    try:
        return _count(path)
    except (ParseError, DefusedXmlException, OSError, ValueError, RecursionError):
        raise ReportError(f"the report {path.name} is no well-formed JUnit XML") from None


def _count(path: Path) -> Mapping[str, int]:
    counts = Counter(dict.fromkeys(NAMES, 0))
    for _, element in iterparse(path, events=("end",)):
        if element.tag == "testcase":
            counts["tests"] += 1
            counts[_kind({child.tag for child in element})] += 1
            element.clear()
    return counts


def _kind(tags: set[str]) -> str:
    return next((kind for tag, kind in _WORSE if tag in tags), "passed")
