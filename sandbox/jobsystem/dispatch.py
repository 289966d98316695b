"""One request to dispatch a window of the clock, and what became of it."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import UTC, datetime

WINDOW_SECONDS = 60


class Fate(enum.Enum):
    """A window is dispatched once: the first request decides, the others are suppressed."""

    ENQUEUED = enum.auto()
    SUPPRESSED = enum.auto()
    FAILED = enum.auto()  # the queue rejected it


@dataclass(frozen=True)
class Dispatch:
    """What a request to the cron endpoint is told about its window."""

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
    """The key of the window that begins then."""
    return f"background-jobs:v1:{WINDOW_SECONDS}:{iso(start)}"


def iso(at: datetime) -> str:
    """As JavaScript writes a time: 2026-11-23T12:00:00.000Z."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
