"""What the audit log says is stored and hashed: a kind of event reads what was ever stored of it, and stores it as before."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.base.canonical import canonical
from bot.record.audit import AuditEvent
from bot.record.events import Detail, EventKind, Voted, of_kind
from tests.unit.bot.dossiers import NOW

RECORDS = Path(__file__).parents[2] / "audit" / "records"
KINDS = {kind.kind: kind for kind in Detail.__subclasses__() if kind.__module__ == Detail.__module__}


def stored() -> Iterator[AuditEvent]:
    for packet in sorted(RECORDS.glob("*/packet-*.json")):
        for event in json.loads(packet.read_text())["events"]:
            yield AuditEvent.model_validate_json(json.dumps(event))


def test_every_kind_of_event_has_one_detail() -> None:
    assert set(KINDS) == set(EventKind)


def test_the_bytes_of_an_event_are_those_that_earlier_versions_stored() -> None:
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


def test_a_key_that_a_later_version_has_added_is_ignored() -> None:
    assert Voted.read(voted(confidence=0.5)) == Voted.read(voted())


def test_a_kind_of_a_later_version_is_nobodys() -> None:
    later = event("condition transferred", condition=3)
    assert list(of_kind([later, voted()], Voted)) == [(voted(), Voted.read(voted()))]
    assert all(kind.read(later) is None for kind in KINDS.values())


def test_a_detail_that_says_nothing_of_its_kind_is_an_error_that_names_the_key() -> None:
    with pytest.raises(ValidationError, match="choice"):
        Voted.read(voted(choice="Perhaps"))
