"""Evidence: everything that a verdict is based on, frozen, with a digest to which votes are bound."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import AwareDatetime

from bot.base.canonical import canonical, digest_of_text
from bot.base.formats import TODAY
from bot.rules.baseline import Baseline
from bot.rules.run import CheckRun, Run
from bot.rules.verdict import Verdict
from checks.reading import Record


class Evidence(Record):
    digest: str
    document: str  # canonical JSON; the digest is over these bytes
    frozen_at: AwareDatetime


def freeze(
    run: Run, checks: Sequence[CheckRun], verdict: Verdict, baseline: Baseline | None = None
) -> tuple[str, str]:
    """Returns (digest, canonical JSON). Includes the raw measurements, so that anyone can judge them again."""
    document = canonical(_document(run, checks, verdict, baseline))
    return digest_of_text(document), document


def _document(
    run: Run, checks: Sequence[CheckRun], verdict: Verdict, baseline: Baseline | None
) -> dict[str, Any]:
    compared = baseline.model_dump(mode="json", include={"number", "name", "digest"}) if baseline else None
    said = run.model_dump(
        mode="json", include={"environment", "arguments", "requested_by", "requested_at", "configuration"}
    )
    return {
        "format": TODAY.evidence,
        "run": run.number,
        **said,
        **({"baseline": compared} if compared else {}),
        "checks": {check.name: check.result.model_dump(mode="json") for check in checks if check.result},
        "verdict": verdict.model_dump(mode="json"),
    }
