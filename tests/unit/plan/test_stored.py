"""Stored configurations stay readable whatever canary.yaml accepts by now, and are digested as stored."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from bot.base.canonical import own_digest
from bot.plan.load import load
from bot.plan.model import Pinned
from bot.plan.stored import read_pinned
from checks.outcome import CheckError
from checks.reading import Moment
from checks.unknown import UnknownCheck, UnknownSource
from tests.journeys.conftest import CONFIGURATION


@pytest.fixture
def document(tmp_path: Path) -> dict[str, Any]:
    (tmp_path / "canary.yaml").write_text(CONFIGURATION)
    pinned = load(tmp_path / "canary.yaml", None).plan.pinned("staging")
    stored: dict[str, Any] = json.loads(pinned.model_dump_json())
    return stored


def read(document: dict[str, Any]) -> Pinned:
    return read_pinned(json.dumps(document))


def everywhere(value: Any) -> Any:
    """Add an unknown key to each mapping with fixed keys; mappings of names, such as `people`, get none."""
    named = {
        "people",
        "sources",
        "checks",
        "actions",
        "arguments",
        "triggers",
        "approve",
        "pass",
        "warn",
        "units",
        "members",
        "conditions",
    }
    if isinstance(value, list):
        return [everywhere(each) for each in value]
    if not isinstance(value, dict):
        return value
    changed = {
        key: {name: everywhere(each) for name, each in part.items()}
        if key in named and isinstance(part, dict)
        else everywhere(part)
        for key, part in value.items()
    }
    return changed | {"of_a_later_version": {"a": 1}}


def test_keys_added_by_a_later_version_are_ignored(document: dict[str, Any]) -> None:
    later = everywhere(document)
    assert json.dumps(later).count("of_a_later_version") > 8
    assert read(later) == read(document)
    with pytest.raises(ValidationError):
        Pinned.model_validate_json(json.dumps(later))


def test_the_digest_covers_what_is_stored_not_what_is_read(document: dict[str, Any]) -> None:
    assert own_digest(document) == document["digest"]
    earlier = {**document, "environment": {**document["environment"]}}
    del earlier["environment"]["start"]  # a key added later, with a default
    assert read(earlier).environment.start == ()
    assert own_digest(earlier) != document["digest"]
    assert own_digest({**earlier, "digest": "sha256:anything"}) == own_digest(earlier)


def of_staging(document: dict[str, Any], **changes: Any) -> dict[str, Any]:
    checks = document["environment"]["checks"]
    changed = {name: check | changes if name == "queue-age" else check for name, check in checks.items()}
    return document | {"environment": document["environment"] | {"checks": changed}}


@pytest.mark.parametrize(
    ("changes", "because"),
    [
        ({"kind": "acme.latency", "percentile": 99}, "it has no such kind"),
        ({"timeout": "not a duration"}, "timeout: "),
        ({"pass": {"nobody": ["< 1"]}}, "warn.p95: "),
    ],
)
async def test_an_unreadable_check_leaves_the_rest_readable(
    document: dict[str, Any], changes: dict[str, Any], because: str
) -> None:
    pinned = read(of_staging(document, **changes))
    check = pinned.environment.checks["queue-age"]
    assert isinstance(check, UnknownCheck)
    assert (check.owner, check.kind) == ("platform", changes.get("kind", "sql"))
    assert pinned.environment.checks["duplicates"] == read(document).environment.checks["duplicates"]
    with pytest.raises(CheckError, match=f"cannot read this check of kind .*{because}"):
        await check.measure(None, Moment(now=datetime.now(UTC)), None)


async def test_an_unreadable_source_does_too(document: dict[str, Any]) -> None:
    sources = {name: source | {"kind": "acme"} for name, source in document["sources"].items()}
    pinned = read(document | {"sources": sources})
    (source,) = pinned.sources.values()
    assert isinstance(source, UnknownSource)
    with pytest.raises(CheckError, match="cannot read this source of kind acme"):
        await source.reach(None)
