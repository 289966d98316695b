"""Which characters text may contain: decided here for everything that is typed, recorded or shown.

Letters of every script, marks, symbols and spaces stay. Characters that are invisible and serve no purpose go: control characters, marks
that change the direction of text, private and unassigned codes, lone surrogates, tags. Joiners stay where they join:
in Persian, in Indic scripts and in emoji. The ranges are written out, so that they do not depend on the Unicode version of Python.
"""

from __future__ import annotations

import re
import unicodedata

# nearly all text; a fast path, because long text would take time
_VISIBLE = re.compile(r"[\t\n\x20-\x7e\xa0-\xac\xae-\u02ff]*")

_UNSEEN = (  # harmless: dropped silently
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2060-\u2065\u3164\ufeff\uffa0"
)
_DIRECTIONS = "\u202a-\u202e\u2066-\u2069"
_CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f"
_PRIVATE = "\ue000-\uf8ff\U000f0000-\U0010ffff"
_HALVES = "\ud800-\udfff"
_TAGS = "\U000e0000-\U000e007f"
_OTHERS = (
    "\u206a-\u206f\ufdd0-\ufdef\ufff0-\ufffb\ufffe\uffff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0080-\U000e00ff\U000e01f0-\U000e0fff"
)
# Compiled when first needed, which in most processes is never: all ranges together take 4 ms.
# such as the flag of England: a black flag, the region's letters as tags, and a cancel tag
_FLAG = "\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{2,6}\U000e007f"
_HIDDEN = f"({_FLAG})|[{_UNSEEN}{_DIRECTIONS}{_CONTROLS}{_PRIVATE}{_HALVES}{_TAGS}{_OTHERS}]+"
_BREAKS = "\r\n|[\u2028\u2029]"

_JOINED = "\u0530-\u1fff\u2190-\u2bff\u3030\u303d\ufb1d-\ufdff\ufe0f\ufe70-\ufefc\U00010000-\U0001ffff"
_LOOSE_JOINERS = f"(?<![{_JOINED}])[\u200c\u200d]+|(?<=[\u200c\u200d])[\u200c\u200d]+"
_MANY_SELECTORS = "([\ufe00-\ufe0f\U000e0100-\U000e01ef])[\ufe00-\ufe0f\U000e0100-\U000e01ef]+"
_HEAPED = ("([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{8})"
    "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")  # fmt: skip

_SPACES = "[\xa0\u1680\u2000-\u200a\u202f\u205f\u2800\u3000]"
_REFUSED = tuple(
    (f"[{characters}]", what)
    for characters, what in (
        (_CONTROLS, "a control character"),
        (_DIRECTIONS, "a character that changes the direction of text"),
        (_PRIVATE, "a private-use character, which only some fonts have"),
        (f"{_HALVES}\ufffd", "a character that was damaged in transit"),
        (_TAGS + _OTHERS, "an invisible character"),
    )
)


def plain(text: str) -> str:
    """Returns the text in the form that may be recorded and shown."""
    if _VISIBLE.fullmatch(text):
        return text
    text = re.sub(_HIDDEN, lambda found: found[1] or "", re.sub(_BREAKS, "\n", text))
    text = re.sub(_MANY_SELECTORS, r"\1", re.sub(_LOOSE_JOINERS, "", text))
    return re.sub(_HEAPED, r"\1", text)


def says_something(text: str) -> bool:
    """Whether it contains a visible letter, digit or symbol. A reason of only whitespace, marks and joiners
    does not.
    """
    return any(unicodedata.category(each)[0] in "LNPS" for each in re.sub(_SPACES, "", plain(text)))


def pasted(text: str) -> str:
    """Returns typed or pasted text, ready to parse: without harmless invisible characters, and with ordinary
    spaces.
    """
    if _VISIBLE.fullmatch(text) and "\xa0" not in text and "\xad" not in text:
        return text
    text = re.sub(_BREAKS, "\n", text)
    return re.sub(_SPACES, " ", re.sub(_LOOSE_JOINERS, "", re.sub(f"[{_UNSEEN}]", "", text)))


def refused(text: str) -> str:
    """Returns a description of the first character that a command or argument must not contain; "" if there
    is none.
    """
    if _VISIBLE.fullmatch(text):
        return ""
    rest = re.sub(_FLAG, "", text)
    for characters, what in _REFUSED:
        if found := re.search(characters, rest):
            return f"{what} (U+{ord(found[0]):04X})"
    return ""
