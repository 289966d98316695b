"""Packets as files in a folder, local or mounted."""

from __future__ import annotations

import asyncio
import os
import tempfile
from pathlib import Path

from bot.archive.base import NotKept


class Folder:
    def __init__(self, path: Path) -> None:
        self._path = path
        self.place = str(path)

    async def keep(self, name: str, content: bytes) -> None:
        """Atomic: a reader never sees half a file."""
        try:
            await asyncio.to_thread(_write, self._path / name, content)
        except OSError as error:
            raise NotKept(f"{self.place} cannot be written: {error.strerror or error}.") from error


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
