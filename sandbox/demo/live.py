"""`canary demo`: the page in the browser, until Ctrl-C."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import webbrowser
from contextlib import AsyncExitStack

from rich.console import Console

from sandbox.demo import tour
from sandbox.demo.folder import Folder
from sandbox.demo.stage import staged

_STOPPING = (signal.SIGINT, signal.SIGTERM)


async def run(folder: Folder, *, port: int, fresh: bool, browser: bool, replicas: int) -> None:
    """Run until Ctrl-C or SIGTERM. Raises CanaryError."""
    console = Console(highlight=False)
    _stop_on_signals()
    try:
        await _show(console, folder, port=port, fresh=fresh, browser=browser, replicas=replicas)
    except asyncio.CancelledError:
        console.print("Stopped. The next start continues here; --fresh starts over.")


async def _show(
    console: Console, folder: Folder, *, port: int, fresh: bool, browser: bool, replicas: int
) -> None:
    async with AsyncExitStack() as stack:
        stage = await stack.enter_async_context(
            staged(
                folder,
                port=port,
                fresh=fresh,
                say=console.print,
                starting=lambda what: console.print(f"Starting {what} …"),
                replicas=replicas,
            )
        )
        page = f"{stage.slack.url}/#as={tour.RAJ}"
        opened = browser and await _opened(page)
        _explain(console, page, folder, opened=opened)
        await stage.until_it_fails()


async def _opened(page: str) -> bool:
    """Whether it was opened in a browser. Without a screen it is not tried, because Python would start a text browser."""
    screen = sys.platform == "darwin" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return bool(screen) and "CI" not in os.environ and await asyncio.to_thread(webbrowser.open, page)


def _stop_on_signals() -> None:
    """Cancel the current task on the first signal only: a second Ctrl-C must not interrupt the shutdown."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task

    def stop() -> None:
        for number in _STOPPING:
            loop.add_signal_handler(number, lambda: None)
        task.cancel()

    for number in _STOPPING:
        loop.add_signal_handler(number, stop)


def _explain(console: Console, page: str, folder: Folder, *, opened: bool) -> None:
    where = "is open in your browser" if opened else "is ready: open it in a browser"
    console.print(f"\n[bold]A local Slack with canary[/] {where}\n  {page}\n", soft_wrap=True)
    console.print("Things to try there, step by step:")
    for number, step in enumerate(tour.steps(""), 1):
        console.print(f"  {number}. {step.title}")
    console.print(
        f"\nThe bot's log, its canary.yaml and the repository it tests: {folder.path}", soft_wrap=True
    )
    console.print("Ctrl-C stops everything.\n")
