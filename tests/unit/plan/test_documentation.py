"""docs/configuration.md is correct and complete: its examples load, and it names every key, kind and reading."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from pydantic import BaseModel
from ruamel.yaml import YAML

from bot.plan.load import load
from bot.plan.schema import published
from checks.kinds import ACTIONS, KINDS, SOURCES
from checks.presets import PRESETS, PresetName, named_version

PAGE = (Path(__file__).parents[3] / "docs" / "configuration.md").read_text()
ENVIRON = dict.fromkeys(("STAGING_DATABASE_URL", "STAGING_URL", "CRON_SECRET"), "somewhere")
SCHEMA = published()["$defs"]


def keys(definition: str) -> list[str]:
    return list(SCHEMA[definition]["properties"])


def named(word: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", PAGE) is not None


EXAMPLE, METRIC, CONDITIONS, AUTHOR, BACKFILL, PROMOTION = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


def test_its_example_loads(file: Path) -> None:
    file.write_text(EXAMPLE)
    assert load(file, ENVIRON).plan.environments["staging"].watch


def test_the_example_of_conditions_loads_within_the_main_one(file: Path) -> None:
    whole, part = (YAML(typ="safe", pure=True).load(text) for text in (EXAMPLE, CONDITIONS))
    whole["environments"]["staging"]["decide"] |= part["decide"]
    file.write_text(json.dumps(whole))
    environment = load(file, ENVIRON).plan.environments["staging"]
    assert environment.holdable == ("promote",)


def test_the_author_example_loads_within_the_main_one(file: Path) -> None:
    whole, part = (YAML(typ="safe", pure=True).load(text) for text in (EXAMPLE, AUTHOR))
    staging = whole["environments"]["staging"]
    for key in part:
        staging[key] |= part[key]
    file.write_text(json.dumps(whole))
    assert load(file, ENVIRON).plan.environments["staging"].decide.author


def test_the_query_example_loads_within_the_main_one(file: Path) -> None:
    whole, check = (YAML(typ="safe", pure=True).load(text) for text in (EXAMPLE, METRIC))
    staging = whole["environments"]["staging"]
    staging["arguments"]["version"] = {"required": True}
    staging["checks"] |= check
    whole["sources"]["prometheus"] = {"kind": "prometheus", "base_url": "https://prometheus.example.com"}
    file.write_text(json.dumps(whole))
    assert load(file, ENVIRON).plan.environments["staging"].checks["error-rate"]


@pytest.mark.parametrize("example", [BACKFILL, PROMOTION])
def test_the_examples_of_actions_load_within_the_main_one(file: Path, example: str) -> None:
    whole, part = (YAML(typ="safe", pure=True).load(text) for text in (EXAMPLE, example))
    staging = whole["environments"]["staging"]
    staging |= part
    for action in staging["actions"].values():
        action["covers"] = next(iter(staging["checks"]))
    staging["arguments"]["version"] = {"required": True}
    whole["sources"]["deploy-api"] = {"kind": "http", "base_url": "https://deploy.example.com"}
    whole["sources"]["staging-admin"] = {
        "kind": "postgres.writer",
        "dsn": "${ADMIN_URL}",
        "tables": ["WorkspaceSettings"],
    }
    file.write_text(json.dumps(whole))
    assert load(file, ENVIRON | {"ADMIN_URL": "elsewhere"}).plan.environments["staging"].actions


@pytest.mark.parametrize(
    "section",
    [
        "Plan",
        "People",
        "Environment",
        "Argument",
        "Policy",
        "FollowUp",
        "ConditionTemplate",
        "Rollback",
        "WatchPlan",
        "WatchTrigger",
        "ChecklistItem",
        "Request",
        "Sampling",
    ],
)
def test_it_names_every_key_of_a_section(section: str) -> None:
    found = keys(section) if section != "Plan" else list(published()["properties"])
    assert [key for key in found if not named(key)] == []


@pytest.mark.parametrize(
    ("kind", "model"), [pair for table in (KINDS, SOURCES, ACTIONS) for pair in table.items()]
)
def test_it_names_a_kind_with_its_own_keys(kind: str, model: type[BaseModel]) -> None:
    own = {field.alias or name for name, field in model.model_fields.items()}
    assert [word for word in (kind, *own) if f"`{word}`" not in PAGE] == []


@pytest.mark.parametrize("kind", [kind for kind, model in KINDS.items() if kind.startswith("jobs.")])
def test_it_names_every_reading_of_a_measure_in_the_row_of_its_kind(kind: str) -> None:
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{kind}` "))
    assert [reading for reading in KINDS[kind].units if f"`{reading}`" not in row] == []


@pytest.mark.parametrize("name", PRESETS)
def test_it_documents_each_preset_correctly(name: PresetName) -> None:
    preset = PRESETS[name]
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{name}` | "))
    _, run, report, versions = (cell.strip() for cell in row.strip("| ").split(" | "))
    assert run == f"`{' '.join(preset.run)}`"
    where = f"`{preset.file}`" if preset.file else "the output"
    assert report == (f"`{preset.format}`, {where}" if preset.format else "none")
    assert versions.split(", ") == [
        named_version(command).removesuffix(" version") for command in preset.versions
    ]
