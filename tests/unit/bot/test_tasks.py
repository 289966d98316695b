"""Tasks end even if a cancellation is swallowed."""

from __future__ import annotations

import asyncio

from bot.base.tasks import cancelled


async def test_a_task_is_cancelled_even_if_a_cancellation_is_swallowed() -> None:
    lost = 0

    async def forgetful() -> None:
        nonlocal lost
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                lost += 1
                if lost > 2:
                    raise

    task = asyncio.create_task(forgetful())
    await asyncio.sleep(0)
    await cancelled(task)
    assert task.cancelled()
    assert lost == 3
