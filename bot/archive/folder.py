"""Packets as files in a folder, local or mounted."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from bot.archive.base import NotKept
from checks.aside import aside

WITHIN = 30.0  # seconds, for one file


class Folder:
    """A file system that does not answer blocks one thread of its own, and nothing else of the bot."""

    def __init__(
        self, path: Path, *, write: Callable[[Path, bytes], None] | None = None, within: float = WITHIN
    ) -> None:
        """`write`: what writes a file, and blocks."""
        self._path, self._write, self._within = path, write or write_atomically, within
        self._turn = asyncio.Lock()
        self._under_way: asyncio.Task[None] | None = None
        self.place = str(path)

    async def keep(self, name: str, content: bytes) -> None:
        """Atomic: a reader never sees half a file."""
        try:
            async with asyncio.timeout(self._within), self._turn:
                if self._under_way:  # an earlier one, which was given up
                    await asyncio.wait({self._under_way})
                work = aside(lambda: self._write(self._path / name, content))
                self._under_way = asyncio.create_task(work)
                self._under_way.add_done_callback(_retrieved)
                await asyncio.wait({self._under_way})
                self._under_way.result()
        except TimeoutError as error:
            raise NotKept(f"{self.place} does not answer.") from error
        except OSError as error:
            raise NotKept(f"{self.place} cannot be written: {error.strerror or error}.") from error


def _retrieved(task: asyncio.Task[None]) -> None:
    """Its result may be read by nobody."""
    task.cancelled() or task.exception()


def write_atomically(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            os.fchmod(file.fileno(), 0o644)  # not by its name, which the folder's owner may have given a link
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
