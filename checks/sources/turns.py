"""One request after the other to the same server, so that what a probe measures is not the queue of the others."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

_LONGEST_TURN = 0.025  # seconds: a slow answer is waited for by its own probe alone
_LONGEST_WAIT = 2.0  # seconds: with so many slow ones, the server has a queue of its own anyway


class Turns:
    """Hands out turns in the order in which they are asked for."""

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(1)

    @contextlib.asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Begins with one's turn, or after a long wait without it; the turn ends with the block, or earlier."""
        try:
            async with asyncio.timeout(_LONGEST_WAIT):
                await self._free.acquire()
        except TimeoutError:
            yield
            return
        held = [self._free]

        def end() -> None:
            while held:
                held.pop().release()

        over = asyncio.get_running_loop().call_later(_LONGEST_TURN, end)
        try:
            yield
        finally:
            over.cancel()
            end()


class Queues:
    """The turns of all probes of one server, whichever source they come from."""

    def __init__(self) -> None:
        self._turns: dict[str, Turns] = {}

    def at(self, place: str) -> Turns:
        """`place`: host and port."""
        return self._turns.setdefault(place, Turns())
