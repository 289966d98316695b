"""Searching a stream in windows finds the same as searching the whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from checks import search
from checks.calculation.calculator import Calculator
from checks.output import plain
from checks.recording import Recording
from checks.recording import search as searched
from checks.search import windows


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))


def last_of(data: bytes, pattern: str, size: int = 7, window: int = 1 << 16) -> str | None:
    """Search like the child process does."""
    found = search.find({"patterns": {"it": pattern}, "window": window}, pieces(data, size))
    if "it" not in found:
        return None
    start, end = found["it"]
    text = plain(data[start:end].decode("utf-8", "replace"))
    return search.last({"pattern": pattern}, [text.encode()])


async def found_in(
    recording: Recording, pattern: str, window: int, redact: Callable[[str], str] = str
) -> Mapping[str, str | None]:
    async with Calculator() as calculator:
        share, limit = calculator.of("ours"), timedelta(minutes=1)
        return await searched(recording, {"it": pattern}, share, redact=redact, limit=limit, window=window)


LINES = st.lists(
    st.sampled_from(["3 passed", "x", "", "12 passed, 1 failed", "passed", "\x1b[32m7 passed\x1b[0m", "é"])
)


@given(LINES, st.sampled_from(["\n", "\r\n", "\r"]), st.integers(1, 40))
def test_the_size_of_the_chunks_does_not_matter(lines: list[str], newline: str, size: int) -> None:
    text = newline.join(lines)
    found = [match[1] for match in re2.finditer(r"(?m)^(\d+) passed", plain(text))]

    assert last_of(text.encode(), r"^(\d+) passed", size, window=30) == (found[-1] if found else None)


PIECES = st.lists(st.sampled_from(["a", "é", "😀", "\x1b[32m", "\n", "\r\n", "\r"]), max_size=200)


@given(PIECES.map("".join), st.integers(1, 40))
def test_windows_add_up_to_the_stream_and_split_no_character(text: str, size: int) -> None:
    data = text.encode()
    whole = bytearray()
    for start, window in windows(pieces(data, size), 70):
        assert start <= len(whole)
        assert window == data[start : start + len(window)]
        assert "\ufffd" not in window.decode("utf-8", "replace")
        whole[start:] = window

    assert whole == data


@pytest.mark.parametrize("size", [1, 3, 100])
def test_a_match_may_span_lines_within_a_window(size: int) -> None:
    data = b"noise\n" * 50 + b"begin\nmiddle\nend\n" + b"noise\n" * 50

    assert last_of(data, r"begin\nmiddle\n(end)", size, window=64) == "end"


def test_numbers_are_not_cut_at_window_boundaries() -> None:
    data = b"".join(b"total %d\n" % (1_000_000 + number) for number in range(1000))

    assert last_of(data, r"(\d+)", 13, window=50) == "1000999"


def test_a_shortened_value_is_not_a_number() -> None:
    assert str(search.last({"pattern": r"\d+"}, [b"7" * 5000])).endswith("7…")


@pytest.mark.parametrize(("early", "late"), [(True, False), (False, True), (True, True), (False, False)])
async def test_output_beyond_the_bound_is_reported_as_skipped(early: bool, late: bool) -> None:
    data = b"7 ok\n" * early + b"noise\n" * 1000 + b"8 ok\n" * late
    with Recording(most=1000, end=200) as recording:
        for piece in pieces(data, 7):
            recording.feed(piece)
        found = await found_in(recording, r"(\d) ok", window=100)

    assert found == ({"it": "8" if late else None} if early or late else {})
    assert recording.skipped > 4000


async def test_a_secret_is_redacted_before_it_is_searched() -> None:
    with Recording() as recording:
        for piece in pieces(b"noise\n" * 9 + b"token=tops3cret\n" + b"noise\n" * 9, 5):
            recording.feed(piece)
        found = await found_in(
            recording, "token=(.*)", 20, lambda text: text.replace("tops3cret", "[redacted]")
        )

    assert found == {"it": "[redacted]"}


def test_output_that_outgrows_memory_is_read_from_disk() -> None:
    data = b"".join(b"line %d\n" % number for number in range(100_000))
    with Recording(end=1000) as recording:
        for piece in pieces(data, 50_000):
            recording.feed(piece)

        assert list(recording.parts()) == [(0, len(data))]
        assert b"".join(recording.read(0, len(data))) == data
        assert b"".join(recording.read(700_000, 700_100)) == data[700_000:700_100]
