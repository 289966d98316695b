"""The local Slack's clock: the machine's, which a test can advance."""

from __future__ import annotations

import time


class Clock:
    def __init__(self) -> None:
        self._ahead = 0.0

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time() + self._ahead

    def advance(self, seconds: float) -> None:
        """Make triggers, response URLs and edit windows age without waiting."""
        self._ahead += seconds
