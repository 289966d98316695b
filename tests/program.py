"""The command line, without the second that Python takes to import it: tests start it a few hundred times.

Each command is a process of its own, with its own environment, folder and streams, forked from one that has imported
everything. The normal start is tested in `tests/unit/bot/test_imports.py` and with the bots of other tests.

python -m tests.program SOCKET   # what the fixture starts
"""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import pkgutil
import signal
import socket
import sys
import tempfile
import traceback
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, NoReturn

ROOT = Path(__file__).parents[1]
PATIENT = 60  # seconds for one command
PACKAGES = ("checks", "bot", "commands")
REQUEST = 1 << 20  # bytes at most for a command and its environment
ANSWER = 16  # and for an answer


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str


@dataclass
class Started:
    """A running command: as much of asyncio's interface to processes as tests need."""

    pid: int
    _line: socket.socket
    returncode: int | None = None  # negative: the signal that killed it

    async def wait(self) -> int:
        if self.returncode is None:
            said = await asyncio.get_running_loop().sock_recv(self._line, ANSWER)
            self.returncode = int(
                said or -signal.SIGKILL
            )  # no answer: the process that waited for it was killed as well
            self._line.close()
        return self.returncode

    def terminate(self) -> None:
        os.kill(self.pid, signal.SIGTERM)

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)


@dataclass(frozen=True)
class Program:
    socket: Path

    async def start(
        self, words: Sequence[str], *, folder: Path, environment: Mapping[str, str], log: IO[bytes]
    ) -> Started:
        """Start `canary WORDS` in that folder, with only that environment, without input, and with all output in
        `log`.
        """
        line = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        line.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(line, str(self.socket))
        with Path(os.devnull).open("rb") as nothing:  # noqa: ASYNC230  at once
            streams = [stream.fileno() for stream in (nothing, log, log)]
            socket.send_fds(line, [_request(words, environment, folder)], streams)
        return Started(int(await loop.sock_recv(line, ANSWER)), line)

    async def run(self, words: Sequence[str], *, folder: Path, environment: Mapping[str, str]) -> Ended:
        """Run `canary WORDS` in that folder, with only that environment and without input."""
        asked = _request(words, environment, folder)
        return await asyncio.wait_for(asyncio.to_thread(self._run, asked), PATIENT)

    def _run(self, request: bytes) -> Ended:
        with (
            tempfile.TemporaryFile() as out,
            tempfile.TemporaryFile() as err,
            Path(os.devnull).open("rb") as nothing,
            socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as server,
        ):
            server.settimeout(PATIENT)
            server.connect(str(self.socket))
            socket.send_fds(server, [request], [stream.fileno() for stream in (nothing, out, err)])
            server.recv(ANSWER)  # its process id
            code = int(server.recv(ANSWER))
            for stream in (out, err):
                stream.seek(0)
            return Ended(code, out.read().decode(), err.read().decode())


def _request(words: Sequence[str], environment: Mapping[str, str], folder: Path) -> bytes:
    return json.dumps([list(words), dict(environment), str(folder)]).encode()


@asynccontextmanager
async def program(folder: Path) -> AsyncIterator[Program]:
    """Serve while the block lasts, with its socket in the folder."""
    place = folder / "program"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.program", str(place)),
        cwd=ROOT,
        env={"PATH": os.defpath},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout
        assert await process.stdout.readline() == b"ready\n"
        yield Program(place)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


# ------------------------------------------------------------ what it starts


def serve(place: str) -> NoReturn:
    """Serve until killed."""
    _import_everything()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the intermediate processes
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as server:
        server.bind(place)
        server.listen(64)
        print("ready", flush=True)  # noqa: T201
        while True:
            asking, _ = server.accept()
            with asking:
                if os.fork() == 0:
                    server.close()
                    _answer(asking)


def _import_everything() -> None:
    for name in PACKAGES:
        package = importlib.import_module(name)
        for module in pkgutil.walk_packages(package.__path__, f"{name}."):
            with suppress(ImportError):  # modules whose dependencies are missing on this machine
                importlib.import_module(module.name)


def _answer(asking: socket.socket) -> NoReturn:
    """Run the command. Reports its process id, and then how it ended, to the process that asked for it."""
    request, streams, _, _ = socket.recv_fds(asking, REQUEST, 3)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    child = os.fork()
    if child == 0:
        asking.close()
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
        os._exit(_ended(*json.loads(request)))
    with suppress(OSError):  # nobody listens any more
        asking.send(str(child).encode())
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    with suppress(OSError):
        asking.send(str(code).encode())
    os._exit(0)


def _ended(words: list[str], environment: dict[str, str], folder: str) -> int:
    """The exit code that the interpreter would return."""
    from commands.shell import main

    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["canary", *words]
    code: Any = 0
    try:
        main()
    except SystemExit as ended:
        code = ended.code
    except BaseException:  # noqa: BLE001 — as the interpreter shows it
        traceback.print_exc()
        code = 1
    with suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    if isinstance(code, str):
        print(code, file=sys.stderr, flush=True)  # noqa: T201
        return 1
    return int(code or 0)


if __name__ == "__main__":
    serve(sys.argv[1])
