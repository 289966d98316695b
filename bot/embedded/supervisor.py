"""Keeps one server of a folder running for as long as somebody uses it.

Two locks in the server's home, both dropped by the system when their holder dies:

    gate    held for a moment, by whoever starts, adopts or stops the server
    users   shared by all who use it; who can have it alone is the last, and stops the server

A server is never a child of its user. So one that outlived a kill -9 of the bot, one that another process
started and one that we started ourselves are the same thing, and starting is one rule: adopt what lives
and answers, stop what lives and does not, start what is not there.
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

_START_PATIENCE = 60.0  # seconds for another process to get the server started, crash recovery included
_ADOPT_PATIENCE = 10.0  # seconds for a server that lives to answer
_LOOK_EVERY = 0.5  # seconds between two looks at whether it lives
_RETRY_AFTER = 5.0  # seconds, where it could not be started again

log = structlog.get_logger(__name__)


class Engine(Protocol):
    """What differs between one server and another."""

    home: Path  # everything of this server, and nothing else

    @property
    def name(self) -> str: ...

    @property
    def stop_signals(self) -> Sequence[signal.Signals]:
        """Ever harder ones."""

    async def prepare(self) -> None:
        """Make the folders. Called before anything else, as often as you like."""

    def process(self) -> psutil.Process | None:
        """The server of this home, if it lives."""

    async def answers(self) -> bool: ...

    async def launch(self) -> None:
        """Start it, detached, and return once it answers. Raises EmbeddedError."""

    def tidy(self) -> None:
        """Called when the server has stopped."""


@asynccontextmanager
async def kept_running(engine: Engine) -> AsyncIterator[None]:
    """The server lives inside this block. Raises EmbeddedError."""
    with _lock_file(engine.home / "gate") as gate, _lock_file(engine.home / "users") as users:
        try:
            async with _alone(gate, engine.name):
                fcntl.flock(users, fcntl.LOCK_SH | fcntl.LOCK_NB)
                await _ensure(engine)
            async with _watched(engine, gate):
                yield
        finally:
            async with _alone(gate, engine.name):
                if _try_lock(users):
                    await _stop(engine)
                fcntl.flock(users, fcntl.LOCK_UN)  # before the gate opens for the next one


async def _ensure(engine: Engine) -> None:
    """Not to be cancelled half-way: a server that has not written its pid yet could not be found to be stopped."""
    adopting = asyncio.create_task(_adopt_or_launch(engine))
    try:
        await asyncio.shield(adopting)
    except asyncio.CancelledError:
        await asyncio.wait([adopting])
        adopting.exception()  # a Ctrl-C reaches the server's own programs as well; nobody waits for it any more
        raise


async def _adopt_or_launch(engine: Engine) -> None:
    await engine.prepare()
    process = engine.process()
    if process is not None:
        if await until(engine.answers, _ADOPT_PATIENCE):
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
        await asyncio.sleep(_LOOK_EVERY)
        if engine.process() is not None:
            continue
        log.warning("embedded server is gone, starting it again", server=engine.name)
        try:
            async with _alone(gate, engine.name):
                await _ensure(engine)
        except (EmbeddedError, OSError) as error:
            log.exception("embedded server does not start", server=engine.name, reason=str(error))
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
async def _alone(gate: IO[str], name: str) -> AsyncIterator[None]:
    async def locked() -> bool:
        return _try_lock(gate)

    if not await until(locked, _START_PATIENCE):
        raise EmbeddedError(
            f"another process has been starting {name} in {Path(gate.name).parent} for {_START_PATIENCE:.0f} s",
            hint="Look for a bot that hangs, and stop it.",
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
