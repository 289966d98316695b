"""The configuration that a run started with stays the same, also through JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.base.canonical import digest
from bot.plan.load import Loaded, load
from bot.plan.model import Pinned, Plan
from checks.kinds import KINDS
from tests.unit.plan.plans import SOUND, with_

EXAMPLES = Path(__file__).parents[3] / "examples"


@pytest.fixture
def reference() -> Plan:
    names = (
        "STAGING_DATABASE_URL",
        "DECISIONS_DATABASE_URL",
        "SIMULATIONS",
        "DECISION_LOGS",
        "BACKFILL_DATABASE_URL",
        "STAGING_URL",
        "CRON_SECRET",
    )
    environ = dict.fromkeys(names, "somewhere")
    return load(EXAMPLES / "background-jobs" / "canary.yaml", environ).plan


def test_a_pinned_environment_survives_json(reference: Plan) -> None:
    pinned = reference.pinned("staging")
    again = Pinned.model_validate_json(pinned.model_dump_json())
    assert again == pinned
    assert Pinned.model_validate(json.loads(json.dumps(pinned.model_dump(mode="json")))) == pinned


def test_its_checks_come_back_as_their_own_kinds(reference: Plan) -> None:
    again = Pinned.model_validate_json(reference.pinned("staging").model_dump_json())
    kinds = {name: KINDS[check.kind] for name, check in reference.environments["staging"].checks.items()}
    assert {name: type(check) for name, check in again.environment.checks.items()} == kinds
    assert len(set(kinds.values())) > 1


def test_it_keeps_the_order_of_the_checks(reference: Plan) -> None:
    again = Pinned.model_validate_json(reference.pinned("staging").model_dump_json())
    assert list(again.environment.checks) == list(reference.environments["staging"].checks)


def test_its_digest_covers_everything_else(reference: Plan) -> None:
    document = json.loads(reference.pinned("staging").model_dump_json())
    assert document.pop("digest") == digest(document)


def test_it_contains_only_the_sources_and_people_in_use(loaded: Callable[[str], Loaded]) -> None:
    text = with_("  on-call: {", "  security: {members: [U05SEC]}\n  on-call: {")
    pinned = loaded(text).plan.pinned("staging")
    assert set(pinned.sources) == {"staging-db", "repository"}
    assert set(pinned.people) == {"release-managers", "platform", "on-call"}


def test_changes_that_an_environment_does_not_use_leave_its_digest_alone(
    loaded: Callable[[str], Loaded],
) -> None:
    text = with_("  on-call: {", "  security: {members: [U05SEC]}\n  on-call: {")
    assert loaded(text).plan.pinned("staging").digest == loaded(SOUND).plan.pinned("staging").digest


def test_an_unknown_environment_is_a_key_error(loaded: Callable[[str], Loaded]) -> None:
    with pytest.raises(KeyError):
        loaded(SOUND).plan.pinned("production")


def test_fallbacks_maps_checks_to_their_fallback(loaded: Callable[[str], Loaded]) -> None:
    text = with_("run: [npm, test]", "run: [npm, test]\n        fallback: queue-age")
    assert loaded(text).plan.environments["staging"].fallbacks == {"tests": "queue-age"}
