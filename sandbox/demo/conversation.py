"""Keeps the local Slack's messages from one start of the demo to the next, because the bot remembers them too."""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sandbox.demo.folder import DemoError
from sandbox.slack.workspace import Workspace

# What unpickling raises for truncated bytes, other data, or an older version of our classes.
_UNREADABLE = (
    pickle.UnpicklingError,
    ArithmeticError,
    AttributeError,
    EOFError,
    ImportError,
    LookupError,
    TypeError,
    ValueError,
)
_AT_MOST_EVERY = 1.0  # seconds


@asynccontextmanager
async def kept(workspace: Workspace, file: Path) -> AsyncIterator[None]:
    """Load the file, and keep it up to date while the block lasts. Raises DemoError."""
    _recall(workspace, file)
    writing = asyncio.create_task(_keep_up(workspace, file))
    try:
        yield
    finally:
        writing.cancel()
        await asyncio.wait([writing])
        _write(workspace, file)


async def _keep_up(workspace: Workspace, file: Path) -> None:
    with workspace.news.listening() as news:
        while True:
            await news.get()
            await asyncio.sleep(_AT_MOST_EVERY)
            while not news.empty():
                news.get_nowait()
            _write(workspace, file)


def _write(workspace: Workspace, file: Path) -> None:
    """Atomically, in case we are killed."""
    unfinished = file.with_suffix(".new")
    unfinished.write_bytes(pickle.dumps((workspace.channels, workspace.files)))
    unfinished.replace(file)


def _recall(workspace: Workspace, file: Path) -> None:
    if not file.exists():
        return
    try:
        channels, files = pickle.loads(file.read_bytes())  # noqa: S301 — written by us, read by us
        workspace.channels.update(channels)
        workspace.files.update(files)
    except _UNREADABLE as error:
        raise DemoError(
            f"The conversation kept in {file} cannot be read: {error}.",
            hint="Start over with --fresh, which deletes it.",
        ) from error
