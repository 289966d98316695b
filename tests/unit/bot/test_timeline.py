"""The timeline describes each event in a sentence."""

from __future__ import annotations

import pytest

from bot import record
from bot.base.declared import declared
from bot.record.audit import AuditEvent
from bot.record.document.names import Names
from bot.record.document.timeline import WORDED, rows, say
from bot.record.events import Detail
from tests.unit.bot.dossiers import NOW


def event(kind: str, **detail: object) -> AuditEvent:
    return AuditEvent(run=1, seq=1, at=NOW, actor="canary", kind=kind, detail=dict(detail), hash="")


def test_every_kind_of_event_has_a_sentence() -> None:
    """Add a sentence to bot/record/document/timeline.py for each new kind."""
    assert {kind.kind for kind in declared(record, Detail) if kind is not Detail} == WORDED.keys()


@pytest.mark.parametrize(
    ("happened", "says"),
    [
        (
            event("check finished", check="age", outcome="FAIL", reason="p95 is 182 s"),
            "Queue age finished: FAIL, p95 is 182 s.",
        ),
        (
            event("voted", choice="Go", reason="", condition=None, evidence="sha256:0", roles=["platform"]),
            "Voted Go as platform.",
        ),
        (event("waived", check="age", reason="known", evidence="sha256:0"), "Waived Queue age: known."),
        (event("watch ended", end="rolled back"), "The watch ended: rolled back."),
        (event("packet posted again"), "Had the packet posted again."),
    ],
)
def test_an_event_is_described_in_a_sentence(happened: AuditEvent, says: str) -> None:
    assert say(happened, Names({"age": "Queue age"})) == says


@pytest.mark.parametrize("happened", [event("invented later", by="U1"), event("voted", reason="no choice")])
def test_an_event_unknown_to_this_version_is_shown_as_stored(happened: AuditEvent) -> None:
    said = say(happened, Names())
    assert said.startswith(f"{happened.kind}: {{")
    assert next(iter(happened.detail)) in said


def test_the_bot_is_shown_by_name() -> None:
    assert next(rows([event("watch ended", end="completed")], Names()))[:2] == (
        "2026-03-01 12:00:00 UTC",
        "canary (the bot)",
    )
