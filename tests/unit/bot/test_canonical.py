"""Canonical JSON: Python's own JSON where that gives the same bytes, and rfc8785 otherwise."""

from __future__ import annotations

import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from bot.base.canonical import canonical

ASCII = st.text(st.characters(max_codepoint=127))
LEAVES = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | ASCII
ALSO = (
    LEAVES
    | st.text(st.characters(exclude_categories=["Cs"]))
    | st.floats(allow_nan=False, allow_infinity=False)
)


def documents(leaves: st.SearchStrategy[object], names: st.SearchStrategy[str]) -> st.SearchStrategy[object]:
    return st.recursive(leaves, lambda part: st.lists(part) | st.dictionaries(names, part))


@given(documents(LEAVES, ASCII) | documents(ALSO, st.text(st.characters(exclude_categories=["Cs"]))))
def test_the_output_equals_that_of_rfc8785(document: object) -> None:
    assert canonical(document).encode() == rfc8785.dumps(document)  # type: ignore[arg-type]
