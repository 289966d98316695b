"""Connections that time their traffic, as the network backend of an HTTP client.

asyncio's own streams tell when the event loop handled some bytes, which in a busy bot is much later than
their arrival. The kernel records the arrival itself (SO_TIMESTAMPNS), in a message next to the bytes that
only `recvmsg` returns; that is why sockets and TLS are handled here.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import struct
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

import httpcore

from checks.sources.stopwatch import Stopwatch

# SO_TIMESTAMPNS, which the socket module does not define
_TIMESTAMP = 35 if sys.platform == "linux" else None
_TIMESPEC = struct.Struct("@ll")
_ROOM = socket.CMSG_SPACE(_TIMESPEC.size)
_CHUNK = 65536
_T = TypeVar("_T")


@contextlib.contextmanager
def noting_arrivals() -> Iterator[None]:
    """Has the kernel record arrivals: it starts with a delay once a first socket requests it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as holder:
        _note_arrivals(holder)
        yield


def _note_arrivals(wire: socket.socket) -> None:
    if _TIMESTAMP is not None:
        wire.setsockopt(socket.SOL_SOCKET, _TIMESTAMP, 1)


class PinnedNetwork(httpcore.AsyncNetworkBackend):
    """Connects to one address, whatever the name; `stopwatch` times the traffic."""

    def __init__(self, family: int, address: tuple[Any, ...], patience: float | None = None) -> None:
        self._family = family
        self._address = address
        self._patience = patience
        self.stopwatch = Stopwatch()

    async def connect_tcp(
        self,
        host: str,  # noqa: ARG002  only TLS and the Host header use the name
        port: int,  # noqa: ARG002
        timeout: float | None = None,  # noqa: ARG002, ASYNC109  the caller limits the whole exchange
        local_address: str | None = None,  # noqa: ARG002
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002
    ) -> httpcore.AsyncNetworkStream:
        wire = socket.socket(self._family, socket.SOCK_STREAM)
        try:
            wire.setblocking(False)
            wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            _note_arrivals(wire)
            async with asyncio.timeout(self._patience):
                await asyncio.get_running_loop().sock_connect(wire, self._address)
        except OSError as error:
            wire.close()
            raise httpcore.ConnectError from error
        except BaseException:
            wire.close()
            raise
        return TimedStream(wire, self.stopwatch)


class TimedStream(httpcore.AsyncNetworkStream):
    """A TCP connection, in plain text until `start_tls`."""

    def __init__(self, wire: socket.socket, stopwatch: Stopwatch) -> None:
        self._wire = wire
        self._stopwatch = stopwatch
        self._tls: _Tls | None = None
        self._arrived: int | None = None

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002, ASYNC109
    ) -> httpcore.AsyncNetworkStream:
        self._tls = _Tls(ssl_context, server_hostname)
        try:
            await self._through_tls(self._tls.engine.do_handshake)
        except (OSError, ssl.CertificateError) as error:
            await self.aclose()
            raise httpcore.ConnectError from error
        return self

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002, ASYNC109
        with _as(httpcore.WriteError):
            if self._tls is not None:
                self._tls.engine.write(buffer)
                buffer = self._tls.outgoing.read()
            self._stopwatch.sending()
            await self._send(buffer)

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002, ASYNC109
        with _as(httpcore.ReadError):
            data = await self._decrypted(self._tls, max_bytes) if self._tls else await self._receive()
        if data:
            self._stopwatch.received(self._arrived)
        return data

    async def aclose(self) -> None:
        self._wire.close()

    def get_extra_info(self, info: str) -> Any:
        return self._tls.engine if info == "ssl_object" and self._tls else None

    async def _decrypted(self, tls: _Tls, most: int) -> bytes:
        try:
            return await self._through_tls(lambda: tls.engine.read(most))
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            return b""

    async def _through_tls(self, step: Callable[[], _T]) -> _T:
        """Runs `step` on the TLS engine, exchanging the data that it needs."""
        assert self._tls
        while True:
            try:
                return step()
            except ssl.SSLWantReadError:
                await self._send(self._tls.outgoing.read())
                self._tls.feed(await self._receive())
            finally:
                if pending := self._tls.outgoing.read():
                    await self._send(pending)

    async def _send(self, data: bytes) -> None:
        view = memoryview(data)
        loop = asyncio.get_running_loop()
        while view:
            try:
                view = view[self._wire.send(view) :]
            except BlockingIOError:
                await _ready(self._wire, loop.add_writer, loop.remove_writer)

    async def _receive(self) -> bytes:
        loop = asyncio.get_running_loop()
        while True:
            try:
                data, notes, *_ = self._wire.recvmsg(_CHUNK, _ROOM)
            except BlockingIOError:
                await _ready(self._wire, loop.add_reader, loop.remove_reader)
            else:
                self._arrived = _arrival(notes)
                return data


class _Tls:
    def __init__(self, context: ssl.SSLContext, name: str | None) -> None:
        self._incoming = ssl.MemoryBIO()
        self.outgoing = ssl.MemoryBIO()
        self.engine = context.wrap_bio(self._incoming, self.outgoing, server_hostname=name)

    def feed(self, data: bytes) -> None:
        if data:
            self._incoming.write(data)
        else:
            self._incoming.write_eof()


@contextlib.contextmanager
def _as(kind: type[Exception]) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise kind from error


async def _ready(wire: socket.socket, add: Callable[..., None], remove: Callable[[int], bool]) -> None:
    ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    number = wire.fileno()
    add(number, _wake, ready)
    try:
        await ready
    finally:
        remove(number)


def _wake(waiting: asyncio.Future[None]) -> None:
    if not waiting.done():
        waiting.set_result(None)


def _arrival(notes: list[tuple[int, int, bytes]]) -> int | None:
    """When the last of the bytes read arrived, in ns of the wall clock; None if the kernel does not say.

    The end of the connection counts as a byte if it arrived before the read.
    """
    for level, kind, data in notes:
        if (level, kind) == (socket.SOL_SOCKET, _TIMESTAMP) and len(data) >= _TIMESPEC.size:
            seconds, nanoseconds = _TIMESPEC.unpack_from(data)
            return int(seconds * 1_000_000_000 + nanoseconds)
    return None
