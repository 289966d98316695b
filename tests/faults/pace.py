"""Time scaled to the machine's load. On a busy machine seconds take longer, both for waiting people and for faults.

Faults by the wall clock would hit a bot on a busy machine many times before it had started, and waiting people would give up because of the machine.
"""

from __future__ import annotations

import asyncio
import sys
import time

from tests.faults.processes import ROOT

START = "import bot.serve"  # what most of a bot's start is, and no fault delays it
TAKES = 1.2  # seconds, of that on a machine that does nothing else
EVERY = 20.0  # seconds between two looks at how busy the machine is
LOOK = 0.5  # seconds of waiting after which the pace may be another


class Pace:
    def __init__(self) -> None:
        self.slowest = self.factor = 1.0  # how much slower this machine is than one that does nothing else
        self._now = 0.0
        self._looked = time.monotonic()

    def now(self) -> float:
        """Such seconds since the beginning."""
        elapsed, self._looked = time.monotonic() - self._looked, time.monotonic()
        self._now += elapsed / self.factor
        return self._now

    async def sleep(self, seconds: float) -> None:
        until = self.now() + seconds
        while (left := until - self.now()) > 0:
            await asyncio.sleep(min(left * self.factor, LOOK))

    async def look(self) -> None:
        """How busy is it?"""
        began = time.monotonic()
        process = await asyncio.create_subprocess_exec(sys.executable, "-c", START, cwd=ROOT)
        await process.wait()
        self.now()  # until here at the old pace
        self.factor = max(1.0, (time.monotonic() - began) / TAKES)
        self.slowest = max(self.slowest, self.factor)

    async def keep(self) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(EVERY)
            await self.look()
