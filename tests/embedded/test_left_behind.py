"""A test run that ends badly leaves nothing behind: no server, no bot, no folder, and no inner test run."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.embedded.servers import PATIENT, ROOT, lives


@pytest.fixture
def folder() -> Iterator[Path]:
    """The folder for a run's temporary folders: short, so that sockets fit, and open to servers of another user."""
    with tempfile.TemporaryDirectory(prefix="of-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


@pytest.mark.parametrize("workers", ["0", "1"])
@pytest.mark.parametrize("signals", [[signal.SIGKILL], [signal.SIGINT] * 3, [signal.SIGHUP]], ids=str)
def test_nothing_outlives_a_killed_run(
    tmp_path: Path, folder: Path, signals: list[signal.Signals], workers: str
) -> None:
    says = tmp_path / "says"
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-n",
        workers,
        "-p",
        "no:cacheprovider",
        "tests/embedded/hangs.py",
    ]
    run = subprocess.Popen(
        command,
        cwd=ROOT,
        env={"PATH": os.defpath, "SAYS": str(says), "TMPDIR": str(folder)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=hears_signals,  # noqa: PLW1509 — it starts no thread, and takes no lock
    )
    until(says.exists)
    said = json.loads(says.read_text())
    left = [psutil.Process(pid) for pid in said["pids"]]
    for number in signals:
        if run.poll() is None:
            run.send_signal(number)
    run.wait(PATIENT)
    until(lambda: not any(map(lives, left)))
    until(lambda: not list(folder.iterdir()))  # a folder for each process of the run


REAPED = "import os; from tests.reaper import reaped; reaper = reaped(); {then}; input()"
SAYS_FOLDER = "print(reaper.args[3], flush=True)"
FORKS = "child = os.fork(); child and print(child, flush=True)"


@contextmanager
def reaped_run(folder: Path, then: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """A process that is reaped as a test run is."""
    command = [sys.executable, "-c", REAPED.format(then=then)]
    environment["TMPDIR"] = str(folder)
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdin=pipe, stdout=pipe, text=True) as run:
        yield run
        run.kill()


def test_a_reaper_leaves_another_runs_processes_alone(folder: Path) -> None:
    with reaped_run(folder, SAYS_FOLDER) as outer:
        assert outer.stdout
        with reaped_run(folder, SAYS_FOLDER, STARTED_BY=outer.stdout.readline().strip()) as inner:
            assert inner.stdout
            assert inner.stdout.readline()
            outer.kill()
            inner.wait(PATIENT)  # the outer run's reaper ends it
    until(lambda: not list(folder.iterdir()))


def test_a_forked_child_that_lives_on_does_not_delay_the_reaper(folder: Path) -> None:
    with reaped_run(folder, FORKS) as run:
        assert run.stdout
        child = psutil.Process(int(run.stdout.readline()))
        run.kill()
        until(lambda: not list(folder.iterdir()))
        assert lives(child)
        child.kill()


def hears_signals() -> None:
    """Restore signals that processes in the background or under nohup ignore, since their children would, too."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENT
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)
