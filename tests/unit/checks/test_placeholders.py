"""Rollback instructions are filled in with the run's values."""

from __future__ import annotations

import pytest

from checks.placeholders import known, names_in, render, well_formed


def test_names_are_replaced_by_values() -> None:
    text = "Promote {{previous_version}} over {{ version }}"
    assert render(text, {"version": "1.42.0", "previous_version": "1.41.3"}) == "Promote 1.41.3 over 1.42.0"


@pytest.mark.parametrize("values", [{}, {"version": ""}])
def test_a_missing_value_is_shown_as_unknown(values: dict[str, str]) -> None:
    assert render("Deploy {{version}}", values) == "Deploy (version: not known)"


def test_a_value_is_not_expanded_again() -> None:
    assert render("Deploy {{version}}", {"version": "{{run}}", "run": "412"}) == "Deploy {{run}}"


def test_a_shells_own_braces_are_left_alone() -> None:
    text = "kubectl get pods -o jsonpath={.items[0]} in ${NAMESPACE}"
    assert well_formed(text) == render(text, {}) == text


@pytest.mark.parametrize("text", ["{{", "{{a b}}", "{{Version}}", "{{}}"])
def test_braces_without_a_name_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected a name of lower-case"):
        well_formed(text)


def test_a_run_with_a_version_has_a_previous_version() -> None:
    assert known(["version"]) == ("run", "environment", "version", "previous_version")
    assert known(["version", "previous_version"]) == ("run", "environment", "version", "previous_version")
    assert known(["commit"]) == ("run", "environment", "commit")


def test_names_are_found_in_the_order_of_the_text() -> None:
    assert names_in("{{b}} {{a}} {{b}}") == ["b", "a", "b"]
