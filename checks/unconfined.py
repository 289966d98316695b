"""A program with all the bot's privileges, if the configuration says `unconfined: true`.

All its descendants have a mark in their environment, which is inherited through fork, setsid and a double
fork. A daemonized process that clears its environment escapes.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import tempfile
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil

from checks.aside import aside

_MARK = "CANARY_GATE"
_NICENESS = 10  # as the launcher's
_PAUSE = 0.01  # seconds between two searches for survivors
_SEARCHES = 100


class Unconfined:
    """An unconfined program, from outside."""

    def __init__(self, process: asyncio.subprocess.Process, mark: str) -> None:
        self._process = process
        self._mark = mark

    @classmethod
    async def start(
        cls,
        argv: Sequence[str],
        cwd: Path,
        environment: Mapping[str, str],
        output: int,
        *,
        errors: int | None = None,
        given: bytes | None = None,
    ) -> Unconfined:
        """Like `Confined.start`. Raises OSError, and ValueError for a NUL character."""
        mark = uuid.uuid4().hex
        with tempfile.TemporaryFile(prefix="canary-input-") as words:
            words.write(given or b"")
            words.seek(0)
            process = await asyncio.create_subprocess_exec(
                *argv,
                cwd=cwd,
                env={**environment, _MARK: mark},
                stdin=asyncio.subprocess.DEVNULL if given is None else words,
                stdout=output,
                stderr=output if errors is None else errors,
                start_new_session=True,
            )
        with contextlib.suppress(OSError):  # it has ended already
            os.setpriority(os.PRIO_PROCESS, process.pid, _NICENESS)
        return cls(process, mark)

    async def ended(self) -> int:
        return await self._process.wait()

    async def end(self) -> None:
        """Repeat until none are left: new children may start in the meantime."""
        if self._process.returncode is None:
            await aside(lambda: _kill_family(self._process.pid))
        for _ in range(_SEARCHES):
            if not await aside(lambda: _kill_kin(self._mark)):
                break
            await asyncio.sleep(_PAUSE)
        await self._process.wait()


def _kill_family(leader: int) -> None:
    """Kill the process group, and the children that left it, while their parents are alive."""
    with contextlib.suppress(psutil.Error, OSError):
        children = psutil.Process(leader).children(recursive=True)
        os.killpg(leader, signal.SIGKILL)
        for child in children:
            with contextlib.suppress(psutil.Error):
                child.kill()


def _kill_kin(mark: str) -> int:
    """Kill all processes with the mark and their children. Returns how many."""
    killed = 0
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.environ().get(_MARK) == mark:
                for kin in (*process.children(recursive=True), process):
                    kin.kill()
                    killed += 1
    return killed
