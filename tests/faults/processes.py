"""Bots as they run in production: separate processes that are restarted whenever they exit."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, TypeAlias

import psutil

from tests.program import Program, Started

ROOT = Path(__file__).parents[2]
PAUSE = 0.1  # seconds until a dead bot is restarted
READY = b'"event": "ready"'
UNCAUGHT = 1  # Python's exit code after an uncaught exception; the bot itself ends with 0 or 2
TAIL = 4_000  # characters of a log
ENDING = 40.0  # seconds for a bot to stop, longer than it takes to drain

Process: TypeAlias = asyncio.subprocess.Process | Started
Arm = Callable[[], str]  # returns CANARY_FAILPOINT of the next life, or ""


class Broken(Exception):
    """The code of a bot cannot run at all."""


@dataclass
class Life:
    """One process from start to end. Times are seconds since 1970."""

    pid: int
    armed: str
    started: float
    ended: float | None = None
    code: int | None = None
    shot: bool = False  # killed from outside, not by its failpoint
    said_before: int = 0  # bytes in the log when it started

    @property
    def killed(self) -> bool:
        return self.code == -signal.SIGKILL

    @property
    def place(self) -> str:
        """The failpoint that killed it, or "" if something else did."""
        return self.armed.partition(":")[0] if self.killed and not self.shot else ""


@dataclass
class Replica:
    name: str
    environment: Mapping[str, str]
    log: Path
    arm: Arm = str
    role: str = "all"
    code: Path = ROOT  # the checkout whose code runs
    module: str = "commands"  # the module that is run
    program: Program | None = None  # starts the code of this checkout sooner
    lives: list[Life] = field(default_factory=list)
    died: Callable[[Life], None] = lambda _: None
    _asleep: bool = False

    @property
    def life(self) -> Life:
        return self.lives[-1]

    @property
    def lives_now(self) -> bool:
        return bool(self.lives) and self.life.code is None

    @property
    def is_ready(self) -> bool:
        """Whether the current process is ready."""
        with self.log.open("rb") as log:
            log.seek(self.life.said_before)
            return READY in log.read()

    @property
    def is_at_work(self) -> bool:
        return self.lives_now and not self._asleep and self.is_ready

    async def keep_running(self) -> None:
        """Restart the bot until cancelled. Raises Broken if it ends in a way in which it would end again."""
        while True:
            await self.live()
            if self.life.code == UNCAUGHT:
                raise Broken(
                    f"{self.name} ended with a traceback: {self.log.read_text('utf-8', 'replace')[-TAIL:]}"
                )
            await asyncio.sleep(PAUSE)

    async def live(self) -> None:
        """Run one process to its end. On cancellation, stop it as an operator would."""
        armed = self.arm()
        with self.log.open("ab") as log:
            said_before = log.tell()
            process = await self._start(armed, log)
        life = Life(process.pid, armed, time.time(), said_before=said_before)
        self.lives.append(life)
        try:
            await process.wait()
        except asyncio.CancelledError:
            await _stopped(process)
            raise
        finally:
            life.ended, life.code, self._asleep = time.time(), process.returncode, False
            self.died(life)

    async def _start(self, armed: str, log: IO[bytes]) -> Process:
        words = ("serve", "--role", self.role)
        environment = {
            **self.environment,
            "PYTHONPATH": str(self.code),
            **({"CANARY_FAILPOINT": armed} if armed else {}),
        }
        if self.program and (self.code, self.module) == (ROOT, "commands"):
            return await self.program.start(words, folder=self.code, environment=environment, log=log)
        command = (sys.executable, "-m", self.module, *words)
        return await asyncio.create_subprocess_exec(
            *command, env=environment, cwd=self.code, stdout=log, stderr=log
        )

    def shoot(self) -> bool:
        """Send SIGKILL. Returns False if no process is alive."""
        if not self.lives_now:
            return False
        self.life.shot = True
        return self._send(signal.SIGKILL)

    def ask_to_stop(self) -> bool:
        return self.lives_now and not self._asleep and self._send(signal.SIGTERM)

    @asynccontextmanager
    async def asleep(self) -> AsyncIterator[None]:
        """Send SIGSTOP, and SIGCONT after the block."""
        life = self.life
        self._asleep = self._send(signal.SIGSTOP)
        try:
            yield
        finally:
            if life.code is None:
                self._send(signal.SIGCONT)
            self._asleep = False

    async def stopped(self) -> None:
        """Wait until it has stopped where it was armed to."""
        while not (self.lives_now and psutil.Process(self.life.pid).status() == psutil.STATUS_STOPPED):
            await asyncio.sleep(0.05)

    def stops(self) -> None:
        self._send(signal.SIGSTOP)

    def goes_on(self) -> None:
        self._send(signal.SIGCONT)

    def _send(self, number: int) -> bool:
        with suppress(ProcessLookupError):
            os.kill(self.life.pid, number)
            return True
        return False

    def said(self) -> Iterator[dict[str, Any]]:
        """The log events of all its lives; a line that is not JSON is under "raw"."""
        for line in self.log.read_text("utf-8", "replace").splitlines():
            try:
                found = json.loads(line)
            except ValueError:
                found = {"raw": line}
            yield found if isinstance(found, dict) else {"raw": line}


async def _stopped(process: Process) -> None:
    with suppress(ProcessLookupError):
        os.kill(process.pid, signal.SIGCONT)
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), ENDING)
    except TimeoutError:
        process.kill()
        await process.wait()


@asynccontextmanager
async def lives(replica: Replica) -> AsyncIterator[None]:
    """Run one life while the block lasts, without restarting it."""
    task = asyncio.create_task(replica.live())
    try:
        yield
    finally:
        await _ended([task])


@asynccontextmanager
async def kept_running(*replicas: Replica) -> AsyncIterator[None]:
    """Run all of them while the block lasts, then stop them in parallel. Raises an ExceptionGroup of Broken at once if one of
    them cannot run.
    """
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(replica.keep_running()) for replica in replicas]
        try:
            yield
        finally:
            await _ended(tasks)


async def _ended(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
