"""Deployments compared with decisions: which ones are covered by a go, and what is reported about the others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.rules.decision import Outcome
from bot.rules.reconciliation import Decided, Deployment, reconciled

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
COMMIT = "0123456789abcdef0123456789abcdef01234567"


def deployed(
    hours: float = 1, version: str = "1.0", commit: str = "", environment: str = "prod"
) -> Deployment:
    return Deployment(
        line=2, time=NOON + hours * HOUR, environment=environment, version=version, commit=commit
    )


def decided(
    run: int = 1,
    outcome: Outcome = Outcome.GO,
    hours: float = 0,
    version: str = "1.0",
    commit: str = "",
    back: float | None = None,
) -> Decided:
    return Decided(
        run=run,
        environment="prod",
        version=version,
        commit=commit,
        outcome=outcome,
        decided_at=NOON + hours * HOUR,
        rolled_back_at=None if back is None else NOON + back * HOUR,
    )


def said(deployments: list[Deployment], decisions: list[Decided]) -> list[str]:
    return list(reconciled(deployments, decisions, since=NOON - 9 * HOUR, until=NOON + 9 * HOUR))


@pytest.mark.parametrize(
    ("deployment", "decision"),
    [
        (deployed(), decided()),
        (deployed(0), decided()),
        (deployed(), decided(outcome=Outcome.CONDITIONAL_GO)),
        (deployed(), decided(back=2)),  # rolled back later
        (deployed(version="", commit=COMMIT), decided(commit=COMMIT)),
        (deployed(version="", commit=COMMIT[:7].upper()), decided(commit=COMMIT)),
        (deployed(commit=COMMIT), decided()),  # the run names no commit
        (deployed(), decided(commit=COMMIT)),
    ],
)
def test_a_deployment_after_its_go_is_covered(deployment: Deployment, decision: Decided) -> None:
    assert said([deployment, deployment], [decision]) == []


@pytest.mark.parametrize(
    ("deployment", "decisions", "problem"),
    [
        (deployed(), [], "without a run"),
        (deployed(environment="dev"), [], "without a run"),
        (deployed(), [decided(version="1.1", hours=-10)], "without a run"),
        (deployed(commit="f" * 40), [decided(commit=COMMIT, hours=-10)], "without a run"),
        (deployed(version="", commit=COMMIT[:6]), [decided(commit=COMMIT, hours=-10)], "without a run"),
        (deployed(), [decided(7, Outcome.NO_GO)], "without a go: run #7 ended as NO-GO"),
        (deployed(), [decided(7, Outcome.EXPIRED)], "without a go: run #7 ended as EXPIRED"),
        (
            deployed(),
            [decided(7, hours=2)],
            "before its go: run #7 was decided at 2026-03-01 14:00:00 UTC",
        ),
        (
            deployed(),
            [decided(7, back=0.5)],
            "after its rollback: run #7 was rolled back at 2026-03-01 12:30:00 UTC",
        ),
        (
            deployed(),
            [decided(7), decided(8, Outcome.NO_GO, hours=0.5)],
            "after a no-go: run #8, at 2026-03-01 12:30:00 UTC",
        ),
    ],
)
def test_a_deployment_without_a_valid_go_is_reported(
    deployment: Deployment, decisions: list[Decided], problem: str
) -> None:
    [found, *_] = said([deployment], decisions)
    assert found.startswith("line 2: ")
    assert found.endswith(f"was deployed to {deployment.environment} at 2026-03-01 13:00:00 UTC {problem}")


def test_a_new_go_after_a_rollback_or_no_go_covers_the_deployment() -> None:
    again = decided(9, hours=0.8)
    assert said([deployed()], [decided(7, back=0.5), again]) == []
    assert said([deployed()], [decided(7), decided(8, Outcome.NO_GO, hours=0.5), again]) == []


def test_a_go_never_deployed_is_reported() -> None:
    found = said([], [decided(3), decided(4, Outcome.NO_GO), decided(5, hours=-10), decided(6, hours=9)])
    assert found == [
        "run #3: GO for version 1.0 on prod at 2026-03-01 12:00:00 UTC, and it was never deployed"
    ]


def test_a_deployment_needs_a_version_or_commit() -> None:
    with pytest.raises(ValueError, match="neither a version nor a commit"):
        deployed(version="")
