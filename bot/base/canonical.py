"""Canonical JSON (RFC 8785) and the digests made of it: the same facts give the same bytes anywhere."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import rfc8785

from checks.numbers import LARGEST_EXACT, is_double, tagged


def canonical(document: Any) -> str:
    """Numbers are doubles there; a whole one that no double holds is written as readings write it."""
    return rfc8785.dumps(_exact(document)).decode()


def _exact(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _exact(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_exact(item) for item in value]
    if isinstance(value, int) and abs(value) > LARGEST_EXACT:
        return float(value) if is_double(value) else tagged(value)
    return value


def digest(document: Any) -> str:
    """ "sha256:" and 64 hexadecimal digits over the canonical form."""
    return digest_of_text(canonical(document))


def own_digest(document: Mapping[str, Any]) -> str:
    """The digest that a document holds under "digest": that of everything else in it."""
    return digest({key: value for key, value in document.items() if key != "digest"})


def digest_of_text(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()
