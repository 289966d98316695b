"""asyncio helpers: wait for the first of several, run beside a block, tick, cancel reliably, retry."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import structlog
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_delay, wait_fixed

from bot.base.errors import Unavailable, cause_of

log = structlog.get_logger(__name__)

T = TypeVar("T")

CANCEL_AGAIN = 0.2  # seconds
ASK_AGAIN = 0.5  # seconds


async def first(*awaited: Awaitable[Any]) -> None:
    """Wait until one of them is done. The caller has to check its exception."""
    futures = [asyncio.ensure_future(each) for each in awaited]
    await asyncio.wait(futures, return_when=asyncio.FIRST_COMPLETED)


@asynccontextmanager
async def beside(goes_on: Callable[[asyncio.Event], Coroutine[Any, Any, None]]) -> AsyncIterator[None]:
    """Run it while the block lasts, then tell it to stop; if it fails, so does the block."""
    over = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(goes_on(over))
        try:
            yield
        finally:
            over.set()


async def ticks(stop: asyncio.Event, every: float) -> AsyncIterator[None]:
    """Yield once now, and again `every` seconds after each iteration, until told to stop."""
    stopping = asyncio.ensure_future(stop.wait())
    while not stop.is_set():
        yield
        await asyncio.wait([stopping], timeout=every)


async def cancelled(task: asyncio.Task[Any]) -> None:
    """Cancel repeatedly if need be: before Python 3.12, a cancellation that coincides with a Redis response in `wait_for` gets lost."""
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=CANCEL_AGAIN)


async def patiently(ask: Callable[[], Awaitable[T]], *, within: float) -> T:
    """Retry for `within` seconds while a server cannot be reached: it may be starting, too.

    An error in the request itself, such as a malformed URL, has no cause and is raised immediately.
    """

    def is_away(error: BaseException) -> bool:
        return isinstance(error, Unavailable) and error.__cause__ is not None

    def say(state: RetryCallState) -> None:
        if state.outcome and (error := state.outcome.exception()):
            log.warning("waiting for a server", error=str(error), cause=cause_of(error))

    asking = AsyncRetrying(
        retry=retry_if_exception(is_away),
        stop=stop_after_delay(within),
        wait=wait_fixed(ASK_AGAIN),
        before_sleep=say,
        reraise=True,
    )
    return await asking(ask)
