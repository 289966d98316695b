"""How many forms each person opened recently. Each process counts for itself, in memory."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.base.window import Rate, Windows

FORMS = Rate(20, 60)  # more than anyone fills in


@dataclass
class FormsOpened:
    clock: Callable[[], float] = time.monotonic
    _windows: Windows = field(default_factory=lambda: Windows(FORMS))

    def wait(self, person: str) -> float:
        """Count a form. Returns 0, or the seconds until this person may open another one."""
        now = self.clock()
        if not (wait := self._windows.wait(person, now)):
            self._windows.take(person, now)
        return wait
