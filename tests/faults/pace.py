"""Time scaled to the machine's load: on a busy machine, seconds take longer, both for waiting people and for faults.

Faults by the wall clock would hit a bot on a busy machine many times before it had started, and people would give up
waiting because of the machine.
"""

from __future__ import annotations

import asyncio
import sys
import time

from tests.faults.processes import ROOT

START = "import commands.serve"  # most of a bot's start, which no fault delays
TAKES = 1.2  # seconds that this takes on an idle machine
EVERY = 20.0  # seconds between measurements of the load
LOOK = 0.5  # seconds of sleep after which the pace may have changed


class Pace:
    def __init__(self) -> None:
        self.slowest = self.factor = 1.0  # how much slower this machine is than an idle one
        self._now = 0.0
        self._looked = time.monotonic()

    def now(self) -> float:
        """Scaled seconds since the beginning."""
        elapsed, self._looked = time.monotonic() - self._looked, time.monotonic()
        self._now += elapsed / self.factor
        return self._now

    async def sleep(self, seconds: float) -> None:
        until = self.now() + seconds
        while (left := until - self.now()) > 0:
            await asyncio.sleep(min(left * self.factor, LOOK))

    async def look(self) -> None:
        """Measure how busy the machine is."""
        began = time.monotonic()
        process = await asyncio.create_subprocess_exec(sys.executable, "-c", START, cwd=ROOT)
        assert await process.wait() == 0, f"{START} failed, so it says nothing about the machine's load"
        self.now()  # time up to here passed at the old pace
        self.factor = max(1.0, (time.monotonic() - began) / TAKES)
        self.slowest = max(self.slowest, self.factor)

    async def keep(self) -> None:
        """Keep measuring until cancelled."""
        while True:
            await asyncio.sleep(EVERY)
            await self.look()
