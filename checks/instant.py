"""Times as people write them: 2026-02-11T08:00:00Z."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, BeforeValidator, WithJsonSchema

_EXAMPLE = "2026-02-11T08:00:00Z"
FIRST, LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)


def _parse(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None or not FIRST <= found < LAST:
        raise ValueError(f"expected a time with its zone, like {_EXAMPLE}, not {value[:40]!r}")
    return found


Instant = Annotated[
    AwareDatetime,
    BeforeValidator(_parse),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": [_EXAMPLE]}),
]
