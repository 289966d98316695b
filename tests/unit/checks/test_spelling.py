"""One wording for every unknown name."""

from __future__ import annotations

import pytest

from checks import spelling


@pytest.mark.parametrize(
    ("word", "near"),
    [("cuont", "count"), ("count", "count"), ("stats", "status"), ("zebra", ""), ("", "")],
)
def test_the_closest_name_is_suggested(word: str, near: str) -> None:
    assert spelling.closest(word, {"status", "count"}) == near


def test_a_name_unlike_any_gets_no_suggestion() -> None:
    assert spelling.did_you_mean("zebra", ["count"]) == ""


def test_an_unknown_name_is_answered_with_the_available_ones() -> None:
    assert spelling.unknown("reading", "cuont", {"status", "count"}) == (
        "no reading is called 'cuont', expected one of count, status; did you mean 'count'?"
    )
