"""For people: the worst check first, each with its readings, why it did not pass, and the next step."""

from __future__ import annotations

from collections.abc import Iterator

from bot.base.sentences import sentences
from checks.outcome import Outcome
from checks.result import Judged, Result
from checks.wording import value_in_limits_unit
from commands.report import Report
from commands.shell.console import columns, one_line

_INDENT = " " * 9  # an outcome and two spaces
_NARROWEST = 40
_COLORS = {
    Outcome.PASS: "32",
    Outcome.WARN: "33",
    Outcome.UNKNOWN: "35",
    Outcome.ERROR: "35",
    Outcome.FAIL: "1;31",
}


def as_text(report: Report, *, width: int | None = None, color: bool = False) -> str:
    """Wrapped to `width` columns; without a width, every sentence is one line, however long."""
    lines = [report.summary, ""]
    for name, result in report.worst_first:
        lines.append(f"{_outcome(result.outcome, color=color)}{one_line(report.label(name))}")
        lines += (f"{_INDENT}{line}" for line in columns([_cells(judged) for judged in result.judged]))
        if result.outcome is not Outcome.PASS:
            lines += (
                line for text in _explained(report, name, result) for line in wrapped(one_line(text), width)
            )
    return "\n".join(lines)


def _outcome(outcome: Outcome, *, color: bool) -> str:
    padded = outcome.ljust(len(_INDENT))
    return f"\x1b[{_COLORS[outcome]}m{padded}\x1b[0m" if color else padded


def _cells(judged: Judged) -> tuple[str, ...]:
    reading = judged.reading
    n = "" if reading.n is None else f"n {reading.n:,}"
    return (reading.name, value_in_limits_unit(judged), judged.limit, n, judged.word, reading.note)


def _explained(report: Report, name: str, result: Result) -> Iterator[str]:
    """The reason, the next step, and the lines that show which test, job or response it was."""
    yield from (sentences(text) for text in (result.reason, report.remark(name), result.hint) if text)
    yield from (f"- {line}" for line in result.detail)


def wrapped(line: str, width: int | None, *, indent: str = _INDENT) -> list[str]:
    """Lines no longer than `width`; one line, however long, without a width."""
    if width is None:
        return [f"{indent}{line}"]
    import textwrap

    following = indent + ("  " if line.startswith("- ") else "")
    return textwrap.wrap(
        line,
        max(width, _NARROWEST),
        initial_indent=indent,
        subsequent_indent=following,
        break_long_words=False,
        break_on_hyphens=False,
    )
