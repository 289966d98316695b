"""The parent's view of a child process: starts it with a clean environment, sends requests, kills it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import AsyncGenerator, AsyncIterable, Iterable, Mapping
from typing import Any, TypeAlias

from checks.calculation import frame
from checks.calculation.function import Function

_NICENESS = 5  # the bot has priority
_BOOT = (
    "import sys; sys.path[:] = sys.argv[2:]; "
    "from checks.calculation.program import main; main(int(sys.argv[1]))"
)


Blobs: TypeAlias = Iterable[bytes] | AsyncIterable[bytes]  # iterated again if a child has to be replaced


class EndedError(Exception):
    """The process has ended, or sent an invalid response: it can no longer be used."""


class Child:
    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.is_bloated = False  # it has grown, and should not be reused

    @classmethod
    async def start(cls, memory: int) -> Child:
        """It loads what it needs in the background. `memory`: bytes that it may use."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-I", "-S", "-B", "-c", _BOOT, str(memory), *sys.path),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={},
            cwd="/",
            start_new_session=True,
            limit=frame.MOST_ANSWERED,
        )
        with contextlib.suppress(OSError):  # it has ended already
            os.setpriority(os.PRIO_PROCESS, process.pid, _NICENESS)
        return cls(process)

    @property
    def is_usable(self) -> bool:
        return self._process.returncode is None and not self.is_bloated

    async def ask(
        self, function: Function, given: Mapping[str, Any], blobs: Blobs, *, seconds: float
    ) -> Mapping[str, Any]:
        """Returns its response, with `result`, `error` or `memory`. Raises EndedError, and whatever `blobs`
        raises.
        """
        head = {"function": function, "given": given, "seconds": seconds}
        stdout = self._process.stdout
        assert stdout
        await self._send(frame.json_of(head))
        async with contextlib.aclosing(_each(blobs)) as pieces:
            async for piece in pieces:
                await self._send(piece)
        try:
            await self._write(frame.END)
            length = frame.length_of(await stdout.readexactly(frame.LENGTH))
            if length > frame.MOST_ANSWERED:
                raise EndedError
            said = json.loads(await stdout.readexactly(length))
        except (OSError, EOFError, ValueError, RecursionError):
            raise EndedError from None
        if not isinstance(said, dict):
            raise EndedError
        self.is_bloated = bool(said.pop("tired", True))
        return said

    async def _send(self, blob: bytes) -> None:
        try:
            await self._write(*frame.headed(blob))
        except OSError:
            raise EndedError from None

    async def _write(self, *pieces: bytes) -> None:
        stdin = self._process.stdin
        assert stdin
        stdin.writelines(pieces)
        await stdin.drain()

    async def end(self) -> int:
        """Kill it. Returns its exit code, negative for the signal that ended it, possibly earlier."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        if self._process.stdin:
            self._process.stdin.close()
        return await self._process.wait()


async def _each(blobs: Blobs) -> AsyncGenerator[bytes]:
    if isinstance(blobs, AsyncIterable):
        async for blob in blobs:
            yield blob
    else:
        for blob in blobs:
            yield blob
