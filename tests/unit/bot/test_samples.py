"""Samples of every kind of message, which `canary lint --slack` shows to Slack: valid at any size of the configuration."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.slack.fallback import NEGOTIABLE
from bot.slack.rendering import KINDS
from bot.slack.samples import KINDS_OF_SAMPLES, samples
from sandbox.slack.blocks import Surface, problems_in
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
