"""Listening on `PORT`: for Slack, for health checks, and for anyone else who finds it.

Anyone can connect, send nothing, and stay. So the number of connections is limited by the available file
descriptors: at the limit, a new one closes the one that has been silent longest. A connection that does not
send the headers of a request in time is closed.
"""

from __future__ import annotations

import asyncio
import resource
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, cast

from aiohttp import web

from bot.base.errors import Unavailable

REQUEST_WITHIN = 10.0  # seconds from connecting to the end of the first request's headers
KEPT_ALIVE = 30.0  # seconds without a request
LINGER = 1.0  # seconds to read the rest of an unread body
MAX_CONNECTIONS = 500
_SHARE = 4  # connections may use one in this many file descriptors
_BACKLOG = 32  # connections that may wait to be accepted, and are accepted in one go
_LARGEST_LINE = 8 << 10  # bytes of the request line, and of each header


class Connections:
    """The open connections, the longest silent first."""

    def __init__(self, most: int, within: float) -> None:
        self._most = most
        self._within = within
        self._open: dict[asyncio.BaseTransport, asyncio.TimerHandle] = {}

    def opened(self, transport: asyncio.Transport) -> None:
        while len(self._open) >= self._most:
            self._drop(next(iter(self._open)))
        timer = asyncio.get_running_loop().call_later(self._within, self._drop, transport)
        self._open[transport] = timer

    def asked(self, transport: asyncio.BaseTransport | None) -> None:
        """It has sent the headers of a request: stop its timer, and move it to the end."""
        if transport in self._open:
            timer = self._open.pop(transport)
            timer.cancel()
            self._open[transport] = timer

    def closed(self, transport: asyncio.BaseTransport) -> None:
        if timer := self._open.pop(transport, None):
            timer.cancel()

    def _drop(self, transport: asyncio.BaseTransport) -> None:
        self.closed(transport)
        cast("asyncio.Transport", transport).abort()


class _Counted(asyncio.Protocol):
    """An aiohttp connection, registered in `Connections`."""

    def __init__(self, inner: Any, connections: Connections) -> None:
        self._inner = inner
        self._connections = connections
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._connections.opened(self._transport)
        self._inner.connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        assert self._transport
        self._connections.closed(self._transport)
        self._inner.connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._inner.data_received(data)

    def eof_received(self) -> bool | None:
        return cast("bool | None", self._inner.eof_received())

    def pause_writing(self) -> None:
        self._inner.pause_writing()

    def resume_writing(self) -> None:
        self._inner.resume_writing()


@asynccontextmanager
async def listening(
    routes: list[web.RouteDef],
    host: str,
    port: int,
    *,
    largest: int,
    most: int | None = None,
    within: float = REQUEST_WITHIN,
) -> AsyncIterator[int]:
    """Returns the port; 0 picks a free one. `largest`: bytes of a body. Raises Unavailable if the port is in
    use.
    """
    connections = Connections(most or most_connections(), within)

    @web.middleware
    async def noting(request: web.Request, handler: Callable[..., Any]) -> web.StreamResponse:
        connections.asked(request.transport)
        return cast("web.StreamResponse", await handler(request))

    application = web.Application(client_max_size=largest, middlewares=[noting])
    application.add_routes(routes)
    runner = web.AppRunner(
        application,
        lingering_time=LINGER,
        access_log=None,
        keepalive_timeout=KEPT_ALIVE,
        max_line_size=_LARGEST_LINE,
        max_field_size=_LARGEST_LINE,
    )
    await runner.setup()
    try:
        server = await _server(runner, connections, host, port)
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()
    finally:
        await runner.cleanup()


async def _server(runner: web.AppRunner, connections: Connections, host: str, port: int) -> asyncio.Server:
    make = runner.server
    assert make
    try:
        return await asyncio.get_running_loop().create_server(
            lambda: _Counted(make(), connections), host, port, backlog=_BACKLOG, reuse_address=True
        )
    except OSError as error:
        raise Unavailable(
            f"Cannot listen on port {port}: {error.strerror}.",
            hint="Set PORT to another port, or HOST to an address of this machine.",
        ) from error


def most_connections() -> int:
    """A quarter of the file descriptors, which leaves enough for the database, Redis, Slack and sources; at most MAX_CONNECTIONS."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MAX_CONNECTIONS if soft == resource.RLIM_INFINITY else max(8, min(MAX_CONNECTIONS, soft // _SHARE))
