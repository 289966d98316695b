"""Which characters are kept in recorded and shown text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.base.plain import pasted, plain, refused

_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\U000e0100-\U000e01ef]"
)
KEPT = [
    "plain words, a tab\t and a line\n",
    "naïve Ünïcödé, 漢字, العربية, हिन्दी, « ok\xa0»",
    "👩\u200d💻 ❤\ufe0f 🏳\ufe0f\u200d🌈 1\ufe0f\u20e3 👍🏽",
    "می\u200cخواهم, क्\u200dष",
    "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "\U0001fae9 is newer than this Python",
]
CUT = [
    ("a\x00b\x1b[31mc\x7f\x9b", "ab[31mc"),
    ("pay\u202etxt\u202c \u2066x\u2069", "paytxt x"),
    ("a\u200bb\u2060c\ufeffd\xade", "abcde"),
    ("GO\u200d\u200cNO", "GONO"),
    ("ا\u200c\u200c\u200cب", "ا\u200cب"),
    ("\ue000\uf8ff\U000f0001x", "x"),
    ("\ud800x\udfff", "x"),
    ("hi\U000e0068\U000e0069", "hi"),
    ("x\ufe0f\ufe0e\U000e0101\U000e0102", "x\ufe0f"),
    ("e" + "\u0301" * 50, "e" + "\u0301" * 8),
    ("\u3164\u115fx", "x"),
    ("one\r\ntwo\u2028three", "one\ntwo\nthree"),
]


@pytest.mark.parametrize("text", KEPT)
def test_visible_text_is_kept(text: str) -> None:
    assert plain(text) == text
    assert refused(text.replace("\n", "")) == ""


@pytest.mark.parametrize(("text", "seen"), CUT)
def test_invisible_characters_are_removed(text: str, seen: str) -> None:
    assert plain(text) == seen


@given(st.text())
def test_plain_text_is_unchanged_and_can_be_stored(text: str) -> None:
    once = plain(text)
    assert plain(once) == once
    once.encode()
    assert not set(once) & set("\x00\x1b\r\x7f\u202e\u2066\u200b\u2028")


@given(st.text())
def test_accepted_command_text_can_be_shown_unchanged(text: str) -> None:
    """Only excessive combining marks are lost."""
    read = pasted(text)
    if not refused(read):
        assert _MARKS.sub("", plain(read)) == _MARKS.sub("", read)
