"""The demo's data folder, used by one demo at a time."""

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
    """The demo cannot continue. The message says why, the hint what to do."""


@dataclass(frozen=True)
class BotFiles:
    """The files of one bot process: its log, and while it runs its pid and start time."""

    log: Path
    process: Path


class Folder:
    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.configuration = self.path / "canary.yaml"
        self.repository = self.path / "repository"
        self.conversation = self.path / "conversation"
        self.keys = self.path / "keys"
        self.bot = self.replica(1)

    def replica(self, number: int) -> BotFiles:
        """The files of bot 1, 2, …"""
        name = "bot" if number == 1 else f"bot-{number}"
        return BotFiles(log=self.path / f"{name}.log", process=self.path / f"{name}.pid")

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Lock the folder until the block ends or we die. Raises DemoError."""
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
        """Delete everything but the servers, whose databases are dropped instead."""
        shutil.rmtree(self.repository, ignore_errors=True)
        self.conversation.unlink(missing_ok=True)
        for log in self.path.glob("bot*.log"):
            log.unlink()
