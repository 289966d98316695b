"""Canonical JSON (RFC 8785) and the digests made of it: the same facts give the same bytes anywhere."""

from __future__ import annotations

import hashlib
from typing import Any

import rfc8785


def canonical(document: Any) -> str:
    return rfc8785.dumps(document).decode()


def digest(document: Any) -> str:
    """ "sha256:" and 64 hexadecimal digits over the canonical form."""
    return digest_of_text(canonical(document))


def digest_of_text(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()
