"""Text that can be stored everywhere: PostgreSQL rejects NUL, UTF-8 lone surrogates."""

from __future__ import annotations

import re
from typing import Any

_UNKEPT = re.compile("[\x00\ud800-\udfff]")


def portable(value: Any) -> Any:
    """The same dicts, lists and tuples, with each such character replaced by a replacement character."""
    if isinstance(value, str):
        return _UNKEPT.sub("\ufffd", value) if _UNKEPT.search(value) else value
    if isinstance(value, dict):
        return {portable(key): portable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(portable(item) for item in value)
    return value
