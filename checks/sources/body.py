"""The body of a response as text and JSON: unpacked up to a limit, in its declared or detected encoding.

A hostile body can take arbitrarily long, so this runs in a child process (`checks.calculation`).
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Mapping
from typing import Any

from checks.outcome import Cause, CheckError

_GZIP = frozenset({"gzip", "x-gzip"})
_UNKNOWN = frozenset({"br", "zstd", "compress", "x-compress", "dcb", "dcz", "exi"})
_CHARSET = re.compile(r";\s*charset\s*=\s*(?:\"([^\"]*)\"|([^\s;\"]+))")
_LONGEST_TYPE = 1000  # characters of a Content-Type
_MOST_MEMBERS = 100  # of one gzip stream, and stacked codings
_DEEPEST_JSON = 100
_NOT_FOR_TEXT = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs"})


def unpack(body: bytes, coding: str, *, most: int) -> bytes:
    """Unpacks according to `Content-Encoding: coding`. Raises CheckError if the body is broken, or longer
    than `most`.

    Requests ask for uncompressed bodies; some servers compress them anyway. Something that is not a coding,
    like `none` or `utf-8`, is ignored.
    """
    codings = [name.strip().lower() for name in coding.split(",")][-_MOST_MEMBERS:]
    for name in reversed(codings if body else []):
        if name in _UNKNOWN:
            message = f"the body is compressed with {name}, though it was requested uncompressed"
            raise CheckError(
                message, cause=Cause.ENVIRONMENT, hint="Have the server honor Accept-Encoding: identity."
            )
        if name in _GZIP or name == "deflate":
            body = _inflate(body, name, most)
    return body


def too_long(most: int) -> CheckError:
    return CheckError(
        f"the answer is longer than {most:,} bytes",
        cause=Cause.CONFIGURATION,
        hint="Ask for a smaller page, or raise max_bytes of the source.",
    )


def _inflate(packed: bytes, name: str, most: int) -> bytes:
    # some servers send deflate without the zlib header that it should have
    bits = zlib.MAX_WBITS | 16 if name in _GZIP else zlib.MAX_WBITS if _has_zlib_header(packed) else -15
    unpacked = b""
    try:
        for _ in range(_MOST_MEMBERS):
            stream = zlib.decompressobj(bits)
            unpacked += stream.decompress(packed, most + 1 - len(unpacked))
            if len(unpacked) > most:
                raise too_long(most)
            if not stream.eof:
                break
            packed = stream.unused_data
            if not (name in _GZIP and packed.startswith(b"\x1f\x8b")):
                return unpacked
    except zlib.error:
        pass
    raise CheckError(f"the body says that it is {name}, but is broken or cut off", cause=Cause.ENVIRONMENT)


def _has_zlib_header(packed: bytes) -> bool:
    return len(packed) > 1 and packed[0] & 0x0F == zlib.DEFLATED and int.from_bytes(packed[:2]) % 31 == 0


def content(body: bytes, headers: Mapping[str, str]) -> Any:
    """JSON if it is JSON of a sane depth, otherwise the text."""
    kind, _, parameters = headers.get("content-type", "")[:_LONGEST_TYPE].lower().partition(";")
    found = _CHARSET.search(f";{parameters}")
    declared = (found[1] or found[2]) if found else None
    if kind.strip().endswith("json"):
        declared = _utf8_where_it_fits(body, declared)
    text = _decoded(body, declared)
    try:
        value = json.loads(text, parse_constant=refuse_constant, parse_int=_whole)
    except (ValueError, RecursionError):
        return text
    return value if is_shallow(value) else text


def _utf8_where_it_fits(body: bytes, declared: str | None) -> str | None:
    """JSON is UTF-8, and so is most text for which frameworks declare their default, ISO-8859-1."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return declared
    return None


def _decoded(body: bytes, declared: str | None) -> str:
    for charset in (declared, json.detect_encoding(body)):
        if charset and charset.lower().replace("-", "_") not in _NOT_FOR_TEXT:
            try:
                return body.decode(charset, "replace").removeprefix("\ufeff")
            except (LookupError, ValueError):  # unknown charset, or not one for text
                continue
    return body.decode("utf-8", "replace")


def _whole(digits: str) -> int | str:
    """CEL's integers have 64 bits; a longer one becomes text with its exact digits."""
    number = int(digits)
    return number if -(2**63) <= number < 2**63 else digits


def refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def is_shallow(value: Any) -> bool:
    level = [value]
    for _ in range(_DEEPEST_JSON):
        level = [item for one in level for item in _children(one)]
        if not level:
            return True
    return False


def _children(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
