"""The published schema of packets: every packet that this version writes, and every one that earlier versions wrote."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from bot.record.audit import AuditEvent
from bot.record.packet import as_json
from bot.record.schema import as_text, published
from bot.rules.run import RunState
from tests.unit.bot.dossiers import HUGE, LIVELY, NOW, dossier, plan

ROOT = Path(__file__).parents[3]
VALIDATOR = Draft202012Validator(published())
EARLIER = sorted((ROOT / "tests/audit/records").glob("*/packet-*.json"))


def problems(packet: Any) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(packet)]


def test_the_published_schema_is_that_of_this_version() -> None:
    """Run `.venv/bin/canary schema packet > docs/packet.schema.json` after a change."""
    Draft202012Validator.check_schema(published())
    assert (ROOT / "docs/packet.schema.json").read_text() == as_text()


@pytest.mark.parametrize("path", EARLIER, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_packets_of_earlier_versions_are_valid(path: Path) -> None:
    assert problems(json.loads(path.read_text())) == []


@pytest.mark.parametrize("said", ["quota is 62 of 62", LIVELY, HUGE, ""])
def test_packets_of_this_version_are_valid_whatever_people_say(tmp_path: Path, said: str) -> None:
    event = AuditEvent(run=1, seq=1, at=NOW, actor=said, kind=said, detail={said: said}, hash="")
    made = dossier(plan(tmp_path, 3, "Pin it"), said, RunState.CLOSED)
    packet = json.loads(as_json(made, [event]))
    packet["configuration"]["digest"] = f"sha256:{'0' * 64}"
    assert problems(packet) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("format",), "canary-packet/999"),
        (("digest",), "md5:0"),
        (("decision", "outcome"), "MAYBE"),
        (("decision", "votes"), {}),
        (("evidence", "run"), "one"),
        (("events", 0, "seq"), None),
        (("configuration", "people"), []),
    ],
)
def test_what_is_no_packet_is_not_valid(path: tuple[str | int, ...], value: Any) -> None:
    packet = json.loads(EARLIER[0].read_text())
    place: Any = packet
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert problems(packet)


def test_keys_of_later_versions_are_no_mistake() -> None:
    packet = json.loads(EARLIER[0].read_text())
    packet["invented"] = packet["decision"]["invented"] = 1
    assert problems(packet) == []
