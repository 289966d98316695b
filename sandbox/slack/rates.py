"""Slack's rate limits: calls per minute for each method, one message per second for each channel."""

from __future__ import annotations

import math
from collections import defaultdict, deque

from sandbox.slack.clock import Clock

PER_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100}  # tier -> calls
CHANNEL_BURST = 3  # messages that a channel accepts at once, before the limit of one per second applies


class RateLimits:
    """Disabled by default, because most tests are about something else."""

    def __init__(self, clock: Clock) -> None:
        self.enforced = False
        self._clock = clock
        self._calls: dict[str, deque[float]] = defaultdict(deque)

    def wait(self, method: str, tier: int, channel: str) -> int | None:
        """Returns the seconds for Retry-After, or None if the call is allowed; an allowed call is counted."""
        if not self.enforced:
            return None
        if method == "chat.postMessage":
            return self._count(f"{method} {channel}", CHANNEL_BURST, float(CHANNEL_BURST))
        return self._count(method, PER_MINUTE[tier], 60.0)

    def _count(self, key: str, most: int, seconds: float) -> int | None:
        now, calls = self._clock.now(), self._calls[key]
        while calls and calls[0] <= now - seconds:
            calls.popleft()
        if len(calls) >= most:
            return max(1, math.ceil(calls[0] + seconds - now))
        calls.append(now)
        return None
