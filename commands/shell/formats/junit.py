"""For CI servers: a test suite for the environment, with a test case for each check."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from bot.base.plain import plain
from bot.base.sentences import sentences
from checks.outcome import Outcome
from checks.result import Result
from checks.wording import value_in_limits_unit
from commands.report import Report

_TAG = {Outcome.FAIL: "failure", Outcome.ERROR: "error", Outcome.UNKNOWN: "error"}
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_junit(report: Report) -> str:
    """FAIL is a failure, ERROR and UNKNOWN are errors; WARN passes, and says why. An ERROR that another check
    mitigates is skipped.
    """
    tags = [_tag(report, name, result) for name, result in report.results.items()]
    seconds = sum(result.seconds for result in report.results.values())
    counts = {
        "tests": str(len(tags)),
        "failures": str(tags.count("failure")),
        "errors": str(tags.count("error")),
        "skipped": str(tags.count("skipped")),
        "time": f"{seconds:.3f}",
    }
    suites = Element("testsuites", counts)
    suite = SubElement(suites, "testsuite", {"name": report.environment, **counts})
    for name, result in report.results.items():
        _add(suite, report, name, result)
    indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(suites, encoding="unicode")


def _tag(report: Report, name: str, result: Result) -> str:
    return "skipped" if name in report.verdict.mitigated else _TAG.get(result.outcome, "")


def _add(suite: Element, report: Report, name: str, result: Result) -> None:
    case = SubElement(
        suite,
        "testcase",
        {"name": _text(report.label(name)), "classname": report.environment, "time": f"{result.seconds:.3f}"},
    )
    if tag := _tag(report, name, result):
        said = sentences(result.reason, report.remark(name), result.hint)
        why = {"message": _text(said), "type": result.outcome}
        SubElement(case, tag, why).text = _text("\n".join(result.detail))
    SubElement(case, "system-out").text = _text("\n".join(_said(result)))


def _said(result: Result) -> list[str]:
    """The outcome, and every reading with its limit."""
    lines = [f"{result.outcome} {result.reason}".strip()]
    for judged in result.judged:
        reading = judged.reading
        limit = f", limit {judged.limit}" if judged.limit else ""
        n = "" if reading.n is None else f", n {reading.n:,}"
        lines.append(f"{reading.name}: {value_in_limits_unit(judged)}{limit}{n}")
    return lines


def _text(text: str) -> str:
    """Replaces characters that XML 1.0 does not allow."""
    return _NOT_XML.sub("\ufffd", plain(text))
