"""What changed in the configuration since the previous run."""

from __future__ import annotations

from typing import Any

import pytest

from bot.rules.previous_run import changed_arguments, changed_facts, changed_settings, facts_of
from checks.outcome import Outcome
from checks.reading import Measurement, Reading
from checks.result import Result
from tests.unit.bot.dossiers import NOW


def said(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return [each.change for each in changed_settings(before, after)]


def test_a_setting_goes_by_its_path_in_the_environment() -> None:
    before = {"environment": {"checks": {"age": {"pass": {"p95": "< 120s"}}}}, "people": {"a": ["U1"]}}
    after = {"environment": {"checks": {"age": {"pass": {"p95": "< 180s"}}}}, "people": {"a": ["U1", "U2"]}}
    assert said(before, after) == ["checks.age.pass.p95: < 120s → < 180s", 'people.a: ["U1"] → ["U1", "U2"]']


def test_what_is_new_and_what_is_gone_are_said() -> None:
    assert said({"environment": {"a": 1}}, {"environment": {"b": True}}) == ["a: gone, was 1", "b: new, true"]


def test_the_digest_and_the_format_of_a_configuration_are_no_settings() -> None:
    assert said({"digest": "sha256:1", "format": 1}, {"digest": "sha256:2", "format": 2}) == []


def test_long_values_are_shortened_and_still_differ() -> None:
    [change] = said(
        {"environment": {"query": "x" * 1000 + "a"}}, {"environment": {"query": "x" * 1000 + "b"}}
    )
    before, after = change.removeprefix("query: ").split(" → ")
    assert before != after
    assert len(change) < 600


def test_arguments_and_facts_say_where_they_are() -> None:
    [version] = changed_arguments({"version": "1"}, {"version": "2"})
    [fact] = changed_facts("settings", {"FLOOR": "1"}, {"FLOOR": "2"})
    assert (version.where, version.change) == ("arguments", "version: 1 → 2")
    assert (fact.where, fact.change) == ("settings", "FLOOR: 1 → 2")


@pytest.mark.parametrize("read", [False, None])
def test_facts_that_were_not_read_are_not_compared(read: bool | None) -> None:
    measured = Measurement(readings=(Reading(name="read", value=read),), context={"FLOOR": "1"})
    result = Result(outcome=Outcome.WARN, reason="", started_at=NOW, seconds=1, measurements=(measured,))
    assert facts_of(result) is None
    assert facts_of(None) is None
