"""Server processes: run a command, find the server of a folder, stop it."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from bot.embedded.account import Account

_GRACE = 10.0  # seconds between one signal and the next, stronger one
_PAUSE = 0.02


async def run(
    command: Sequence[str | Path], *, account: Account | None = None, descriptors: Sequence[int] = ()
) -> tuple[int, str]:
    """Returns the exit code, and the output of both streams."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd="/",  # the account may have no access to our working directory
        env={"PATH": os.defpath, "LC_ALL": "C"},  # no PGPORT or PGDATA from someone's shell
        pass_fds=descriptors,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )
    output, _ = await process.communicate()
    return process.returncode or 0, output.decode(errors="replace").strip()


def living(pid_file: Path, *, name: str, folder: Path) -> psutil.Process | None:
    """The server of `folder`. Its pid file alone proves nothing: pids are reused."""
    try:
        process = psutil.Process(int(pid_file.read_text().split()[0]))
    except (OSError, ValueError, IndexError, psutil.Error):
        return None
    return process if _works_in(process, name, folder) else None


def all_living(*, name: str, folder: Path) -> Iterator[psutil.Process]:
    return (process for process in psutil.process_iter() if _works_in(process, name, folder))


def _works_in(process: psutil.Process, name: str, folder: Path) -> bool:
    try:
        return process.name() == name and folder.samefile(process.cwd())
    except (OSError, psutil.Error):  # gone, a zombie, or another user's
        return False


async def stop(process: psutil.Process, signals: Sequence[signal.Signals]) -> None:
    """Send `signals` in order until the process is gone; the last one must be SIGKILL."""

    async def gone() -> bool:
        return _is_gone(process)

    for number in signals:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(number)
        if await until(gone, _GRACE):
            return


def _is_gone(process: psutil.Process) -> bool:
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


async def until(condition: Callable[[], Awaitable[bool]], seconds: float) -> bool:
    """Whether the condition became true within `seconds`."""
    deadline = asyncio.get_running_loop().time() + seconds
    while not await condition():
        if asyncio.get_running_loop().time() > deadline:
            return False
        await asyncio.sleep(_PAUSE)
    return True
