"""Samples of every kind of message, which `canary lint --slack` shows to Slack: valid at any size of the configuration."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.plan.model import ConditionTemplate, Pinned
from bot.slack.fallback import NEGOTIABLE, fall_back
from bot.slack.form_samples import FORMS_OF_SAMPLES, form_samples
from bot.slack.forms import Form
from bot.slack.rendering import KINDS
from bot.slack.samples import KINDS_OF_SAMPLES, samples
from checks.actions.sql import SqlAction
from sandbox.slack.blocks import Surface, problems_in
from sandbox.slack.views import view_problems
from tests.unit.bot.dossiers import NOW, plan


def test_there_is_a_sample_of_every_kind() -> None:
    """Add a new kind to `KINDS_OF_SAMPLES`, or None for files, which have no blocks."""
    assert set(KINDS_OF_SAMPLES) == set(KINDS.names())
    assert {name for name, content in KINDS_OF_SAMPLES.items() if content is None} == set(KINDS.files)


@pytest.mark.parametrize("checks", [2, 150])
def test_slack_accepts_every_sample_with_newer_and_with_older_blocks(tmp_path: Path, checks: int) -> None:
    found = list(samples(plan(tmp_path, checks, "x" * 2000), NOW))
    assert len({sample.name for sample in found}) == len(found)
    for sample in found:
        surface: Surface = "home" if sample.posting.view else "message"
        assert problems_in(list(sample.posting.blocks), surface) == [], sample.name
        older = sample.posting.without(NEGOTIABLE)
        assert problems_in(list(older.blocks), surface, unknown=NEGOTIABLE) == [], sample.name
        assert sample.posting.text or sample.posting.view


def test_there_is_a_sample_of_every_form() -> None:
    """Add a new form to `FORMS_OF_SAMPLES`."""
    assert set(FORMS_OF_SAMPLES) == set(Form)


@pytest.mark.parametrize("checks", [2, 150])
def test_slack_accepts_every_form_with_newer_and_with_older_blocks(tmp_path: Path, checks: int) -> None:
    found = list(form_samples(with_everything(plan(tmp_path, checks, "x" * 2000)), NOW))
    assert {sample.view["callback_id"] for sample in found} == set(Form)
    for sample in found:
        assert view_problems(sample.view, "modal", ()) == [], sample.name
        older = fall_back(sample.view["blocks"], NEGOTIABLE)
        assert problems_in(older, "modal", unknown=NEGOTIABLE) == [], sample.name


def with_everything(pinned: Pinned) -> Pinned:
    """Also with an action, and with conditions to choose from that hold it."""
    action = SqlAction.model_validate(
        {
            "kind": "sql",
            "title": "x" * 100,
            "source": "admin",
            "statement": "UPDATE t SET a = 1",
            "rows": {"max": 9},
            "allow": {"platform": 1},
        }
    )
    names = [f"a{number}{'x' * 37}" for number in range(20)]
    condition = ConditionTemplate(text="x" * 500, answer="x" * 300, holds=tuple(names))
    decide = pinned.environment.decide.model_copy(
        update={"conditions": {f"c{number}{'x' * 37}": condition for number in range(30)}}
    )
    update = {"actions": dict.fromkeys(names, action), "decide": decide}
    return pinned.model_copy(update={"environment": pinned.environment.model_copy(update=update)})
