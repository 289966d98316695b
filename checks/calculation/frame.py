"""The protocol between the bot and a child process.

A request is a JSON header and any number of blobs, each preceded by its length; a sentinel length ends it. So
data larger than memory can be sent in pieces. A response is a length and JSON; nothing else is accepted from
a child that has processed untrusted data.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, Literal

LENGTH = 4  # bytes of a length prefix
MOST_ANSWERED = 1 << 18  # bytes
_ORDER: Literal["big"] = "big"
_END = (1 << 8 * LENGTH) - 1
END = _END.to_bytes(LENGTH, _ORDER)


def headed(blob: bytes) -> tuple[bytes, bytes]:
    """The length prefix and the data: two pieces, so that nothing large is copied."""
    return len(blob).to_bytes(LENGTH, _ORDER), blob


def json_of(said: Mapping[str, Any]) -> bytes:
    """As ASCII, which can represent lone surrogates, too."""
    return json.dumps(said).encode()


def read_request(stream: BinaryIO) -> tuple[dict[str, Any], Iterator[bytes]] | None:
    """The next request's head and blobs, which are read on demand; None at the end."""
    prefix = stream.read(LENGTH)
    if len(prefix) < LENGTH:
        return None
    return json.loads(stream.read(length_of(prefix))), _blobs(stream)


def _blobs(stream: BinaryIO) -> Iterator[bytes]:
    while (length := length_of(_exactly(stream, LENGTH))) != _END:
        yield _exactly(stream, length)


def _exactly(stream: BinaryIO, length: int) -> bytes:
    """Raises EOFError if there is less: half a request is no request."""
    found = stream.read(length)
    if len(found) < length:
        raise EOFError
    return found


def length_of(prefix: bytes) -> int:
    return int.from_bytes(prefix, _ORDER)
