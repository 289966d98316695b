"""A line per check, the same in every message."""

from __future__ import annotations

from bot.rules.dossier import Dossier
from bot.rules.instructions import Instructions, instructions
from bot.slack.text import code, cut, one_line, value
from checks.outcome import Outcome
from checks.result import Judged, Result
from checks.units import say_value

LONGEST_LINE = 300  # characters, for readability


def title(dossier: Dossier, check: str) -> str:
    """The check's title, with its key if another check has the same title."""
    shown = {name: each.title or name for name, each in dossier.plan.environment.checks.items()}
    own = shown[check]
    alike = sum(_alike(other) == _alike(own) for other in shown.values())
    return f"{own} ({check})" if alike > 1 and own != check else own


def told(dossier: Dossier) -> Instructions:
    """Rollback instructions as Slack markup."""
    assert dossier.decision
    return instructions(dossier.run, dossier.plan, dossier.decision, value)


def arguments(dossier: Dossier) -> str:
    """As markup, with the typed values escaped."""
    return " ".join(code(f"{name}={given}") for name, given in dossier.run.arguments.items())


def _alike(text: str) -> str:
    return " ".join(text.casefold().split())


def deciding(result: Result) -> Judged | None:
    """The (first) reading that determined the outcome."""
    return max(
        (judged for judged in result.judged if judged.outcome),
        key=lambda judged: judged.severity,
        default=None,
    )


def worst_first(dossier: Dossier) -> list[tuple[str, Result]]:
    """Stable: in configured order within one outcome."""
    return sorted(dossier.results.items(), key=lambda item: -item[1].outcome.severity)


def check_line(dossier: Dossier, name: str, result: Result) -> str:
    """`FAIL  queue age  p95 184 s  limit < 180s  n=18,240  regression  platform`, as markup."""
    return f"*{result.outcome}*  {one_line(cut('  '.join(_parts(dossier, name, result)), LONGEST_LINE))}"


def _parts(dossier: Dossier, name: str, result: Result) -> list[str]:
    owner = dossier.plan.environment.checks[name].owner
    mitigated = dossier.verdict.mitigated.get(name)
    waived = any(waiver.check == name for waiver in dossier.waivers)
    return [
        title(dossier, name),
        *_evidence(result),
        *([result.cause] if result.cause else []),
        *([f"mitigated: {mitigated} passed"] if mitigated else []),
        *(["waived"] if waived else []),
        f"owner {owner}",
    ]


def _evidence(result: Result) -> list[str]:
    judged = deciding(result)
    if judged is None or result.outcome in {Outcome.ERROR, Outcome.UNKNOWN}:
        return [result.reason]
    reading = judged.reading
    said = [f"{reading.name} {say_value(reading.value, reading.unit)}"]
    if judged.limit:
        said.append(f"limit {judged.limit}")
    if reading.n is not None:
        said.append(f"n={reading.n:,}")
    return said


def counts(dossier: Dossier) -> str:
    """ "1 FAIL, 2 WARN, 11 PASS", worst first."""
    outcomes = [result.outcome for result in dossier.results.values()]
    return ", ".join(
        f"{outcomes.count(outcome)} {outcome}" for outcome in reversed(Outcome) if outcome in outcomes
    )
