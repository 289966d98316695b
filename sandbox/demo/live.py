"""`canary demo`: the page in the browser, until Ctrl-C."""

from __future__ import annotations

import asyncio
import os
import signal
import webbrowser
from contextlib import AsyncExitStack

from rich.console import Console
from rich.table import Table

from sandbox.demo.folder import Folder
from sandbox.demo.stage import staged

_STOPPING = (signal.SIGINT, signal.SIGTERM)
_REQUESTER = "U03RAJ"  # who asks for a run cannot approve it, so the page does not begin as an owner
_PEOPLE = (
    ("Raj Patel", "on-call", "asks for the run; later answers the rollback prompt"),
    ("Ana Ruiz", "release-managers", "votes Go, Conditional go or No-go"),
    ("Ben Okafor", "platform", "votes, too: it takes one of each"),
    ("Mia Lind", "nothing", "is refused, and told who can"),
)
_STEPS = (
    "As Raj, type [bold]/canary run staging[/] and watch the card fill.",
    "Change who you are (upper left) and click [bold]Go[/] as Mia, then as Ana and as Ben. Read the decision in the thread.",
    "Under [bold]System under canary[/] (bottom), turn on [bold]Messages are sent twice[/]; as Raj, answer the rollback prompt.",
    "Turn [bold]Workers take up less and less work[/] all the way, wait two minutes, run again: a chart.",
)


async def run(folder: Folder, *, port: int, fresh: bool, browser: bool, replicas: int) -> None:
    """Until Ctrl-C or SIGTERM. Raises CanaryError."""
    console = Console(highlight=False)
    _stop_on_signals()
    try:
        await _show(console, folder, port=port, fresh=fresh, browser=browser, replicas=replicas)
    except asyncio.CancelledError:
        console.print("Stopped. What was said and decided is kept for the next start; --fresh forgets it.")


async def _show(
    console: Console, folder: Folder, *, port: int, fresh: bool, browser: bool, replicas: int
) -> None:
    async with AsyncExitStack() as stack:
        with console.status("Starting PostgreSQL, Valkey, a job system with a day of history, and the bot …"):
            stage = await stack.enter_async_context(
                staged(folder, port=port, fresh=fresh, say=console.print, replicas=replicas)
            )
        page = f"{stage.slack.url}/#as={_REQUESTER}"
        _explain(console, page, folder)
        if browser and "CI" not in os.environ:
            await asyncio.to_thread(webbrowser.open, page)
        await stage.until_it_fails()


def _stop_on_signals() -> None:
    """Cancels the present task, once: a second Ctrl-C must not cut the stopping short."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task

    def stop() -> None:
        for number in _STOPPING:
            loop.add_signal_handler(number, lambda: None)
        task.cancel()

    for number in _STOPPING:
        loop.add_signal_handler(number, stop)


def _explain(console: Console, page: str, folder: Folder) -> None:
    people = Table(box=None, padding=(0, 2), show_header=False)
    for name, role, part in _PEOPLE:
        people.add_row(f"[bold]{name}[/]", role, part)
    console.print(f"\n[bold]A Slack to try canary in:[/] {page}\n")
    console.print(people)
    console.print()
    for number, step in enumerate(_STEPS, 1):
        console.print(f"{number}. {step}")
    console.print(f"\nThe bot's log, its canary.yaml and the repository of its gates: {folder.path}")
    console.print("Ctrl-C stops everything.\n")
