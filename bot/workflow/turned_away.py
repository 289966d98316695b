"""How often people were refused recently. Each process counts for itself, in memory."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.base.window import Rate, Windows

OFTEN = Rate(8, 60)  # refusals and opened forms


@dataclass
class TurnedAway:
    clock: Callable[[], float] = time.monotonic
    _windows: Windows = field(default_factory=lambda: Windows(OFTEN))

    def note(self, person: str) -> None:
        self._windows.take(person, self.clock())

    def often(self, person: str) -> bool:
        return self._windows.wait(person, self.clock()) > 0
