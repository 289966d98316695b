"""Event details are stored and hashed: each kind reads all that was ever stored of it, and stores it unchanged."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from pydantic import ValidationError

from bot.base.canonical import canonical
from bot.record import action_events, context_events, events
from bot.record.audit import AuditEvent
from bot.record.events import Detail, EventKind, Voted, of_kind
from tests.unit.bot.dossiers import NOW


def details(module: ModuleType) -> Iterator[type[Detail]]:
    for found in vars(module).values():
        if isinstance(found, type) and issubclass(found, Detail) and "kind" in vars(found):
            yield found


RECORDS = Path(__file__).parents[2] / "audit" / "records"
KINDS = {kind.kind: kind for module in (events, action_events, context_events) for kind in details(module)}


def stored() -> Iterator[AuditEvent]:
    for packet in sorted(RECORDS.glob("*/packet-*.json")):
        for event in json.loads(packet.read_text())["events"]:
            yield AuditEvent.model_validate_json(json.dumps(event))


def test_every_kind_of_event_has_one_detail_class() -> None:
    assert set(KINDS) == set(EventKind)


def test_stored_events_keep_the_bytes_of_earlier_versions() -> None:
    kinds = set()
    for event in stored():
        detail = KINDS[EventKind(event.kind)].read(event)
        assert detail
        assert canonical(detail.stored()) == canonical(event.detail)
        kinds.add(event.kind)
    assert len(kinds) >= 10


def event(kind: str, **detail: object) -> AuditEvent:
    return AuditEvent(run=1, seq=1, at=NOW, actor="U1", kind=kind, detail=detail, hash="")


def voted(**more: object) -> AuditEvent:
    said = {"choice": "Go", "reason": "", "condition": None, "evidence": "sha256:0", "roles": ["platform"]}
    return event("voted", **(said | more))


def test_a_key_added_by_a_later_version_is_ignored() -> None:
    assert Voted.read(voted(confidence=0.5)) == Voted.read(voted())


def test_a_kind_from_a_later_version_is_skipped() -> None:
    later = event("condition transferred", condition=3)
    assert list(of_kind([later, voted()], Voted)) == [(voted(), Voted.read(voted()))]
    assert all(kind.read(later) is None for kind in KINDS.values())


def test_an_invalid_detail_is_an_error_that_names_the_key() -> None:
    with pytest.raises(ValidationError, match="choice"):
        Voted.read(voted(choice="Perhaps"))
