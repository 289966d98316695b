"""Probes of servers that answer badly, endlessly, for another, or not at all."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest
from aiohttp import web

from checks.outcome import Cause, Outcome
from checks.result import Result
from checks.secrets import Secrets
from tests.checks.probing import PEM, always, probe, result_of, serving, speaking, tls


class TestBadServers:
    async def test_a_refused_connection(self) -> None:
        with socket.socket() as unheard:
            unheard.bind(("127.0.0.1", 0))
            port = unheard.getsockname()[1]
            result = await result_of(probe(), port)

        assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.ENVIRONMENT)
        assert result.reason == f"127.0.0.1:{port} refused the connection"

    async def test_a_name_that_does_not_resolve(self) -> None:
        result = await result_of(probe(), "http://no-such-host.invalid")

        assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.ENVIRONMENT)
        assert result.reason == "the name no-such-host.invalid does not resolve"

    async def test_a_certificate_of_nobody_we_know(self) -> None:
        async with serving(always({}), tls()) as port:
            result = await result_of(probe(), f"https://localhost:{port}")

        assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.CONFIGURATION)
        assert result.reason == f"the certificate of localhost:{port} is not trusted"
        assert "self-signed" in result.detail[0]

    async def test_a_certificate_for_another_name(self) -> None:
        async with serving(always({}), tls()) as port:
            result = await result_of(probe(), f"https://127.0.0.1:{port}", ca_file=str(PEM))

        assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.CONFIGURATION)

    async def test_a_private_authority_named_in_the_configuration_is_trusted(self) -> None:
        async with serving(always({}), tls()) as port:
            result = await result_of(probe(), f"https://localhost:{port}", ca_file=str(PEM))

        assert result.outcome is Outcome.PASS

    async def test_plain_http_where_tls_was_expected(self) -> None:
        async with speaking(b"HTTP/1.1 400 Bad Request\r\n\r\n\r\n\r\n") as port:
            result = await result_of(probe(), f"https://127.0.0.1:{port}")

        assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.ENVIRONMENT)

    @pytest.mark.parametrize(
        "target", ["https://evil.example/x", "http://169.254.169.254/latest", "/elsewhere"]
    )
    async def test_a_redirect_is_shown_and_not_followed(self, target: str) -> None:
        asked: list[str] = []

        async def handler(request: web.Request) -> web.StreamResponse:
            asked.append(request.path)
            return web.Response(status=302, headers={"Location": target})

        async with serving(handler) as port:
            result = await result_of(probe(), port)

        assert result.outcome is Outcome.FAIL
        assert asked == ["/cron"]
        assert f"answered 302, pointing to {target}; not followed" in result.detail

    async def test_two_hundred_megabytes_are_not_read(self) -> None:
        sent = 0

        async def flood(request: web.Request) -> web.StreamResponse:
            nonlocal sent
            response = web.StreamResponse()
            await response.prepare(request)
            for _ in range(3200):
                await response.write(b"x" * 65536)
                sent += 65536
            return response

        async with serving(flood) as port:
            result = await result_of(probe(), port)

        assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.CONFIGURATION)
        assert result.reason == "the answer is longer than 1,048,576 bytes"
        assert sent < 16 * 1024 * 1024

    async def test_a_compressed_answer_is_not_unpacked(self) -> None:
        async def bomb(request: web.Request) -> web.StreamResponse:
            return web.Response(body=b"\x1f\x8b\x08\x00" + b"\x00" * 64, headers={"Content-Encoding": "gzip"})

        async with serving(bomb) as port:
            result = await result_of(probe(), port)

        assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.ENVIRONMENT)
        assert "compressed" in result.reason

    @pytest.mark.parametrize(
        "raw",
        [
            b"",
            b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
            b"garbage\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nX: " + b"x" * 300_000 + b"\r\n\r\n",
        ],
        ids=["nothing", "half a body", "garbage", "endless headers"],
    )
    async def test_an_answer_that_breaks_off_or_is_none(self, raw: bytes) -> None:
        async with speaking(raw) as port:
            result = await result_of(probe(), port)

        assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.ENVIRONMENT)

    @pytest.mark.parametrize("drip", [False, True], ids=["hangs", "drips"])
    async def test_an_answer_that_never_ends_is_given_up(self, drip: bool) -> None:
        async def endless(request: web.Request) -> web.StreamResponse:
            response = web.StreamResponse()
            await response.prepare(request)
            while True:
                await asyncio.sleep(0.05)
                if drip:
                    await response.write(b".")

        async with serving(endless) as port:
            result = await result_of(probe(), port, timeout="400ms")

        assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.TIMEOUT)
        assert result.reason == f"127.0.0.1:{port} did not answer GET /cron within 400ms"

    async def test_a_header_that_http_cannot_carry_does_not_show_its_secret(self) -> None:
        secrets = Secrets({"TOKEN": "tops3cret\r\nX-Evil: 1"})
        async with serving(always({})) as port:
            result = await result_of(probe(), port, secrets, bearer="${TOKEN}")

        assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.CONFIGURATION)
        assert "tops3cret" not in result.model_dump_json()

    async def test_secrets_that_the_server_sends_back_are_not_shown(self) -> None:
        async def echo(request: web.Request) -> web.StreamResponse:
            padding = "x" * 260
            return web.Response(status=500, text=f"{padding} {request.headers['authorization']}")

        secrets = Secrets({"TOKEN": "tops3cret-that-is-long-enough-to-be-cut"})
        async with serving(echo) as port:
            result = await result_of(probe("last.body == ''"), port, secrets, bearer="${TOKEN}")

        assert "tops3" not in result.model_dump_json()


class Rebinding(asyncio.SelectorEventLoop):
    """Whose name server answers the truth once, and then the address of an impostor."""

    answers = ("127.0.0.1", "127.0.0.2", "127.0.0.2")

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    async def getaddrinfo(self, host: Any, port: Any, **options: Any) -> Any:
        if host == "rebinding.test":
            self.asked.append(host)
            host = self.answers[len(self.asked) - 1]
        return await super().getaddrinfo(host, port, **options)


def test_a_host_is_resolved_once_and_keeps_its_name() -> None:
    hosts: list[str] = []

    async def handler(request: web.Request) -> web.StreamResponse:
        hosts.append(request.host)
        return web.json_response({}, headers={"Connection": "close"})

    async def main() -> Result:
        async with serving(handler) as port:
            return await result_of(probe(repeat=3), f"http://rebinding.test:{port}")

    with asyncio.Runner(loop_factory=Rebinding) as runner:
        result = runner.run(main())
        assert runner.get_loop().asked == ["rebinding.test"]

    assert result.outcome is Outcome.PASS
    assert {host.partition(":")[0] for host in hosts} == {"rebinding.test"}
    assert len(hosts) == 3
