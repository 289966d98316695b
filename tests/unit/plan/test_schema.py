"""The published schema and the examples: what an editor is told is what the bot accepts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from bot.plan.document import read
from bot.plan.load import load
from bot.plan.schema import as_text, published
from checks.kinds import KINDS, SOURCES
from tests.unit.plan.plans import SOUND, with_

ROOT = Path(__file__).parents[3]
EXAMPLES = sorted((ROOT / "examples").glob("*/canary.yaml"))
ENVIRON = dict.fromkeys(("STAGING_DATABASE_URL", "STAGING_URL", "CRON_SECRET"), "somewhere")


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    schema = published()
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def test_the_published_schema_is_in_step() -> None:
    """`canary schema > docs/canary.schema.json` brings it there."""
    assert (ROOT / "docs" / "canary.schema.json").read_text() == as_text()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.parent.name)
def test_an_example_follows_the_schema(example: Path, validator: Draft202012Validator) -> None:
    assert [error.message for error in validator.iter_errors(read(example).data)] == []


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.parent.name)
def test_an_example_loads_without_problems(example: Path) -> None:
    assert load(example, ENVIRON).plan.environments


def test_the_minimal_example_fits_on_one_screen() -> None:
    assert len((ROOT / "examples" / "minimal" / "canary.yaml").read_text().splitlines()) <= 40


def test_a_default_can_be_written_as_the_schema_tells_it() -> None:
    schema = published()
    told = {
        f"{name}.{key}": (node["default"], {**node, "$defs": schema["$defs"]})
        for name, definition in schema["$defs"].items()
        for key, node in definition.get("properties", {}).items()
        if "default" in node
    }
    assert [
        where for where, (value, node) in told.items() if not Draft202012Validator(node).is_valid(value)
    ] == []


def test_every_kind_of_check_and_source_can_be_told_apart() -> None:
    kinds = {
        node["properties"]["kind"]["const"]
        for node in published()["$defs"].values()
        if "kind" in node.get("properties", {})
    }
    assert kinds == set(KINDS) | set(SOURCES)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("consecutive: 4", "consecutiv: 4"),
        ("kind: jobs.queue_age", "kind: jobs.queue-age"),
        ("window: 30m", "window: 30"),
        ("window: 30m", "window: 12:30"),
        ('"< 180s"', "180"),
        ("C0RELEASES", '"#releases"'),
        ("  staging:\n", "  Staging Area:\n"),
        ("separate_duties: true", "separate_duties: no"),
        ("breach: 3", "breach: 0"),
        ("        owner: release-managers\n", ""),
    ],
)
def test_an_editor_sees_the_mistake_as_well(
    old: str, new: str, tmp_path: Path, validator: Draft202012Validator
) -> None:
    (tmp_path / "canary.yaml").write_text(with_(old, new))
    assert not validator.is_valid(read(tmp_path / "canary.yaml").data)


def test_the_schema_accepts_what_the_bot_accepts(tmp_path: Path, validator: Draft202012Validator) -> None:
    (tmp_path / "canary.yaml").write_text(SOUND)
    assert validator.is_valid(read(tmp_path / "canary.yaml").data)


def test_every_key_of_the_sections_is_described() -> None:
    definitions = published()["$defs"]
    for section in ("Policy", "Rollback", "WatchTrigger", "People"):
        for key, node in definitions[section]["properties"].items():
            assert "description" in node or "description" in json.dumps(node), f"{section}.{key}"
