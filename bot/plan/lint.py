"""What `canary lint` says about a configuration, without starting anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.plan.load import load
from bot.plan.model import Plan
from bot.plan.problems import PlanError, Problem


@dataclass(frozen=True)
class Summary:
    """A sound configuration in numbers."""

    digest: str
    people: int  # groups
    sources: int
    environments: Mapping[str, int]  # name -> number of checks


@dataclass(frozen=True)
class Report:
    problems: tuple[Problem, ...]  # in the order of their lines
    summary: Summary | None  # None where there are problems


def lint(path: Path, environ: Mapping[str, str]) -> Report:
    try:
        loaded = load(path, environ)
    except PlanError as error:
        return Report(tuple(error.problems), None)
    return Report((), _summary(loaded.plan, loaded.digest))


def _summary(plan: Plan, digest: str) -> Summary:
    checks = {name: len(environment.checks) for name, environment in plan.environments.items()}
    return Summary(digest, len(plan.people), len(plan.sources), checks)
