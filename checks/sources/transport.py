"""httpx over our own network backend: one new connection per request."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator

import httpcore
import httpx


class PinnedTransport(httpx.AsyncBaseTransport):
    """Sends each request over `network`. Raises httpcore's errors, which say what happened to the connection."""

    def __init__(self, network: httpcore.AsyncNetworkBackend, tls: ssl.SSLContext | None) -> None:
        self._network = network
        self._tls = tls

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        connection = httpcore.AsyncHTTPConnection(
            url.origin, ssl_context=self._tls, network_backend=self._network
        )
        try:
            response = await connection.handle_async_request(
                httpcore.Request(
                    request.method,
                    url,
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
        except BaseException:
            await connection.aclose()
            raise
        return httpx.Response(
            response.status,
            headers=response.headers,
            stream=_Body(response, connection),
            extensions=response.extensions,
        )


class _Body(httpx.AsyncByteStream):
    """The response's bytes as they arrive; closing it closes the connection."""

    def __init__(self, response: httpcore.Response, connection: httpcore.AsyncHTTPConnection) -> None:
        self._response = response
        self._connection = connection

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._response.aiter_stream():
            yield chunk

    async def aclose(self) -> None:
        await self._connection.aclose()
