"""Runs a program that may hang, fork, flood or daemonize, until it ends or reaches its limit, and leaves none
of its processes running.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from checks.confinement.launch import Confined, NotStartedError
from checks.confinement.policy import Confinement
from checks.outcome import Cause, CheckError
from checks.output import Tail
from checks.program import unrunnable, unseen
from checks.unconfined import Unconfined

_DRAIN = 0.2  # seconds for the rest of the pipe


@dataclass(frozen=True)
class Finished:
    """How a program ended. `text` is the end of its standard output and error, interleaved; of its standard
    error alone, if it was run with `apart`.
    """

    exit_code: int | None  # None: killed at its limit; negative: the signal that ended it
    text: str
    dropped: int  # bytes of output before `text`
    seconds: float


class _Program(Protocol):
    async def ended(self) -> int:
        """Its exit code; negative: the signal that ended it."""

    async def end(self) -> None:
        """End it, and everything it left running."""


async def run_bounded(
    argv: Sequence[str],
    *,
    cwd: Path,
    environment: Mapping[str, str],
    limit: timedelta,
    confinement: Confinement | None,
    hears: Callable[[bytes], None] = lambda _: None,
    given: bytes | None = None,
    apart: bool = False,
) -> Finished:
    """Runs `argv`, without a shell. `confinement` None: with all the bot's privileges.

    `hears` is called with its output, piece by piece; `apart`: without its standard error. `given` is its
    standard input. Raises CheckError if the program cannot be started.
    """
    clock = asyncio.get_running_loop().time
    began = clock()
    output = _Output(hears)
    errors = _Output(lambda _: None) if apart else output
    exit_code = None
    try:
        async with output.pipe() as write_end, _also(errors, output) as errors_end:
            try:
                program: _Program = (
                    await Confined.start(
                        argv, environment, write_end, confinement, errors=errors_end, given=given
                    )
                    if confinement
                    else await Unconfined.start(
                        argv, cwd, environment, write_end, errors=errors_end, given=given
                    )
                )
            finally:
                os.close(write_end)
                if errors_end is not None:
                    os.close(errors_end)
            try:
                async with asyncio.timeout(limit.total_seconds()):
                    exit_code = await program.ended()
            except TimeoutError:
                pass
            finally:
                await program.end()
            await asyncio.gather(output.drained(), errors.drained())
    except ValueError:
        raise _not_started(
            argv[0], "the command, or a variable of its environment, contains a NUL character"
        ) from None
    except (OSError, NotStartedError) as error:
        number = error.number if isinstance(error, NotStartedError) else error.errno or 0
        path = environment.get("PATH", os.defpath)
        # the bot does not follow a link out of the confinement, either
        found = (confinement and unseen(argv[0], confinement, path)) or unrunnable(argv[0], cwd, path)
        problem = found or _START_ERRORS.get(number, f"it cannot be started: {os.strerror(number)}")
        raise _not_started(argv[0], problem) from None
    return Finished(exit_code, errors.tail.text(), errors.tail.dropped, clock() - began)


@contextlib.asynccontextmanager
async def _also(errors: _Output, output: _Output) -> AsyncIterator[int | None]:
    """The descriptor for errors; None if they go where all output goes."""
    if errors is output:
        yield None
        return
    async with errors.pipe() as write_end:
        yield write_end


def _not_started(program: str, problem: str) -> CheckError:
    return CheckError(f"{program} did not start: {problem}", cause=Cause.CONFIGURATION)


_START_ERRORS = {
    errno.E2BIG: "its arguments and environment are too long together",
    errno.ENOEXEC: "it is no program of this machine, and has no #! line that names its interpreter",
    errno.EACCES: "the user that it runs as may not run it, or not enter the workspace",
    errno.ETXTBSY: "it is being written",
}


class _Output(asyncio.Protocol):
    """Reads a pipe as fast as it is written, so that no program waits for us, and keeps its tail.

    Our own pipe and not asyncio's, which would wait for all processes that hold the program's output.
    """

    def __init__(self, hears: Callable[[bytes], None]) -> None:
        self.tail = Tail()
        self._hears = hears
        self._ended = asyncio.Event()

    def data_received(self, data: bytes) -> None:
        self.tail.feed(data)
        self._hears(data)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  asyncio calls it by this name
        self._ended.set()

    @contextlib.asynccontextmanager
    async def pipe(self) -> AsyncIterator[int]:
        """The end to write to; the receiver closes it."""
        read_end, write_end = os.pipe()
        loop = asyncio.get_running_loop()
        transport, _ = await loop.connect_read_pipe(lambda: self, os.fdopen(read_end, "rb", buffering=0))
        try:
            yield write_end
        finally:
            transport.close()

    async def drained(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._ended.wait(), _DRAIN)
