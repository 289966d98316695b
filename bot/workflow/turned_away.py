"""How often people were refused recently. Each process counts for itself, in memory."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.base.window import Rate, Window

OFTEN = Rate(8, 60)  # refusals and opened forms
KEPT = 10_000  # people kept before idle ones are dropped


@dataclass
class TurnedAway:
    clock: Callable[[], float] = time.monotonic
    _windows: dict[str, Window] = field(default_factory=dict)

    def note(self, person: str) -> None:
        now = self.clock()
        if person not in self._windows and len(self._windows) >= KEPT:
            self._windows = {known: window for known, window in self._windows.items() if not window.idle(now)}
        self._windows.setdefault(person, Window(OFTEN.seconds)).take(now)

    def often(self, person: str) -> bool:
        window = self._windows.get(person)
        return window is not None and window.wait(OFTEN.most, self.clock()) > 0
