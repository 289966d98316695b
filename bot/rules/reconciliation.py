"""Compares deployments, as listed by another system, with the decisions made here. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from pydantic import AwareDatetime, model_validator

from bot.rules.decision import Outcome
from checks.reading import Record


class Deployment(Record):
    """A deployment somewhere, identified by its version, its commit, or both."""

    line: int  # in the file that lists it
    time: AwareDatetime
    environment: str
    version: str = ""
    commit: str = ""

    @model_validator(mode="after")
    def _names_something(self) -> Deployment:
        if not (self.version or self.commit):
            raise ValueError("neither a version nor a commit is given")
        return self


class Decided(Record):
    """What was decided about a version or commit, and when."""

    run: int
    environment: str
    version: str = ""
    commit: str = ""
    outcome: Outcome
    decided_at: AwareDatetime
    rolled_back_at: AwareDatetime | None = None


def reconciled(
    deployments: Sequence[Deployment], decided: Sequence[Decided], *, since: datetime, until: datetime
) -> Iterator[str]:
    """Yields disagreements, one sentence each: deployments in their order, then goes that were never
    deployed.

    Goes decided from `since` until before `until` are expected to be deployed; others only explain
    deployments.
    """
    in_environment: dict[str, list[Decided]] = defaultdict(list)
    for each in sorted(decided, key=lambda each: each.decided_at):
        in_environment[each.environment].append(each)
    deployed: set[int] = set()
    for deployment in sorted(deployments, key=lambda each: each.time):
        about = [each for each in in_environment[deployment.environment] if _is_of(deployment, each)]
        goes = [each for each in about if each.outcome.goes_on]
        deployed |= {each.run for each in goes}
        if problem := _problem(deployment, about, goes):
            yield f"line {deployment.line}: {_what(deployment)} was deployed to {deployment.environment} at {_at(deployment.time)} {problem}"
    for each in sorted(decided, key=lambda each: each.run):
        expected = each.outcome.goes_on and since <= each.decided_at < until
        if expected and each.run not in deployed:
            yield f"run #{each.run}: {each.outcome} for {_what(each)} on {each.environment} at {_at(each.decided_at)}, and it was never deployed"


def _problem(deployment: Deployment, about: Sequence[Decided], goes: Sequence[Decided]) -> str:
    """`about`: the decisions about it, and the `goes` among them, both in order of time; "" if a go covers
    it.
    """
    before = [each for each in goes if each.decided_at <= deployment.time]
    if not goes:
        last = about[-1] if about else None
        return f"without a go: run #{last.run} ended as {last.outcome}" if last else "without a run"
    if not before:
        first = goes[0]
        return f"before its go: run #{first.run} was decided at {_at(first.decided_at)}"
    newest = before[-1]
    if newest.rolled_back_at and newest.rolled_back_at < deployment.time:
        return f"after its rollback: run #{newest.run} was rolled back at {_at(newest.rolled_back_at)}"
    vetoed = [
        each
        for each in about
        if each.outcome is Outcome.NO_GO and newest.decided_at < each.decided_at <= deployment.time
    ]
    return f"after a no-go: run #{vetoed[-1].run}, at {_at(vetoed[-1].decided_at)}" if vetoed else ""


def _is_of(deployment: Deployment, decided: Decided) -> bool:
    """Commits may be abbreviated. A name that only one of them has is ignored; names that both have must
    agree.
    """
    pairs = [
        (deployment.version, decided.version, deployment.version == decided.version),
        (deployment.commit, decided.commit, _is_commit(deployment.commit, decided.commit)),
    ]
    named = [agrees for one, other, agrees in pairs if one and other]
    return bool(named) and all(named)


_SHORTEST = 7  # hexadecimal digits of an abbreviated commit


def _is_commit(one: str, other: str) -> bool:
    short, long = sorted((one.lower(), other.lower()), key=len)
    return short == long or (len(short) >= _SHORTEST and long.startswith(short))


def _what(of: Deployment | Decided) -> str:
    named = (("version", of.version), ("commit", of.commit[:12]))
    return ", ".join(f"{name} {value}" for name, value in named if value) or "no version"


def _at(time: datetime) -> str:
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
