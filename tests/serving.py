"""HTTP servers that tests and benchmarks start: on loopback, on a free port, until the block ends."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web


@asynccontextmanager
async def listening(app: web.Application, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """Yields the port. At the end, a handler that still runs is not waited for."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


@asynccontextmanager
async def served(app: web.Application) -> AsyncIterator[str]:
    """Yields the URL."""
    async with listening(app) as port:
        yield f"http://127.0.0.1:{port}"
