"""The published schema agrees with the bot: editors accept what it accepts, the examples included."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from bot.plan.document import read
from bot.plan.load import load
from bot.plan.schema import as_text, published
from checks.kinds import KINDS, SOURCES
from tests.unit.plan.plans import SOUND, with_

ROOT = Path(__file__).parents[3]
EXAMPLES = sorted((ROOT / "examples").glob("*/canary.yaml"))
ENVIRON = dict.fromkeys(
    (
        "STAGING_DATABASE_URL",
        "DECISIONS_DATABASE_URL",
        "SIMULATIONS",
        "STAGING_URL",
        "CRON_SECRET",
        "REPOSITORY",
        "DECISION_LOGS",
        "BACKFILL_DATABASE_URL",
        "PROMETHEUS_URL",
        "PROMETHEUS_TOKEN",
    ),
    "https://somewhere",
)


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    schema = published()
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def test_the_published_schema_is_up_to_date() -> None:
    """`canary schema > docs/canary.schema.json` updates it."""
    assert (ROOT / "docs" / "canary.schema.json").read_text() == as_text()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.parent.name)
def test_an_example_follows_the_schema(example: Path, validator: Draft202012Validator) -> None:
    assert [error.message for error in validator.iter_errors(read(example).data)] == []


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.parent.name)
def test_an_example_loads_without_problems(example: Path) -> None:
    assert load(example, ENVIRON).plan.environments


def test_the_minimal_example_fits_on_one_screen() -> None:
    assert len((ROOT / "examples" / "minimal" / "canary.yaml").read_text().splitlines()) <= 40


def test_every_default_is_valid_in_the_schema() -> None:
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


def test_every_kind_of_check_and_source_is_distinguished() -> None:
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
def test_an_editor_notices_the_mistake_too(
    old: str, new: str, tmp_path: Path, validator: Draft202012Validator
) -> None:
    (tmp_path / "canary.yaml").write_text(with_(old, new))
    assert not validator.is_valid(read(tmp_path / "canary.yaml").data)


def test_the_schema_accepts_what_the_bot_accepts(tmp_path: Path, validator: Draft202012Validator) -> None:
    (tmp_path / "canary.yaml").write_text(SOUND)
    assert validator.is_valid(read(tmp_path / "canary.yaml").data)


def test_every_key_is_described() -> None:
    schema = published()
    for section, definition in {"canary.yaml": schema, **schema["$defs"]}.items():
        for key, node in definition.get("properties", {}).items():
            assert node.get("description"), f"{section}.{key}"


# ------------------------------------------------------------------ the keys of each kind
OWN: dict[str, dict[str, Any]] = {
    "jobs.cadence": {"window": "30m"},
    "jobs.contention": {"window": "30m"},
    "jobs.coverage": {"table": "Settings", "column": "enabled"},
    "jobs.dispatch_health": {"window": "30m"},
    "jobs.duplicates": {"window": "30m"},
    "jobs.fairness": {"window": "30m"},
    "jobs.function_failures": {"window": "30m"},
    "jobs.queue_age": {"window": "30m"},
    "jobs.stale_runs": {},
    "jobs.throughput": {"window": "30m"},
    "control.autoscale": {},
    "control.promotion": {},
    "scenario": {"run": ["true"]},
    "sql": {"query": "SELECT 1 AS jobs"},
    "http.probe": {"request": {"path": "/"}},
    "gate": {"run": ["true"]},
    "prometheus.query": {"queries": {"up": "up"}},
    "prometheus.alerts": {},
    "configuration": {},
    "github.checks": {"commit": "{{commit}}", "names": ["build"]},
    "logs.reasons": {"window": "30m"},
    "postgres.writer": {"dsn": "${DSN}", "tables": ["Job"]},
    "postgres": {"dsn": "${DSN}", "tables": ["Job"]},
    "http": {"base_url": "${URL}"},
    "prometheus": {"base_url": "${URL}"},
    "workspace": {"path": "/srv"},
    "github": {"repository": "acme/shop"},
    "loki": {"base_url": "${URL}"},
}


def document(kind: str, tmp_path: Path, **more: Any) -> Any:
    """The correct configuration with one more check or source of that kind."""
    (tmp_path / "canary.yaml").write_text(SOUND)
    data = read(tmp_path / "canary.yaml").data
    one = {"kind": kind, **OWN[kind], **more}
    if kind in SOURCES:
        data["sources"]["one"] = one
    else:
        data["environments"]["staging"]["checks"]["one"] = {"owner": "platform", **one}
    return data


EVERY_KIND = pytest.mark.parametrize("kind", [*KINDS, *SOURCES])


@EVERY_KIND
def test_a_kind_with_its_own_keys_is_valid(
    kind: str, tmp_path: Path, validator: Draft202012Validator
) -> None:
    assert [error.message for error in validator.iter_errors(document(kind, tmp_path))] == []


@EVERY_KIND
def test_a_key_of_another_kind_is_the_only_error(
    kind: str, tmp_path: Path, validator: Draft202012Validator
) -> None:
    table = {**SOURCES} if kind in SOURCES else {**KINDS}
    own = {field.alias or name for name, field in table[kind].model_fields.items()}
    foreign = sorted({key for other in OWN if other in table for key in OWN[other]} - own)
    for key in [*foreign, "nonsense"]:
        (error,) = validator.iter_errors(document(kind, tmp_path, **{key: "x"}))
        assert repr(key) in error.message


@EVERY_KIND
def test_a_missing_required_key_is_named(kind: str, tmp_path: Path, validator: Draft202012Validator) -> None:
    for key in OWN[kind]:
        data = document(kind, tmp_path)
        holder = data["sources"] if kind in SOURCES else data["environments"]["staging"]["checks"]
        del holder["one"][key]
        (error,) = validator.iter_errors(data)
        several = error.context and [one.message for one in error.context]
        assert f"{key!r} is a required property" in (several or [error.message])


@pytest.mark.parametrize(
    ("kind", "expected"), [("gates", "is not one of"), (None, "'kind' is a required property")]
)
def test_an_unknown_or_missing_kind_is_reported(
    kind: str | None, expected: str, tmp_path: Path, validator: Draft202012Validator
) -> None:
    data = document("gate", tmp_path)
    one = data["environments"]["staging"]["checks"]["one"]
    one.pop("kind")
    if kind:
        one["kind"] = kind
    (error,) = validator.iter_errors(data)
    assert expected in error.message
