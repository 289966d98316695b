"""The demo's data folder: one demo at a time, and what may be forgotten of it."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from bot.base.errors import CanaryError


class DemoError(CanaryError):
    """The demo cannot go on; says why, and what to do."""


@dataclass(frozen=True)
class BotFiles:
    """What one bot process leaves: its log, and while it lives its pid with the time of its birth."""

    log: Path
    process: Path


class Folder:
    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.configuration = self.path / "canary.yaml"
        self.repository = self.path / "repository"
        self.conversation = self.path / "conversation"
        self.bot = self.replica(1)

    def replica(self, number: int) -> BotFiles:
        """Of the first, the second, … bot."""
        name = "bot" if number == 1 else f"bot-{number}"
        return BotFiles(log=self.path / f"{name}.log", process=self.path / f"{name}.pid")

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Nobody else's until the block ends, or until we die. Raises DemoError."""
        with self._opened() as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise DemoError(
                    f"A demo is already running in {self.path}.",
                    hint="Stop it with Ctrl-C, or start this one with --data FOLDER --port 0.",
                ) from None
            yield

    def _opened(self) -> TextIO:
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            return (self.path / "lock").open("a")
        except OSError as error:
            raise DemoError(
                f"The demo cannot keep its data in {self.path}: {error.strerror}.",
                hint="Choose a folder that you can write to, with --data FOLDER.",
            ) from error

    def forget(self) -> None:
        """Everything but the servers: their databases are dropped, not deleted."""
        shutil.rmtree(self.repository, ignore_errors=True)
        self.conversation.unlink(missing_ok=True)
        for log in self.path.glob("bot*.log"):
            log.unlink()
