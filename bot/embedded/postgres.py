"""An embedded PostgreSQL 18 for real data: fsync on, checksums on, fast shutdown, crash recovery."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlencode

import psutil

from bot.embedded import process, socket_folder
from bot.embedded.account import Account, name_of, unprivileged, with_a_name
from bot.embedded.error import EmbeddedError
from bot.embedded.program import reachable_program
from bot.embedded.supervisor import kept_running

_PORT = "5432"  # part of the socket's name; there is no TCP
_LOG_LINES = 5
_SETTINGS = {"listen_addresses": "", "unix_socket_permissions": "0700", "log_checkpoints": "off"}
_HBA, _IDENT = "pg_hba.conf", "pg_ident.conf"  # in the data folder
_NOT_DURABLE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "128MB",
}


@asynccontextmanager
async def postgres(folder: Path, *, durable: bool = True) -> AsyncIterator[str]:
    """Returns a DSN for libpq. `durable=False` is faster, but loses data in a power cut. Raises
    EmbeddedError.
    """
    engine = Postgres(folder, durable=durable)
    async with kept_running(engine):
        where = urlencode({"host": str(engine.sockets), "port": _PORT})
        yield f"postgresql://canary@/postgres?{where}"


class Postgres:
    name = "PostgreSQL"
    stop_signals = (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL)  # fast, immediate, none

    def __init__(self, folder: Path, *, durable: bool) -> None:
        self.home = folder.absolute() / "postgres"
        self.data = self.home / "data"
        self.sockets = self.home / "sockets"
        self._settings = _SETTINGS if durable else _SETTINGS | _NOT_DURABLE
        self._account: Account | None = None
        self._bin: Path | None = None

    async def prepare(self) -> None:
        self._account = unprivileged(self.data)
        self.home.chmod(0o711 if self._account else 0o700)
        reachable = await socket_folder.find(self.home, self._account)
        self.sockets = socket_folder.private(reachable, self._account)
        self._bin = await reachable_program(reachable, self._account)

    def process(self) -> psutil.Process | None:
        return process.living(self.data / "postmaster.pid", name="postgres", folder=self.data)

    async def answers(self) -> bool:
        code, _ = await self._run("pg_isready", "-h", str(self.sockets), "-p", _PORT, "-U", "canary")
        return code == 0

    async def launch(self) -> None:
        if not self.data.exists():
            await self._initialise()
        await self._clear_after_crash()
        if (
            self._account and self.data.stat().st_uid != self._account.uid
        ):  # initialized just now, or by an older bot
            self._account.given_all(self.data)
        self._accept_only_our_users()
        with _handle(self.data, self._account) as (data, descriptors):
            options = shlex.join(self._options())
            command = ("pg_ctl", "start", "-w", "-D", data, "-l", f"{data}/server.log", "-o", options)
            code, output = await self._run(*command, descriptors=descriptors)
        if code != 0:
            raise EmbeddedError(
                f"PostgreSQL does not start: {self._end_of_log() or output}",
                hint=f"Read {self.data / 'server.log'}, or set DATABASE_URL.",
            )

    def _options(self) -> Iterator[str]:
        yield from ("-k", str(self.sockets), "-p", _PORT)
        for name, value in self._settings.items():
            yield from ("-c", f"{name}={value}")

    def _accept_only_our_users(self) -> None:
        """Our user, as any role. A user without a name cannot be identified: then the folder's permissions must do."""
        owner = name_of(self._account.uid) if self._account else ""
        names = {name for name in (name_of(os.geteuid()), owner) if name}
        method = "peer map=canary" if name_of(os.geteuid()) else "trust"
        for file, text in (
            (_HBA, f"local all all {method}\n"),
            (_IDENT, "".join(f'canary "{name}" all\n' for name in sorted(names))),
        ):
            path = self.data / file
            path.unlink(missing_ok=True)
            path.write_text(text)
            path.chmod(0o600)
            if self._account:
                os.chown(path, self._account.uid, self._account.gid)

    async def _initialise(self) -> None:
        """Run initdb in a folder beside it, renamed when complete: a kill -9 halfway leaves nothing to repair."""
        unfinished = self.home / "data.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        account = with_a_name() if self._account else None
        if account:
            account.given(unfinished)
        with _handle(unfinished, account) as (data, descriptors):
            options = _initdb_options(data)
            code, output = await self._run("initdb", *options, account=account, descriptors=descriptors)
        if code != 0:
            raise _initdb_error(self.home, output.splitlines()[-1] if output else str(code))
        unfinished.rename(self.data)

    async def _clear_after_crash(self) -> None:
        """A killed server leaves its pid file behind, and PostgreSQL trusts it when the pid is reused.

        It may be removed only once all child processes of the killed server are gone: they write to the data.
        """

        async def all_gone() -> bool:
            children = list(process.all_living(name="postgres", folder=self.data))
            for child in children:
                with suppress(psutil.NoSuchProcess):
                    child.kill()
            return not children

        if not (self.data / "postmaster.pid").exists():
            return
        if not await process.until(all_gone, seconds=10):
            raise EmbeddedError(
                f"processes of a crashed PostgreSQL in {self.data} cannot be stopped",
                hint="Stop them, and start the bot again.",
            )
        (self.data / "postmaster.pid").unlink()
        (self.sockets / f".s.PGSQL.{_PORT}.lock").unlink(missing_ok=True)

    async def _run(
        self,
        program: str,
        *arguments: str,
        account: Account | None = None,
        descriptors: Sequence[int] = (),
    ) -> tuple[int, str]:
        assert self._bin is not None, "prepare() comes first"
        return await process.run(
            [self._bin / program, *arguments], account=account or self._account, descriptors=descriptors
        )

    def _end_of_log(self) -> str:
        try:
            lines = (self.data / "server.log").read_text(errors="replace").splitlines()
        except OSError:
            return ""
        return " / ".join(lines[-_LOG_LINES:])

    def tidy(self) -> None:
        socket_folder.remove(self.home)


def _initdb_error(home: Path, why: str) -> EmbeddedError:
    said = f"PostgreSQL's data cannot be initialized in {home}: {why}"
    if not name_of(os.geteuid()):
        return EmbeddedError(
            f"{said}; user {os.geteuid()} has no entry in /etc/passwd, which PostgreSQL requires",
            hint="Start the bot as a user with an entry (10001 in our image), or set DATABASE_URL.",
        )
    return EmbeddedError(said, hint="Choose another data folder, or set DATABASE_URL.")


def _initdb_options(data: str) -> list[str]:
    return [
        *("-D", data, "--username", "canary", "--auth-local", "trust", "--auth-host", "reject"),
        *("--encoding", "UTF8", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--no-locale"),
        *("--set", "timezone=UTC", "--set", "log_timezone=UTC", "--no-instructions"),
    ]


@contextmanager
def _handle(folder: Path, account: Account | None) -> Iterator[tuple[str, Sequence[int]]]:
    """A path by which the account can reach the folder, and the descriptors that it must inherit for that.

    The account may have no access to the folders above, whose permissions we must not loosen. On Linux it gets in
    through an inherited descriptor of the folder.
    """
    if account is None or sys.platform != "linux":
        yield str(folder), ()
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{descriptor}", (descriptor,)
    finally:
        os.close(descriptor)
