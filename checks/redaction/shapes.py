"""How programs write a secret: encoded or quoted. Mere escapes are decoded by a view. Pure."""

from __future__ import annotations

import base64
import json
import quopri
from collections.abc import Callable, Iterator
from typing import NamedTuple
from urllib.parse import quote

from checks.redaction.parts import is_opaque
from checks.redaction.views import folded, unescaped

_DISTINCT = (
    8  # characters, from which neither case nor line breaks matter: shorter ones would be found in words
)
_PIECE = 16  # characters of a long machine-generated secret, found wherever it was cut


class Shape(NamedTuple):
    """`text` is folded, and in lower case unless it is `exact`. `whole` and `offset`: the shape it is a piece
    of.
    """

    text: str
    exact: bool = False
    packed: bool = False  # its neighbors contain bits of the secret as well
    whole: str = ""
    offset: int = 0


def shapes(part: str) -> Iterator[Shape]:
    for text in {folded(form) for form in _quoted(part)}:
        if len(text) < _DISTINCT:
            yield Shape(text, exact=True)
        else:
            yield Shape(text.lower())
    yield from _pieces(folded(part).lower())
    for form in {part, quote(part, safe=""), json.dumps(part)[1:-1]}:
        for text in _packed(form.encode("utf-8", "surrogatepass")):
            if len(text) >= _DISTINCT:
                yield Shape(text.lower(), packed=True)


def digits(part: str) -> Iterator[str]:
    """Its bytes in hexadecimal, without separators."""
    for encoding in ("utf-8", "utf-16-le"):
        packed = part.encode(encoding, "surrogatepass").hex()
        if len(packed) >= _DISTINCT:
            yield packed


def _quoted(part: str) -> Iterator[str]:
    yield part
    once = unescaped(part)
    yield from (once, unescaped(once))  # apparent escapes in it are decoded with the others
    yield from (part.replace("'", "''"), part.replace('"', '""'), part.replace(" ", "+"))
    yield quopri.encodestring(part.encode("utf-8", "surrogatepass")).decode("ascii").replace("=\n", "")
    numbers = [str(byte) for byte in part.encode("utf-8", "surrogatepass")]
    if len(numbers) >= _DISTINCT:
        yield from (", ".join(numbers), ",".join(numbers), " ".join(numbers))


def _pieces(whole: str) -> Iterator[Shape]:
    """Any piece of twice that length contains one of these; and each half, in case the text was cut there."""
    if not is_opaque(whole):
        return
    half = (len(whole) + 1) // 2
    for offset in (0, len(whole) - half):
        if half >= _DISTINCT:
            yield Shape(whole[offset : offset + half], whole=whole, offset=offset)
    for offset in range(0, len(whole) - _PIECE + 1, _PIECE):
        yield Shape(whole[offset : offset + _PIECE], whole=whole, offset=offset)


def _packed(data: bytes) -> Iterator[str]:
    """At every offset within the encoded data: only the characters that it alone determines."""
    for form in (
        data,
        base64.b64encode(data).rstrip(b"="),
        data.decode("utf-8", "replace").encode("utf-16-le"),
    ):
        for text in _aligned(form, base64.b64encode, group=3, letters=4):
            yield text
            yield text.replace("+", "-").replace("/", "_")
    yield from _aligned(data, base64.b32encode, group=5, letters=8)
    for encode in (base64.b85encode, base64.a85encode):
        yield from _in_groups(data, encode)


def _aligned(data: bytes, encode: Callable[[bytes], bytes], *, group: int, letters: int) -> Iterator[str]:
    bits = 8 * group // letters
    for before in range(group):
        text = encode(bytes(before) + data).decode("ascii").rstrip("=")
        first = -(-8 * before // bits)
        last = 8 * (before + len(data)) // bits
        yield text[first:last]


def _in_groups(data: bytes, encode: Callable[[bytes], bytes]) -> Iterator[str]:
    """Ascii85: four bytes are five characters, and no character is determined by fewer."""
    for before in range(4):
        inner = data[before : len(data) - (len(data) - before) % 4]
        yield encode(inner).decode("ascii")
