"""One sentence for every name that is not known."""

from __future__ import annotations

import pytest

from checks import spelling


@pytest.mark.parametrize(
    ("word", "near"),
    [("cuont", "count"), ("count", "count"), ("stats", "status"), ("zebra", ""), ("", "")],
)
def test_the_closest_is_found(word: str, near: str) -> None:
    assert spelling.closest(word, {"status", "count"}) == near


def test_a_name_that_is_like_none_gets_no_guess() -> None:
    assert spelling.did_you_mean("zebra", ["count"]) == ""


def test_an_unknown_name_is_told_what_there_is() -> None:
    assert spelling.unknown("reading", "cuont", {"status", "count"}) == (
        "no reading is called 'cuont', expected one of count, status; did you mean 'count'?"
    )
