"""Keeps one server per folder running for as long as any process uses it.

There are two lock files in the server's home; the system releases a lock when its holder dies:

    gate    held briefly, by the process that starts, adopts or stops the server
    users   shared by all processes that use it; one that gets it exclusively is the last, and stops the server

A server is never a child of the process that uses it. So a server that outlived a kill -9 of the bot, one that another process
started and one that we started ourselves are treated alike: adopt one that runs
and responds, stop one that runs but does not respond, start one if there is none.
"""

from __future__ import annotations

import asyncio
import fcntl
import signal
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import IO, Protocol

import psutil
import structlog

from bot.embedded.error import EmbeddedError
from bot.embedded.process import stop, until

_START_TIMEOUT = 60.0  # seconds for another process to start the server, including crash recovery
_ADOPT_TIMEOUT = 10.0  # seconds for a running server to respond
_POLL_EVERY = 0.5  # seconds between checks that it still runs
_RETRY_AFTER = 5.0  # seconds, after a failed restart

log = structlog.get_logger(__name__)


class Engine(Protocol):
    """What differs between servers."""

    home: Path  # the folder for all of this server's files, and nothing else

    @property
    def name(self) -> str: ...

    @property
    def stop_signals(self) -> Sequence[signal.Signals]:
        """From the gentlest to SIGKILL."""

    async def prepare(self) -> None:
        """Create the folders. Called before anything else; may be called again."""

    def process(self) -> psutil.Process | None:
        """The server of this home, if it is running."""

    async def answers(self) -> bool: ...

    async def launch(self) -> None:
        """Start it, detached, and return once it responds. Raises EmbeddedError."""

    def tidy(self) -> None:
        """Called when the server has stopped."""


@asynccontextmanager
async def kept_running(engine: Engine) -> AsyncIterator[None]:
    """The server runs while the block lasts. Raises EmbeddedError."""
    with _lock_file(engine.home / "gate") as gate, _lock_file(engine.home / "users") as users:
        try:
            async with _exclusive(gate, engine.name):
                fcntl.flock(users, fcntl.LOCK_SH | fcntl.LOCK_NB)
                await _ensure(engine)
            async with _watched(engine, gate):
                yield
        finally:
            async with _exclusive(gate, engine.name):
                if _try_lock(users):
                    await _stop(engine)
                fcntl.flock(users, fcntl.LOCK_UN)  # before the gate is released


async def _ensure(engine: Engine) -> None:
    """Not cancelled halfway: a server that has not written its pid file yet could not be found and stopped."""
    adopting = asyncio.create_task(_adopt_or_launch(engine))
    try:
        await asyncio.shield(adopting)
    except asyncio.CancelledError:
        await asyncio.wait([adopting])
        adopting.exception()  # retrieved, since Ctrl-C also reaches the server's programs and nobody awaits this task
        raise


async def _adopt_or_launch(engine: Engine) -> None:
    await engine.prepare()
    process = engine.process()
    if process is not None:
        if await until(engine.answers, _ADOPT_TIMEOUT):
            return
        await stop(process, engine.stop_signals)
    await engine.launch()


async def _stop(engine: Engine) -> None:
    if process := engine.process():
        await stop(process, engine.stop_signals)
    engine.tidy()


@asynccontextmanager
async def _watched(engine: Engine, gate: IO[str]) -> AsyncIterator[None]:
    watching = asyncio.create_task(_watch(engine, gate))
    try:
        yield
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching


async def _watch(engine: Engine, gate: IO[str]) -> None:
    while True:
        await asyncio.sleep(_POLL_EVERY)
        if engine.process() is not None:
            continue
        log.warning("the embedded server has stopped; restarting it", server=engine.name)
        try:
            async with _exclusive(gate, engine.name):
                await _ensure(engine)
        except (EmbeddedError, OSError) as error:
            log.exception("the embedded server does not start", server=engine.name, reason=str(error))
            await asyncio.sleep(_RETRY_AFTER)


@contextmanager
def _lock_file(path: Path) -> Iterator[IO[str]]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a")
    except OSError as error:
        raise EmbeddedError(
            f"{path.parent} cannot be written: {error.strerror}",
            hint="Choose another data folder, or set DATABASE_URL and REDIS_URL.",
        ) from error
    with file:
        yield file


@asynccontextmanager
async def _exclusive(gate: IO[str], name: str) -> AsyncIterator[None]:
    async def locked() -> bool:
        return _try_lock(gate)

    if not await until(locked, _START_TIMEOUT):
        raise EmbeddedError(
            f"another process has been starting {name} in {Path(gate.name).parent} for {_START_TIMEOUT:.0f} s",
            hint="Find the bot process that hangs, and stop it.",
        )
    try:
        yield
    finally:
        fcntl.flock(gate, fcntl.LOCK_UN)


def _try_lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
