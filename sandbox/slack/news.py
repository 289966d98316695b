"""Events in the workspace, for browser pages and waiting tests."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from sandbox.slack.refusal import Json

T = TypeVar("T")


@dataclass(frozen=True)
class Item:
    """One event; `audience` is the only user who may see it, or "" for everyone."""

    kind: str
    body: Json = field(default_factory=dict)
    audience: str = ""


class News:
    def __init__(self) -> None:
        self._listeners: list[asyncio.Queue[Item]] = []
        self._waiters: list[asyncio.Future[None]] = []

    def tell(self, kind: str, body: Json, *, audience: str = "") -> None:
        item = Item(kind, body, audience)
        for queue in self._listeners:
            queue.put_nowait(item)
        self.stir()

    def stir(self) -> None:
        """Make all waiters check again."""
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)

    @contextmanager
    def listening(self) -> Iterator[asyncio.Queue[Item]]:
        queue: asyncio.Queue[Item] = asyncio.Queue()
        self._listeners.append(queue)
        try:
            yield queue
        finally:
            self._listeners.remove(queue)

    async def wait_for(self, look: Callable[[], T], timeout: float) -> T:  # noqa: ASYNC109 - tests say how long
        """Returns the first true value of `look`, which is called again after each event. Raises TimeoutError after
        `timeout` s.
        """
        async with asyncio.timeout(timeout):
            while not (found := look()):
                waiter = asyncio.get_running_loop().create_future()
                self._waiters.append(waiter)
                await waiter
        return found
