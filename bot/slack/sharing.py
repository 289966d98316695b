"""Single-flight lookups: one call answers everyone who asked before it started.

This is not a cache. Nobody gets a result from a call that started before they asked; many who ask at about the same
time share one call that starts after the last of them. At most one call per key is in progress.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, Self, TypeAlias, TypeVar

Key = TypeVar("Key")
Answer = TypeVar("Answer")

Begin: TypeAlias = Callable[[], None]  # to be called when the request is sent


@dataclass
class _Round(Generic[Answer]):
    """One call."""

    answer: asyncio.Task[Answer] | None = None
    began: float | None = None  # None until it starts: until then others may join

    def begin(self, now: float) -> None:
        self.began = now

    def serves(self, since: float, oldest: float) -> bool:
        if self.answer and self.answer.done() and (self.answer.cancelled() or self.answer.exception()):
            return False
        return self.began is None or self.began >= max(since, oldest)


class Shared(Generic[Key, Answer]):
    def __init__(
        self,
        question: Callable[[Key, Begin], Awaitable[Answer]],
        *,
        fresh: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`fresh`: seconds for which a result counts for latecomers who had asked before it started."""
        self._question = question
        self._fresh = fresh
        self._clock = clock
        self._rounds: dict[Key, _Round[Answer]] = {}  # the newest of each
        self._under_way: set[asyncio.Task[Answer]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Cancels the calls in flight."""
        for answer in self._under_way:
            answer.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def ask(self, key: Key, *, since: float) -> Answer:
        """Returns the result of a call that started at or after `since` (a time of `clock`). Raises whatever
        the call raises.
        """
        oldest = self._clock() - self._fresh
        newest = self._rounds.get(key)
        if newest is None or not newest.serves(since, oldest):
            self._forget(oldest)
            newest = self._rounds[key] = self._next(key, newest)
        assert newest.answer
        return await asyncio.shield(newest.answer)

    def _next(self, key: Key, before: _Round[Answer] | None) -> _Round[Answer]:
        this = _Round[Answer]()
        this.answer = asyncio.create_task(self._find_out(key, this, before))
        self._under_way.add(this.answer)
        this.answer.add_done_callback(self._done)
        return this

    def _done(self, answer: asyncio.Task[Answer]) -> None:
        self._under_way.discard(answer)
        if not answer.cancelled():
            answer.exception()  # retrieved, because the callers may be gone

    async def _find_out(self, key: Key, this: _Round[Answer], before: _Round[Answer] | None) -> Answer:
        if before and before.answer:
            await asyncio.wait([before.answer])
        return await self._question(key, lambda: this.begin(self._clock()))

    def _forget(self, oldest: float) -> None:
        """Drop results that are too old for any caller."""
        for key, each in list(self._rounds.items()):
            if each.answer and each.answer.done() and (each.began is None or each.began < oldest):
                del self._rounds[key]
