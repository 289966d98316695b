"""Runs an environment's checks without Slack or a database: for `canary check`."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.base.errors import Misused
from bot.plan.argument import settle
from bot.plan.load import Loaded
from bot.rules.verdict import Verdict, assess
from bot.workflow.answering import Answering
from bot.workflow.trees import must_be_clean
from checks.reading import Moment, Record
from checks.result import Result


class Report(Record):
    environment: str
    titles: dict[str, str]  # check -> its title, if it is not the name
    results: dict[str, Result]
    verdict: Verdict

    @property
    def worst_first(self) -> list[tuple[str, Result]]:
        return sorted(self.results.items(), key=lambda item: -item[1].outcome.severity)

    @property
    def summary(self) -> str:
        return f"{self.environment}: {self.verdict.outcome}, recommends {self.verdict.recommendation}"

    def remark(self, name: str) -> str:
        """What compensates for an ERROR, or what kept the check from running; "" for other results."""
        if fallback := self.verdict.mitigated.get(name):
            return f"Mitigated by {self.label(fallback)}: {self.results[fallback].reason}."
        return "Blocked: it can run once that is out of the way." if self.results[name].blocked else ""

    def label(self, name: str) -> str:
        """A check's name, which is unique, and its title."""
        title = self.titles.get(name, "")
        return f"{name} ({title})" if title else name


async def run_checks(
    configuration: Loaded,
    environment: str,
    arguments: Mapping[str, str],
    only: Sequence[str],
    *,
    data: Path,
) -> Report:
    """Run all checks in parallel, or those in `only`. Raises Misused for an unknown name, and Refused if a tree
    must be clean and is not.
    """
    plan = configuration.plan
    if environment not in plan.environments:
        raise Misused(
            f"There is no environment {environment!r}.", hint=f"Available: {', '.join(plan.environments)}."
        )
    checks = plan.environments[environment].checks
    if unknown := [name for name in only if name not in checks]:
        raise Misused(
            f"There is no check {unknown[0]!r} in {environment}.", hint=f"Available: {', '.join(checks)}."
        )
    settled = settle(plan.environments[environment].arguments, arguments)
    moment = Moment.present(datetime.now(UTC), {**settled, "environment": environment})
    names = only or list(checks)
    waiting = sorted(names, key=lambda name: checks[name].window or timedelta(), reverse=True)
    async with Answering(data) as answering:
        await must_be_clean(
            answering,
            plan.environments[environment],
            plan.sources,
            configuration.secrets,
            name=environment,
            checks={name: checks[name] for name in names},
        )
        answered = await asyncio.gather(
            *(
                answering.answer(
                    checks[name], plan.sources, moment, configuration.secrets, environment=environment
                )
                for name in waiting  # a source answers a few at a time: those that read most begin first
            )
        )
    found = dict(zip(waiting, answered, strict=True))
    results = {name: found[name] for name in names}
    return Report(
        environment=environment,
        titles={name: checks[name].title for name in names if checks[name].title not in {"", name}},
        results=results,
        verdict=assess(results, plan.environments[environment].fallbacks),
    )
