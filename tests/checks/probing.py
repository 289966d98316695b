"""Probing real servers on the loopback interface."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import web

from checks.context import opened
from checks.evaluate import evaluate
from checks.probe import Probe
from checks.reading import Moment
from checks.result import Result
from checks.secrets import Secrets
from checks.sources.http import HttpSource
from tests.serving import listening

PEM = Path(__file__).with_name("localhost.pem")
NOBODY = Secrets({})
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def serving(handler: Handler, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """Yields the port of a server that answers every request with this response."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    async with listening(app, tls) as port:
        yield port


@asynccontextmanager
async def speaking(raw: bytes, host: str = "127.0.0.1") -> AsyncIterator[int]:
    """Yields the port of a server that sends these bytes to every client and closes the connection."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(raw)
        writer.close()

    server = await asyncio.start_server(answer, host, 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


def always(body: Any = None, **response: Any) -> Handler:
    async def handler(request: web.Request) -> web.StreamResponse:
        return web.json_response(body, **response)

    return handler


def probe(*expect: str, path: str = "/cron", **request: Any) -> Probe:
    fields = {"kind": "http.probe", "source": "app", "owner": "platform"}
    return Probe.model_validate(
        {**fields, "request": {"path": path, **request}, "expect": expect or ["last.status == 200"]}
    )


async def result_of(
    check: Probe, base_url: str | int, secrets: Secrets = NOBODY, now: datetime | None = None, **fields: Any
) -> Result:
    url = f"http://127.0.0.1:{base_url}" if isinstance(base_url, int) else base_url
    arguments = fields.pop("arguments", {})
    source = HttpSource.model_validate({"kind": "http", "base_url": url, **fields})
    async with opened(source, secrets) as live:
        return await evaluate(check, live, Moment(now=now or datetime.now(UTC), values=arguments), secrets)


def readings(result: Result) -> dict[str, Any]:
    return {judged.reading.name: judged.reading.value for judged in result.judged}


def tls() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(PEM)
    return context
