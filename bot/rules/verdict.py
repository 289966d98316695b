"""The run's verdict: its outcome with its reasons, and what it recommends.

PASS recommends GO and WARN a CONDITIONAL GO. UNKNOWN, ERROR and FAIL recommend NO-GO and each need a
waiver by the check's own owner before any go. A run in which nothing was measured is UNKNOWN.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping

from pydantic import Field

from checks.outcome import Outcome
from checks.reading import Record
from checks.result import Result


class Recommendation(enum.StrEnum):
    GO = "GO"
    CONDITIONAL_GO = "CONDITIONAL GO"
    NO_GO = "NO-GO"


class Verdict(Record):
    outcome: Outcome
    recommendation: Recommendation
    reasons: tuple[str, ...]  # a sentence for each check that did not pass, worst first
    needs_waiver: tuple[str, ...]  # names of checks, worst first
    mitigated: dict[str, str] = Field(default_factory=dict)  # check that errored -> its fallback that passed


def assess(results: Mapping[str, Result], fallbacks: Mapping[str, str]) -> Verdict:
    """Check name -> result, and check name -> its fallback's name, if any."""
    mitigated = {
        name: fallback for name, fallback in fallbacks.items() if _mitigates(results, name, fallback)
    }
    outcomes = {
        name: Outcome.WARN if name in mitigated else result.outcome for name, result in results.items()
    }
    worst_first = sorted(outcomes, key=lambda name: -outcomes[name].severity)
    outcome = Outcome.worst(list(outcomes.values()))
    return Verdict(
        outcome=outcome,
        recommendation=_recommend(outcome),
        reasons=tuple(
            _reason(name, results[name], mitigated)
            for name in worst_first
            if outcomes[name] is not Outcome.PASS
        )
        or (() if results else ("nothing was measured",)),
        needs_waiver=tuple(name for name in worst_first if not outcomes[name].recommends_go),
        mitigated=mitigated,
    )


def _mitigates(results: Mapping[str, Result], name: str, fallback: str) -> bool:
    return (
        name in results
        and fallback in results
        and results[name].outcome is Outcome.ERROR
        and results[fallback].outcome is Outcome.PASS
    )


def _recommend(outcome: Outcome) -> Recommendation:
    if outcome is Outcome.PASS:
        return Recommendation.GO
    return Recommendation.CONDITIONAL_GO if outcome is Outcome.WARN else Recommendation.NO_GO


def _reason(name: str, result: Result, mitigated: Mapping[str, str]) -> str:
    said = f"{name}: {result.reason}"
    return f"{said} (mitigated: {mitigated[name]} passed)" if name in mitigated else said
