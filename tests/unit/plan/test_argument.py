"""Which arguments a run accepts, and how others are refused."""

from __future__ import annotations

import pytest

from bot.base.errors import Misused
from bot.plan.argument import Argument, settle

DECLARED = {
    "version": Argument(required=True, pattern=r"[0-9]+(\.[0-9]+)*", description="What goes out"),
    "region": Argument(choices=("eu", "us"), default="eu"),
    "note": Argument(),
}


def test_defaults_fill_in_missing_arguments() -> None:
    assert settle(DECLARED, {"version": "1.42.0"}) == {"version": "1.42.0", "region": "eu"}


def test_given_values_are_kept() -> None:
    given = {"version": "1", "region": "us", "note": "for Ana"}
    assert settle(DECLARED, given) == given


@pytest.mark.parametrize(
    ("given", "message", "hint"),
    [
        ({}, "`version` is missing.", "What goes out"),
        (
            {"version": "1.42.0; rm"},
            r"`version`: expected a value that matches [0-9]+(\.[0-9]+)*, not '1.42.0; rm'.",
            "What goes out",
        ),
        ({"version": "1", "region": "mars"}, "`region`: expected one of eu, us, not 'mars'.", ""),
        ({"version": "1", "note": ""}, "`note`: expected 1 to 200 characters on one line.", ""),
        ({"version": "1", "note": "a\nb"}, "`note`: expected 1 to 200 characters on one line.", ""),
        ({"version": "1", "note": "x" * 201}, "`note`: expected 1 to 200 characters on one line.", ""),
        ({"versoin": "1"}, "There is no argument `versoin` here.", "Did you mean `version=`?"),
        (
            {"banana": "1"},
            "There is no argument `banana` here.",
            "Available: `version=`, `region=`, `note=`.",
        ),
    ],
)
def test_an_invalid_argument_is_explained(given: dict[str, str], message: str, hint: str) -> None:
    with pytest.raises(Misused) as error:
        settle(DECLARED, given)
    assert (str(error.value), error.value.hint) == (message, hint)


def test_an_environment_without_arguments_says_so() -> None:
    with pytest.raises(Misused) as error:
        settle({}, {"version": "1"})
    assert error.value.hint == "It takes no arguments."


def test_a_pattern_cannot_be_made_to_hang() -> None:
    """`(a+)+$` keeps a backtracking engine busy for longer than anybody waits."""
    assert Argument(pattern="(a+)+$").problem_with("a" * 100 + "!") is not None
