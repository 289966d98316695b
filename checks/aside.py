"""Runs blocking work, on files or on large responses, in a dedicated thread, so that the event loop is not
blocked.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Final, Generic, TypeVar, cast

T = TypeVar("T")
_END: Final = object()


async def aside(work: Callable[[], T]) -> T:
    """Returns the result of `work`. The process does not wait for it to end: a file system may never answer."""
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[T] = loop.create_future()

    def tell(result: T | None, error: BaseException | None) -> None:
        if ended.cancelled():
            return
        if error:
            ended.set_exception(error)
        else:
            ended.set_result(cast("T", result))

    def do() -> None:
        result, error = None, None
        try:
            result = work()
        except BaseException as raised:  # noqa: BLE001  the caller that awaits it handles it
            error = raised
        with suppress(RuntimeError):  # the loop is closed by now
            loop.call_soon_threadsafe(tell, result, error)

    threading.Thread(target=do, name="aside", daemon=True).start()
    return await ended


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
