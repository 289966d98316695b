"""Clients that reach PORT, silent, slow or many, cannot keep others from being answered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from unittest.mock import sentinel

import aiohttp
import pytest
from structlog.testing import capture_logs

from bot.base.metrics import Metrics
from commands.health import CachedProbe, health_routes
from commands.listening import Connections, listening
from commands.slack.turnstile import Turnstile
from commands.slack.web import LARGEST, PATH, slack_routes

MOST = 10
TRICKLE = b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: "


async def _nothing() -> None:
    pass


@asynccontextmanager
async def door(**limits: float) -> AsyncIterator[int]:
    """The port of a bot's HTTP routes, without the rest of the bot."""
    turnstile = Turnstile(lambda *_: None)
    routes = health_routes(Metrics(), {}, _nothing)
    routes += slack_routes(sentinel.app, "secret", turnstile, body_within=limits.pop("body_within", 60.0))
    async with listening(routes, "127.0.0.1", 0, largest=LARGEST, most=MOST, **limits) as port:
        yield port


async def opened(stack: AsyncExitStack, port: int, said: bytes) -> asyncio.StreamReader:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    stack.callback(writer.close)
    writer.write(said)
    return reader


async def closed(reader: asyncio.StreamReader) -> bytes:
    """What the server sends until it closes the connection."""
    async with asyncio.timeout(60):
        try:
            return await reader.read()
        except ConnectionError:
            return b""


async def healthy(port: int) -> bool:
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/healthz") as answer:
        return answer.status == 200


async def test_many_slow_connections_do_not_keep_others_from_being_answered() -> None:
    async with door() as port, AsyncExitStack() as stack:
        trickling = [await opened(stack, port, TRICKLE) for _ in range(3 * MOST)]
        assert await healthy(port)
        assert await healthy(port)

        await asyncio.gather(*(closed(each) for each in trickling[: 2 * MOST]))  # the oldest were dropped


async def test_a_connection_without_a_whole_request_in_time_is_closed() -> None:
    async with door(within=0.05) as port, AsyncExitStack() as stack:
        for said in (b"", TRICKLE, b"GET"):
            assert await closed(await opened(stack, port, said)) == b""
        assert await healthy(port)


async def test_a_body_that_does_not_arrive_in_time_is_refused() -> None:
    head = f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nx".encode()
    async with door(body_within=0.05) as port, AsyncExitStack() as stack:
        assert b" 408 " in await closed(await opened(stack, port, head))


@pytest.mark.parametrize("header", ["X-Long: " + "x" * 20_000, "\r\n".join(f"X-{n}: 1" for n in range(2000))])
async def test_headers_are_bounded(header: str) -> None:
    async with door() as port, AsyncExitStack() as stack:
        reader = await opened(stack, port, f"GET /healthz HTTP/1.1\r\nHost: x\r\n{header}\r\n\r\n".encode())
        assert b" 400 " in await closed(reader)


async def test_unsigned_requests_are_logged_in_one_line() -> None:
    with capture_logs() as lines:
        async with door() as port, aiohttp.ClientSession() as session:
            for _ in range(30):
                async with session.post(f"http://127.0.0.1:{port}{PATH}", data=b"x") as answer:
                    assert answer.status == 401
    assert [line["event"] for line in lines] == ["requests without Slack's signature"]


async def test_readiness_reuses_a_recent_answer_however_often_it_is_asked() -> None:
    asked: list[int] = []

    async def probe() -> bool:
        asked.append(1)
        return True

    routes = health_routes(Metrics(), {"slack": CachedProbe(probe)}, _nothing)
    async with (
        listening(routes, "127.0.0.1", 0, largest=LARGEST) as port,
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session,
    ):
        for _ in range(50):
            async with session.get("/readyz") as answer:
                assert await answer.json() == {"slack": True}
    assert len(asked) == 1


def test_a_connection_that_sent_a_request_counts_as_the_newest() -> None:
    class Transport(asyncio.Transport):
        dropped = False

        def abort(self) -> None:
            self.dropped = True

    async def opens() -> list[bool]:
        connections = Connections(2, within=60)
        first, second, third = Transport(), Transport(), Transport()
        connections.opened(first)
        connections.opened(second)
        connections.asked(first)
        connections.opened(third)
        return [each.dropped for each in (first, second, third)]

    assert asyncio.run(opens()) == [False, True, False]
