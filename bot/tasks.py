"""Tasks: waiting for the first of several, and ending one for sure."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

CANCEL_AGAIN = 0.2  # seconds


async def first(*awaited: Awaitable[Any]) -> None:
    """Until one of them is done; its exception is its caller's to look at."""
    futures = [asyncio.ensure_future(each) for each in awaited]
    await asyncio.wait(futures, return_when=asyncio.FIRST_COMPLETED)


async def cancelled(task: asyncio.Task[Any]) -> None:
    """More than once if need be: before Python 3.12, one that meets an answer of Redis's in `wait_for` gets lost."""
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=CANCEL_AGAIN)
