"""For the summary of a CI job, or a comment on a pull request."""

from __future__ import annotations

from collections.abc import Iterator

from bot.base.sentences import sentences
from bot.record.document.markdown import cell, listed, table
from checks.outcome import Outcome
from checks.result import Judged, Result
from checks.wording import value_in_limits_unit
from commands.report import Report

_HEADING = ("Outcome", "Check", "Reading", "Value", "Limit", "n")


def as_markdown(report: Report) -> str:
    rows = (row for name, result in report.worst_first for row in _rows(report.label(name), result))
    parts = (
        f"# {cell(report.summary)}",
        table(_HEADING, rows),
        listed(
            "Why", (line for name, result in report.worst_first for line in _reasons(report, name, result))
        ),
    )
    return "\n\n".join(part for part in parts if part)


def _rows(label: str, result: Result) -> Iterator[tuple[str, ...]]:
    if not result.judged:
        yield result.outcome, label, "", "", "", ""
    for judged in result.judged:
        yield _row(label, judged)


def _row(label: str, judged: Judged) -> tuple[str, ...]:
    reading = judged.reading
    n = "" if reading.n is None else f"{reading.n:,}"
    return judged.word, label, reading.name, value_in_limits_unit(judged), judged.limit, n


def _reasons(report: Report, name: str, result: Result) -> Iterator[str]:
    if result.outcome is not Outcome.PASS:
        yield f"{name}: {sentences(result.reason, report.remark(name), result.hint)}"
        yield from (f"{name}: {line}" for line in result.detail)
