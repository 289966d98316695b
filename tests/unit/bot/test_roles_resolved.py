"""Votes and waivers are checked against who held which role at the time, according to the log."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.record.audit import AuditEvent
from bot.record.events import EventKind
from bot.record.logged import without_role
from tests.unit.bot.dossiers import NOW, plan

VOTED = (
    "U01ANA",
    "voted",
    {"choice": "Go", "reason": "", "condition": None, "evidence": "sha256:1", "roles": ["platform"]},
)
WAIVED = ("U01ANA", "waived", {"check": "c0", "reason": "known", "evidence": "sha256:1"})


def resolved(by: str, *people: str, role: str = "platform") -> tuple[str, str, dict[str, Any]]:
    return by, EventKind.ROLES_RESOLVED, {"roles": {role: list(people)}}


def said(tmp_path: Path, *told: tuple[str, str, dict[str, Any]]) -> list[str]:
    events = [
        AuditEvent(run=1, seq=seq, at=NOW, actor=actor, kind=kind, detail=detail, hash="")
        for seq, (actor, kind, detail) in enumerate(told, 1)
    ]
    return list(without_role(events, plan(tmp_path, 2, "Pin it").environment))


@pytest.mark.parametrize("given", [VOTED, WAIVED])
def test_a_holder_of_the_role_could_act(tmp_path: Path, given: tuple[str, str, dict[str, Any]]) -> None:
    assert said(tmp_path, resolved("U01ANA", "U01ANA", "U02BEN"), given) == []


def test_a_vote_in_a_role_not_held_by_the_voter_is_reported(tmp_path: Path) -> None:
    (problem,) = said(tmp_path, resolved("U01ANA", "U02BEN"), VOTED)
    assert problem == "vote of U01ANA: did not hold platform when it was given"


def test_a_waiver_by_someone_who_did_not_own_the_check_is_reported(tmp_path: Path) -> None:
    (problem,) = said(tmp_path, resolved("U01ANA", "U01ANA", role="managers"), WAIVED)
    assert problem == "waiver of c0: U01ANA did not hold platform when it was given"


@pytest.mark.parametrize(
    "before",
    [
        ("U01ANA", "refused", {"what": "vote Go"}),  # by a version that did not record it
        resolved("U02BEN", "U02BEN"),  # for another person
    ],
)
def test_only_the_event_directly_before_counts(
    tmp_path: Path, before: tuple[str, str, dict[str, Any]]
) -> None:
    assert said(tmp_path, before, VOTED) == []
