"""Next steps worded as commands: what can be typed as it is, and examples that work."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.base.errors import CanaryError
from bot.base.next_step import Next
from bot.plan.load import load
from commands.slack import next_steps
from commands.slack.replies import said
from tests.journeys.conftest import CONFIGURATION


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ([], []),
        ([Next.show(7)], ["See `/canary show #7`"]),
        ([Next.list_runs()], ["`/canary status` lists the runs that are under way"]),
        ([Next.cancel(7)], ["To end it: `/canary cancel #7 <reason>`"]),
        ([Next.show(7), Next.cancel(7)], ["`/canary show #7`, or `/canary cancel #7 <reason>`"]),
        ([Next.show(7, "age")], []),
        ([Next.start()], []),
    ],
)
def test_next_steps_that_can_be_typed_are_listed(steps: list[Next], words: list[str]) -> None:
    assert next_steps.told(steps) == words


def test_starting_a_run_is_shown_by_an_example(tmp_path: Path) -> None:
    path = tmp_path / "canary.yaml"
    path.write_text(CONFIGURATION)
    environments = load(path, {"WORLD_DSN": "postgresql://nowhere"}).plan.environments
    assert next_steps.example([Next.start("staging")], environments, "U1") == "run staging"
    assert next_steps.example([Next.start("moon")], environments, "U1") == "run {start}"
    assert next_steps.example([Next.show(7, "age")], environments, "U1") == "show #7 age"
    assert next_steps.example([Next.show(7)], environments, "U1") is None


def test_a_refusal_reads_as_one_message() -> None:
    error = CanaryError("Run #7 is closed already", then=[Next.show(7)])
    text, blocks = said(error, steps=next_steps.told(error.then), example="show #7")
    assert text == "Run #7 is closed already. Try `/canary show #7` See `/canary show #7`"
    assert [block["type"] for block in blocks] == ["section"]
