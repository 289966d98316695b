"""The bot as it runs in production: `python -m commands serve`, a separate process with its settings in the
environment.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NoReturn

import psutil

from bot.embedded.process import stop
from commands.settings import Settings
from sandbox.demo.folder import BotFiles

_PAUSE = 1.0  # seconds until a dead bot is restarted; doubled each time
_LONGEST_PAUSE = 30.0
_SIGNALS = (signal.SIGTERM, signal.SIGKILL)
_LAST_LINES = 5


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Our own environment, without another bot's settings; with our Python on PATH, for gates."""
    own = {name.upper() for name in Settings.model_fields}
    inherited = {name: value for name, value in os.environ.items() if name.upper() not in own}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    return {**inherited, "PATH": path, **settings}


async def keep_running(files: BotFiles, settings: Mapping[str, str], say: Callable[[str], None]) -> NoReturn:
    """Restart a bot that exits, and report it, until cancelled."""
    await _stop(_orphan(files.process))
    pause = _PAUSE
    while True:
        code = await _run(files, environment(settings))
        say(f"The bot ended with exit code {code}; {files.log} says why. Restarting it.")
        await asyncio.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)


async def _run(files: BotFiles, environ: Mapping[str, str]) -> int:
    """Run it to its end, in a session of its own so that Ctrl-C reaches only us. Returns its exit code."""
    with files.log.open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "commands", "serve"),
            env=environ,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        files.process.write_text(f"{process.pid} {psutil.Process(process.pid).create_time()}")
        return await process.wait()
    finally:
        await _stop(process.pid)
        files.process.unlink(missing_ok=True)


def _orphan(pid_file: Path) -> int | None:
    """The bot of a demo that was killed, which would otherwise keep using our database."""
    try:
        pid, born = pid_file.read_text().split()
        return int(pid) if psutil.Process(int(pid)).create_time() == float(born) else None
    except (OSError, ValueError, psutil.NoSuchProcess):
        return None


async def _stop(pid: int | None) -> None:
    if pid is None:
        return
    with contextlib.suppress(psutil.NoSuchProcess):
        await stop(psutil.Process(pid), _SIGNALS)


def last_words(files: BotFiles) -> str:
    with contextlib.suppress(OSError):
        return "\n".join(files.log.read_text(errors="replace").splitlines()[-_LAST_LINES:])
    return ""
