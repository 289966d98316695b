"""Serializes requests to the same server, so that a probe does not measure the queue of the others."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

_LONGEST_TURN = 0.025  # seconds: only its own probe waits for a slow response
_LONGEST_WAIT = 2.0  # seconds: with that many slow ones, the server has a queue anyway


class Turns:
    """Hands out turns in the order of the requests."""

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(1)

    @contextlib.asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Enters with a turn or, after a long wait, without one; the turn ends with the block, or earlier."""
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
    """The turns of all probes of one server, from any source."""

    def __init__(self) -> None:
        self._turns: dict[str, Turns] = {}

    def at(self, place: str) -> Turns:
        """`place`: host and port."""
        return self._turns.setdefault(place, Turns())
