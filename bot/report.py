"""An environment's checks answered without Slack or a database: for `canary check` in CI."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from rich.table import Table
from rich.text import Text

from bot.answering import answer_check
from bot.errors import Misused
from bot.plan.argument import settle
from bot.plan.load import Loaded
from bot.verdict import Verdict, assess
from checks.outcome import Outcome
from checks.reading import Moment, Record
from checks.result import Result
from checks.units import say_value

_STYLES = {
    Outcome.PASS: "green",
    Outcome.WARN: "yellow",
    Outcome.UNKNOWN: "magenta",
    Outcome.ERROR: "magenta",
    Outcome.FAIL: "bold red",
}


class Report(Record):
    environment: str
    results: dict[str, Result]
    verdict: Verdict


async def answer_all(
    configuration: Loaded, environment: str, arguments: Mapping[str, str], only: Sequence[str]
) -> Report:
    """All checks side by side, or only those named. Raises Misused for a name that is not there."""
    plan = configuration.plan
    if environment not in plan.environments:
        raise Misused(f"There is no environment {environment!r}; there is {', '.join(plan.environments)}.")
    checks = plan.environments[environment].checks
    if unknown := [name for name in only if name not in checks]:
        raise Misused(f"There is no check {unknown[0]!r}; there is {', '.join(checks)}.")
    moment = Moment(
        now=datetime.now(UTC), arguments=settle(plan.environments[environment].arguments, arguments)
    )
    names = only or list(checks)
    answered = await asyncio.gather(
        *(answer_check(checks[name], plan.sources, moment, configuration.secrets) for name in names)
    )
    results = dict(zip(names, answered, strict=True))
    return Report(
        environment=environment,
        results=results,
        verdict=assess(results, plan.environments[environment].fallbacks),
    )


def as_document(report: Report) -> str:
    return json.dumps(report.model_dump(mode="json"), indent=2, ensure_ascii=False)


def as_table(report: Report) -> Table:
    """Worst first; a check that did not pass says why."""
    table = Table(
        "Outcome", "Check", "Reading", "Value", "Limit", "n", title=_title(report), title_justify="left"
    )
    for name, result in sorted(report.results.items(), key=lambda item: -item[1].outcome.severity):
        for judged in result.judged:
            reading = judged.reading
            _add(
                table,
                judged.outcome,
                name,
                reading.name,
                say_value(reading.value, reading.unit),
                judged.limit,
                "" if reading.n is None else f"{reading.n:,}",
            )
        if result.outcome is not Outcome.PASS:
            _add(table, result.outcome, name, " ".join(part for part in (result.reason, result.hint) if part))
    return table


def _title(report: Report) -> str:
    return f"{report.environment}: {report.verdict.outcome}, recommends {report.verdict.recommendation}"


def _add(table: Table, outcome: Outcome, *cells: str) -> None:
    """Cells are text, not rich's markup: they come from the world."""
    table.add_row(Text(outcome, style=_STYLES[outcome]), *(Text(cell) for cell in cells))
