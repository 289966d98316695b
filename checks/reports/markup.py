"""XML as test runners write it, repaired for a parser.

Runners copy tests' output into their reports: control characters that XML 1.0 forbids, half characters, bytes
of another encoding. Those become U+FFFD. Broken structure stays an error.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_REFERENCE = re.compile(r"&#(?:x([0-9A-Fa-f]{1,8})|([0-9]{1,10}));")
_CUT_REFERENCE = re.compile(r"&[#0-9A-Fa-fx]{0,12}\Z")
_DECLARATION = re.compile(r"\s*<\?xml\s[^>]*\?>")
_ENCODING = re.compile(rb"\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Those in which `<` is one byte. Python has others, which compress, or take quadratic time; and .NET declares utf-16
# for text that it then writes as UTF-8.
_OF_TEXT = re.compile(
    r"utf-?8|(us-)?ascii|(iso-?8859|latin|windows|cp|ibm|koi8|mac|tis|ptcp)[-_]?\w{1,10}|shift[-_]?jis|s-?jis|euc[-_]?(jp|kr)|gb(k|2312|18030)|big5"
)
_HEAD = 4096
_LAST_CHARACTER = 0x10FFFF


def clean(chunks: Iterable[bytes]) -> Iterator[str]:
    """The document without its declaration, in pieces whose characters a parser accepts."""
    pieces = iter(chunks)
    head = b""
    for piece in pieces:
        head += piece
        if len(head) >= _HEAD:
            break
    decoder = codecs.getincrementaldecoder(_encoding(head))("replace")
    text = decoder.decode(head).lstrip("\ufeff\0 \t\r\n")
    text = _DECLARATION.sub("", text, count=1) if text.startswith("<?xml") else text
    for piece in pieces:
        text, held = _hold_back(text)
        yield _legal(text)
        text = held + decoder.decode(piece)
    yield _legal(text + decoder.decode(b"", final=True))


def _encoding(head: bytes) -> str:
    for bom, name in _BOMS:
        if head.startswith(bom):
            return name
    if head[:1] == b"<" and head[1:2] == b"\0":
        return "utf-16-le"
    if head[:1] == b"\0" and head[1:2] == b"<":
        return "utf-16-be"
    declared = _ENCODING.match(head)
    name = declared[1].decode().lower() if declared else "utf-8"
    try:
        is_text = bool(_OF_TEXT.fullmatch(name)) and b"<".decode(name, "replace") == "<"
    except LookupError:
        is_text = False
    return name if is_text else "utf-8"


def _hold_back(text: str) -> tuple[str, str]:
    """Splits the text before what may be the beginning of a character reference."""
    cut = _CUT_REFERENCE.search(text, max(0, len(text) - 14))
    return (text[: cut.start()], cut[0]) if cut else (text, "")


def _legal(text: str) -> str:
    if "&#" in text:
        text = _REFERENCE.sub(_legal_reference, text)
    return _ILLEGAL.sub("\ufffd", text)


def _legal_reference(reference: re.Match[str]) -> str:
    number = int(reference[1], 16) if reference[1] else int(reference[2])
    legal = number <= _LAST_CHARACTER and not _ILLEGAL.match(chr(number))
    return reference[0] if legal else "\ufffd"
