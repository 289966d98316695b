"""Whether a text written by people contains a secret in plain: judged by its name, its form, or its place in
an address. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from checks.redaction.parts import SECRET_NAME, is_opaque

_VARIABLE = re.compile(r"\$[A-Za-z_]\w*|\$\(.*?\)|\$\{[A-Za-z_][A-Za-z0-9_]*\}|\{\{[^{}]*\}\}")
_FORMS = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"|\bxox[a-z]-[0-9A-Za-z-]{8,}|\bxapp-[0-9A-Za-z-]{8,}|hooks\.slack\.com/services/\w+/\w+/\w+"
    r"|\bgh[opsur]_[0-9A-Za-z]{20,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{16,}"
    r"|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bAIza[\w-]{30,}|\bya29\.[\w-]{20,}"
    r"|\bsk-[\w-]{20,}|\b[sr]k_(?:live|test)_\w{16,}|\bSG\.[\w-]{16,}\.[\w-]{16,}|\bnpm_\w{30,}|\bpypi-[\w-]{30,}"
    r"|\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*"
)
_USER_INFO = re.compile(r"://(?P<user>[^:/@\s?#]*)(?::(?P<password>[^@\s]{0,1000}))?@")
_ASSIGNED = re.compile(
    r"(?:^|[\s;&?,'\"-])(?P<name>[\w.-]{1,60}?)\s*=\s*(?P<value>'(?:[^'\\]|\\.)*'|\"[^\"]*\"|[^\s;&,'\"#]+)"
)
_SCHEME = re.compile(r"(?:Bearer|Basic|Token|Digest|ApiKey|Key|Negotiate)", re.IGNORECASE)
_HEADER = re.compile(r"\b(?:Bearer|Basic)\s+(?P<token>[\w.~+/=-]{6,})", re.IGNORECASE)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z0-9_+~-]{20,}", re.ASCII)
_LONG_DIGITS = re.compile(r"[0-9a-f]{32,}", re.IGNORECASE)
_NOTHING = re.compile(r"[\s'\"\0]*")  # in place of a variable


def is_secret_name(name: str) -> bool:
    return bool(SECRET_NAME.search(name.replace("_", "-")) or SECRET_NAME.search(name))


def beside_variables(text: str) -> bool:
    """Whether a text that is secret as a whole contains more than `Bearer ${NAME}` or `session=${NAME}` does."""
    left = _VARIABLE.sub(" ", text)
    pieces = re.split(r"[\s;,]+", left)
    return any(piece and not _SCHEME.fullmatch(piece) and not piece.endswith(("=", ":")) for piece in pieces)


def secrets_in(text: str) -> Iterator[str]:
    """What each secret in it is, in a few words and without showing it."""
    if _FORMS.search(text):
        yield "a token or key, by its form"
    left = _VARIABLE.sub("\0", text)
    for found in _USER_INFO.finditer(left):
        if (found["password"] or "").strip("\0"):
            yield "a password in a URL"
        elif is_opaque(found["user"]):
            yield "a token in a URL"
    for found in _ASSIGNED.finditer(left):
        if is_secret_name(found["name"]) and not _NOTHING.fullmatch(found["value"]):
            yield f"a value of {found['name'].lstrip('-')}"
    if any(any(char.isdigit() for char in found["token"]) for found in _HEADER.finditer(left)):
        yield "a token after Bearer or Basic"


def looks_like_a_token(text: str) -> bool:
    """Long and without words; it may be just an id."""
    left = _UUID.sub(" ", _VARIABLE.sub(" ", text))
    return any(
        bool(_LONG_DIGITS.fullmatch(word)) or (is_opaque(word) and _changes(word) >= len(word) // 3)
        for word in _WORD.findall(left)
    )


def _changes(word: str) -> int:
    """How often a word alternates between lower case and upper case or digits: natural words hardly do."""
    kinds = ["d" if char.isdigit() else "u" if char.isupper() else "l" for char in word if char.isalnum()]
    return sum(before != after for before, after in pairwise(kinds))
