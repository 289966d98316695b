"""What a run's gates and scenarios found belongs together only if it is about one commit of their workspace."""

from __future__ import annotations

from collections.abc import Mapping

from bot.plan.model import Pinned
from checks.base import Check
from checks.outcome import Cause, Outcome
from checks.result import Result
from checks.tree import abbreviated


def beside(plan: Pinned, name: str) -> tuple[str, ...]:
    """The other checks that test the same tree as this one; none for a check that tests none, or may move it."""
    checks = plan.environment.checks
    if not _stays(checks[name]):
        return ()
    tree = _tree(plan, checks[name])
    return tuple(
        other for other, one in checks.items() if other != name and _stays(one) and _tree(plan, one) == tree
    )


def on_one_tree(result: Result, others: Mapping[str, Result]) -> Result:
    """A result about another commit than an earlier one is UNKNOWN instead of PASS or WARN. `others`: of `beside`."""
    if not result.outcome.recommends_go or not (commit := commit_of(result)):
        return result
    for name, other in others.items():
        if (earlier := commit_of(other)) and earlier != commit:
            reason = f"it ran on {abbreviated(commit)}, and {name} on {abbreviated(earlier)}: the tree moved during the run"
            hint = "Start a new run, and leave the workspace alone meanwhile."
            return result.model_copy(
                update={
                    "outcome": Outcome.UNKNOWN,
                    "reason": reason,
                    "cause": Cause.ENVIRONMENT,
                    "hint": hint,
                }
            )
    return result


def _stays(check: Check) -> bool:
    return check.tests_tree and getattr(check, "tree", "same") != "any"


def _tree(plan: Pinned, check: Check) -> str:
    """Two sources may be the same folder."""
    return str(getattr(plan.sources[check.source], "path", check.source))


def commit_of(result: Result) -> str:
    """At which it was measured last; "" if git could not tell."""
    found = result.measurements[-1].context.get("commit") if result.measurements else None
    return found if isinstance(found, str) else ""
