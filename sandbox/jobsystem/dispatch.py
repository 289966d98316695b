"""A request to dispatch a window of time, and its result."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import UTC, datetime

WINDOW_SECONDS = 60


class Fate(enum.Enum):
    """A window is dispatched once, by the first request; later ones are suppressed."""

    ENQUEUED = enum.auto()
    SUPPRESSED = enum.auto()
    FAILED = enum.auto()  # the queue rejected it


@dataclass(frozen=True)
class Dispatch:
    """The cron endpoint's response about a window."""

    fate: Fate
    source: str
    requested_at: datetime
    start: datetime
    correlation: str
    seconds: int = WINDOW_SECONDS

    @property
    def key(self) -> str:
        return key_of(self.start)


def key_of(start: datetime) -> str:
    """Returns the key of the window that begins at that time."""
    return f"background-jobs:v1:{WINDOW_SECONDS}:{iso(start)}"


def iso(at: datetime) -> str:
    """A time in JavaScript's format: 2026-11-23T12:00:00.000Z."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
