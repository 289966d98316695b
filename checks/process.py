"""Runs a program that may hang, fork, flood or daemonize, and leaves nothing of it behind.

Its whole kin bears a mark in its environment, which children inherit through fork, setsid and a double
fork. Only a process that has lost its parents and cleared its environment gets away from that.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import uuid
from collections import deque
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import psutil

from checks.outcome import Cause, CheckError

_MARK = "CANARY_GATE"
_KEPT_BYTES = 1 << 16
_PAUSE = 0.01  # seconds between two searches for survivors
_SEARCHES = 100
_DRAIN = 0.2  # seconds for what is left in the pipe
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Finished:
    """How a program ended. `text` is the end of its output, standard output and error as they came."""

    exit_code: int | None  # None: killed at its limit; negative: the signal that ended it
    text: str
    dropped: int  # bytes of output before `text`
    seconds: float


async def run_bounded(
    argv: Sequence[str], *, cwd: Path, environment: Mapping[str, str], limit: timedelta
) -> Finished:
    """Runs `argv`, without a shell, to its end or its limit, and then ends whatever it left running.

    CheckError where the program does not exist or may not be run.
    """
    clock = asyncio.get_running_loop().time
    began = clock()
    mark = uuid.uuid4().hex
    output = _Output()
    exit_code = None
    async with output.pipe() as write_end:
        try:
            process = await _start(argv, cwd, {**environment, _MARK: mark}, write_end)
        finally:
            os.close(write_end)
        try:
            async with asyncio.timeout(limit.total_seconds()):
                exit_code = await process.wait()
        except TimeoutError:
            pass
        finally:
            await _kill_whole(process, mark)
        await output.drained()
    return Finished(exit_code, output.tail.text(), output.tail.dropped, clock() - began)


async def _start(
    argv: Sequence[str], cwd: Path, environment: Mapping[str, str], output: int
) -> asyncio.subprocess.Process:
    try:
        return await asyncio.create_subprocess_exec(
            *argv,
            cwd=cwd,
            env=environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    except FileNotFoundError:
        message, hint = f"the program {argv[0]} was not found", "Is it installed, and on the bot's PATH?"
    except PermissionError:
        message, hint = f"the program {argv[0]} may not be run", "Is it executable?"
    except (OSError, ValueError) as error:
        message, hint = f"the program {argv[0]} cannot be started", f"{type(error).__name__}: {error}"
    raise CheckError(message, cause=Cause.CONFIGURATION, hint=hint)


class Tail:
    """The last bytes of a stream of any length, in bounded memory."""

    def __init__(self, keep: int = _KEPT_BYTES) -> None:
        self._keep = keep
        self._chunks: deque[bytes] = deque()
        self.kept = 0
        self.dropped = 0

    def feed(self, chunk: bytes) -> None:
        self._chunks.append(chunk[-self._keep :])
        self.dropped += max(0, len(chunk) - self._keep)
        self.kept += min(len(chunk), self._keep)
        while self.kept - len(self._chunks[0]) >= self._keep:
            gone = len(self._chunks.popleft())
            self.kept -= gone
            self.dropped += gone

    def text(self) -> str:
        """Without colours and control characters; a line whose beginning is lost is left out."""
        raw = b"".join(self._chunks)
        if self.dropped:
            raw = raw.partition(b"\n")[2]
        text = _ESCAPES.sub("", raw.decode("utf-8", "replace")).replace("\r\n", "\n").replace("\r", "\n")
        return _CONTROLS.sub("", text)


class _Output(asyncio.Protocol):
    """Reads a pipe as fast as it is written, so that no program waits for us, and keeps its tail.

    Our own pipe and not asyncio's: with that, waiting for a program waits for all who hold its output.
    """

    def __init__(self) -> None:
        self.tail = Tail()
        self._ended = asyncio.Event()

    def data_received(self, data: bytes) -> None:
        self.tail.feed(data)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  asyncio calls it by this name
        self._ended.set()

    @contextlib.asynccontextmanager
    async def pipe(self) -> AsyncIterator[int]:
        """The end to write to; whoever takes it closes it."""
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


async def _kill_whole(process: asyncio.subprocess.Process, mark: str) -> None:
    """Until nobody is left: killing takes time, in which children may be born."""
    if process.returncode is None:
        await asyncio.to_thread(_kill_family, process.pid)
    for _ in range(_SEARCHES):
        if not await asyncio.to_thread(_kill_kin, mark):
            break
        await asyncio.sleep(_PAUSE)
    await process.wait()


def _kill_family(leader: int) -> None:
    """The group at one blow, and the children who left it: known by their parents while these live."""
    with contextlib.suppress(psutil.Error, OSError):
        children = psutil.Process(leader).children(recursive=True)
        os.killpg(leader, signal.SIGKILL)
        for child in children:
            with contextlib.suppress(psutil.Error):
                child.kill()


def _kill_kin(mark: str) -> int:
    """Kills who bears the mark, and their children; how many there were."""
    killed = 0
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.environ().get(_MARK) == mark:
                for kin in (*process.children(recursive=True), process):
                    kin.kill()
                    killed += 1
    return killed
