"""Cursors: opaque to the app, a position to us."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from sandbox.slack.refusal import Refusal
from sandbox.slack.web_api.arguments import Arguments

T = TypeVar("T")


def page(items: Sequence[T], args: Arguments, *, default: int, most: int = 1000) -> tuple[list[T], str]:
    """(one page of the items, cursor of the next or "")."""
    start = _position(args.text("cursor"))
    end = start + args.number("limit", default, most=most)
    following = base64.b64encode(f"next:{end}".encode()).decode() if end < len(items) else ""
    return list(items[start:end]), following


def _position(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.b64decode(cursor, validate=True).decode().removeprefix("next:"))
    except (ValueError, binascii.Error):
        raise Refusal("invalid_cursor") from None
