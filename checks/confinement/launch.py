"""Starts a program in its confinement, and ends it with everything that it started."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import marshal
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO

from checks.confinement.launcher import ENDED, NOT_CONFINED
from checks.confinement.policy import Confinement
from checks.outcome import Cause, CheckError

_ROOT = Path(__file__).parents[2]
_CODE = f"import sys; sys.path.append({str(_ROOT)!r}); from checks.confinement.launcher import main; main()"
# no environment, no site-packages: safe, and fast to start
LAUNCHER = (
    sys.executable,
    "-I",
    "-S",
    "-c",
    _CODE,
)
_GRACE = 10.0  # seconds to end what it started
_LARGEST_REPORT = 4096
HOW_TO_GO_ON = "Change that, or let its programs run with the bot's rights: `unconfined: true` at the source."


class NotStartedError(Exception):
    """exec failed; the argument is its errno."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class Confined:
    """A confined program, from outside."""

    def __init__(self, process: asyncio.subprocess.Process, report: int, private: str) -> None:
        self._process = process
        self._report = report
        self._private = private

    @classmethod
    async def start(
        cls,
        argv: Sequence[str],
        environment: Mapping[str, str],
        output: int,
        confinement: Confinement,
        *,
        errors: int | None = None,
        given: bytes | None = None,
    ) -> Confined:
        """`errors`: where its standard error goes, if not to `output`; `given`: its standard input.

        Raises ValueError for a NUL character in its arguments.
        """
        if any("\0" in word for word in (*argv, *environment, *environment.values())):
            raise ValueError("a NUL character")
        private = tempfile.mkdtemp(prefix="canary-gate-")
        for name in ("root", "tmp"):
            os.mkdir(f"{private}/{name}", 0o700)
        report, told = os.pipe()
        try:
            with contextlib.ExitStack() as files:
                handed = files.enter_context(_as_input(given)).fileno() if given is not None else -1
                asked = confinement.request(argv, environment, private=private, report=told, given=handed)
                process = await asyncio.create_subprocess_exec(
                    *LAUNCHER,
                    stdin=files.enter_context(_as_input(asked)),
                    stdout=output,
                    stderr=output if errors is None else errors,
                    env={},
                    cwd="/",
                    pass_fds=[told, *([handed] if handed >= 0 else [])],
                    start_new_session=True,
                )
        except BaseException:
            os.close(report)
            shutil.rmtree(private, ignore_errors=True)
            raise
        finally:
            os.close(told)
        return cls(process, report, private)

    async def ended(self) -> int:
        """Its exit code, negative for a signal, once it and everything it started is gone.

        Raises NotStartedError; CheckError if it could not be confined.
        """
        await self._process.wait()
        match _read(self._report):
            case (str(kind), int(status)) if kind == ENDED:
                return os.waitstatus_to_exitcode(status)
            case (str(kind), str(missing)) if kind == NOT_CONFINED:
                raise not_confined(missing)
            case (_, int(number)):
                raise NotStartedError(number)
        return -signal.SIGKILL  # together with its launcher, as when memory runs out

    async def end(self) -> None:
        """End all of it, unless it has ended."""
        try:
            if self._process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    self._process.terminate()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._process.wait(), _GRACE)
            if self._process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    self._process.kill()
            await self._process.wait()
        finally:
            os.close(self._report)


def not_confined(missing: str) -> CheckError:
    return CheckError(
        f"this machine cannot confine a program of the check: {missing}",
        cause=Cause.ENVIRONMENT,
        hint=HOW_TO_GO_ON,
    )


def _read(report: int) -> object:
    """Returns the launcher's report; None if there is none."""
    os.set_blocking(report, False)
    try:
        return marshal.loads(os.read(report, _LARGEST_REPORT))
    except (OSError, EOFError, ValueError, TypeError):
        return None


@contextlib.contextmanager
def _as_input(text: bytes) -> Iterator[IO[bytes]]:
    """A file in memory, since it may be larger than a pipe. Nobody can change it any more."""
    descriptor = os.memfd_create("request", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    with os.fdopen(descriptor, "wb+", buffering=0) as file:
        file.write(text)
        file.seek(0)
        fcntl.fcntl(
            descriptor, fcntl.F_ADD_SEALS, fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK
        )
        yield file
