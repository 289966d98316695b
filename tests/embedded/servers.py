"""Both embedded servers behind one interface, so that each rule is tested on each of them."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import traceback
import warnings
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import psycopg
import redis.asyncio as redis

from bot import embedded

ROOT = Path(__file__).parents[2]
PATIENT = 60  # seconds until a wait fails the test

HOLD = """
import asyncio, sys
from pathlib import Path
from tests.embedded.servers import SERVERS

async def hold():
    async with SERVERS[sys.argv[1]].running(Path(sys.argv[2])):
        print("up", flush=True)
        await asyncio.sleep(60)

asyncio.run(hold())
"""


async def ask_postgres(dsn: str) -> str:
    async with await psycopg.AsyncConnection.connect(dsn, connect_timeout=5) as connection:
        rows = await (await connection.execute("SELECT version()")).fetchall()
    return str(rows[0][0])


async def ask_valkey(url: str) -> str:
    async with redis.from_url(url, socket_timeout=5) as client:
        return f"Valkey {(await client.info('server'))['valkey_version']}"


@asynccontextmanager
async def run_postgres(folder: Path) -> AsyncIterator[str]:
    async with embedded.postgres(folder, durable=False) as dsn:
        yield dsn


@dataclass(frozen=True)
class Server:
    running: Callable[[Path], Any]  # folder -> async context manager of the URL
    ask: Callable[[str], Coroutine[Any, Any, str]]  # URL -> what the server calls itself
    says: str
    pid_file: str

    def process(self, folder: Path) -> psutil.Process:
        return psutil.Process(int((folder / self.pid_file).read_text().split()[0]))


SERVERS = {
    "postgres": Server(run_postgres, ask_postgres, "PostgreSQL 18", "postgres/data/postmaster.pid"),
    "valkey": Server(embedded.valkey, ask_valkey, "Valkey 9.1", "valkey/pid"),
}


@contextmanager
def another_user_of(name: str, folder: Path):
    """A process that uses the server; it is killed with SIGKILL at the end."""
    command = [sys.executable, "-c", HOLD, name, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"up\n"
            yield process
        finally:
            process.kill()


async def answers_again(server: Server, url: str) -> str:
    async with asyncio.timeout(PATIENT):
        while True:
            try:
                return await server.ask(url)
            except (OSError, psycopg.OperationalError, redis.RedisError):
                await asyncio.sleep(0.05)


async def is_gone(process: psutil.Process) -> bool:
    async with asyncio.timeout(PATIENT):
        while lives(process):
            await asyncio.sleep(0.02)
    return True


def lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def kill(process: psutil.Process) -> None:
    process.send_signal(signal.SIGKILL)


def as_user(uid: int, gid: int, act: Callable[[], Coroutine[Any, Any, None]]) -> int:
    """Exit code of `act` in a child process of another user; forked, because that user may not be able to run this
    Python.
    """
    with warnings.catch_warnings():
        # a fork with threads running; the child starts none before exec
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid == 0:
        try:
            os.setgroups([])
            os.setgid(gid)
            os.setuid(uid)
            asyncio.run(act())
        except BaseException:  # noqa: BLE001 - nothing may return into the parent's tests
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
