"""Canonical JSON (RFC 8785) and the digests made of it: the same facts give the same bytes anywhere."""

from __future__ import annotations

import hashlib
import sys
from typing import Any

import rfc8785

_LARGEST = 2**53 - 1  # beyond it whole numbers are not all doubles


def canonical(document: Any) -> str:
    """Numbers are doubles there, so the largest whole ones are rounded to one."""
    return rfc8785.dumps(_as_doubles(document)).decode()


def _as_doubles(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _as_doubles(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_as_doubles(item) for item in value]
    is_large = isinstance(value, int) and abs(value) > _LARGEST
    return float(max(-sys.float_info.max, min(sys.float_info.max, value))) if is_large else value


def digest(document: Any) -> str:
    """ "sha256:" and 64 hexadecimal digits over the canonical form."""
    return digest_of_text(canonical(document))


def digest_of_text(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()
