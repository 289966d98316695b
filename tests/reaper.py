"""Clean up after a test run, however it ended, even with SIGKILL or Ctrl-C.

Each pytest process keeps all its temporary folders in one folder, and a pipe to a reaper. When the pipe closes, or
the process is gone (a forked child may hold the pipe longer), the reaper kills every process that works in that
folder or was told of it, and removes it. So the tests' servers and bots need no rules of their own: an embedded
server may outlive its bot, as users rely on. Other reapers are left alone, since they have a folder of their own to
remove.

python -m tests.reaper FOLDER PID    # started by the pytest process with this id
"""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[1]
ROUNDS, PAUSE = 50, 0.1  # seconds
OFTEN = 1.0  # seconds between checks that the run is still alive
ME = "tests.reaper"
MEMORY, PLENTY = Path("/dev/shm"), 12 << 30  # bytes


def reaped() -> subprocess.Popen[bytes]:
    """From now on, temporary folders are removed with this process. Returns the reaper; keep a reference."""
    folder = Path(tempfile.mkdtemp(prefix="canary-run-", dir=_memory()))
    folder.chmod(0o711)  # servers of another user live in it
    tempfile.tempdir = str(folder)
    return subprocess.Popen(
        [sys.executable, "-m", ME, folder, str(os.getpid())],
        stdin=subprocess.PIPE,
        cwd=ROOT,
        start_new_session=True,  # Ctrl-C is meant for the tests
    )


def _memory() -> Path | None:
    """A folder in memory, if there is plenty: a test's databases, some 500 files each, then cost a tenth."""
    with suppress(OSError):
        there = os.statvfs(MEMORY)
        free = min(there.f_bavail * there.f_frsize, psutil.virtual_memory().available)
        if free > PLENTY and not there.f_flag & os.ST_NOEXEC and os.access(MEMORY, os.W_OK):
            return MEMORY
    return None


def wait_and_reap(folder: Path, run: int) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    _wait(run)
    for _ in range(ROUNDS):
        if not (left := list(_of(folder))):
            break
        for process in left:
            process.kill()
        time.sleep(PAUSE)
    _unmount(folder)
    shutil.rmtree(folder, ignore_errors=True)


def _wait(run: int) -> None:
    """Wait until nobody holds the other end of the pipe, or the run is no longer our parent."""
    while os.getppid() == run:
        if select.select([sys.stdin], [], [], OFTEN)[0]:
            return


def _of(folder: Path) -> Iterator[psutil.Process]:
    me = psutil.Process()
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):  # gone, or another user's
            words = process.cmdline()
            if (
                process != me
                and ME not in words
                and any(str(folder) in each for each in (*words, *_knows(process)))
            ):
                yield process


def _knows(process: psutil.Process) -> Iterator[str]:
    """The process's working directory, arguments and environment, as far as readable; nothing for a dead one."""
    with suppress(psutil.Error, OSError):
        yield process.cwd()
    with suppress(psutil.Error, OSError):
        yield from process.environ().values()


def _unmount(folder: Path) -> None:
    for mounted in psutil.disk_partitions(all=True):
        if mounted.mountpoint.startswith(str(folder)):
            subprocess.run(["umount", "--lazy", mounted.mountpoint], check=False)


if __name__ == "__main__":
    wait_and_reap(Path(sys.argv[1]), int(sys.argv[2]))
