"""Runs blocking work, on files or on large responses, in a dedicated thread, so that the event loop is not
blocked.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from typing import Final, Generic, TypeVar

T = TypeVar("T")
_END: Final = object()


async def aside(work: Callable[[], T]) -> T:
    """Returns the result of `work`."""
    pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="aside")
    try:
        return await asyncio.get_running_loop().run_in_executor(pool, work)
    finally:
        pool.shutdown(wait=False)


class Aside(Generic[T]):
    """Iterates over a generator in a thread. Each `async for` starts over; breaking out of it closes the generator."""

    def __init__(self, begin: Callable[[], Generator[T]]) -> None:
        self._begin = begin

    async def __aiter__(self) -> AsyncIterator[T]:
        loop = asyncio.get_running_loop()
        pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="aside")
        work = self._begin()
        try:
            while (found := await loop.run_in_executor(pool, next, work, _END)) is not _END:
                yield found  # type: ignore[misc]
        finally:
            pool.submit(work.close)  # in the thread of its last step, which may still be running
            pool.shutdown(wait=False)
