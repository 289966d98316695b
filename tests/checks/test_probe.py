"""Probes: real HTTP servers that answer well, badly, endlessly, or not at all."""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from pydantic import ValidationError

from checks.evaluate import evaluate
from checks.outcome import Cause, Outcome
from checks.probe import Probe
from checks.reading import Moment
from checks.result import Result
from checks.secrets import Secrets
from checks.sources.http import HttpSource

PEM = Path(__file__).with_name("localhost.pem")
NOBODY = Secrets({})
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def serving(handler: Handler, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """The port of a server that answers every request so."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
        await site.start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


@asynccontextmanager
async def speaking(raw: bytes) -> AsyncIterator[int]:
    """The port of a server that says those bytes to whoever asks, and hangs up."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(raw)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
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
    async with source.open(secrets) as opened:
        return await evaluate(
            check, opened, Moment(now=now or datetime.now(UTC), arguments=arguments), secrets
        )


def readings(result: Result) -> dict[str, Any]:
    return {judged.reading.name: judged.reading.value for judged in result.judged}


class TestExpectations:
    async def test_the_first_users_suppression_probe(self) -> None:
        dispatched: list[str] = []

        async def cron(request: web.Request) -> web.StreamResponse:
            if request.headers.get("authorization") != "Bearer tops3cret":
                return web.json_response({"error": "unauthorized"}, status=401)
            mode = "dispatch-duplicate-suppressed" if dispatched else "dispatched"
            body = {"mode": mode, "enqueued": not dispatched, "dispatchKey": "window-7"}
            dispatched.append(mode)
            return web.json_response(body)

        check = probe(
            "last.status == 200",
            'last.body.mode == "dispatch-duplicate-suppressed"',
            "last.body.enqueued == false",
            "last.body.dispatchKey == first.body.dispatchKey",
            repeat=2,
        )
        stranger = probe("last.status == 401", bearer=False)
        secrets = Secrets({"CRON_SECRET": "tops3cret"})
        async with serving(cron) as port:
            suppressed = await result_of(check, port, secrets, bearer="${CRON_SECRET}")
            refused = await result_of(stranger, port, secrets, bearer="${CRON_SECRET}")

        assert (suppressed.outcome, refused.outcome) == (Outcome.PASS, Outcome.PASS)
        assert suppressed.reason == "expectations met is 4, limit == expectations_total (4)"
        assert readings(suppressed)["status"] == 200

    async def test_what_is_not_met_is_shown_with_what_came_instead(self) -> None:
        async with serving(always({"mode": "dispatched", "enqueued": True})) as port:
            result = await result_of(probe("last.body.enqueued == false", "last.status == 200"), port)

        assert (result.outcome, result.cause) == (Outcome.FAIL, Cause.REGRESSION)
        why = "last.body.enqueued == false: last.body.enqueued was true"
        assert result.reason == f"expectations met is 1, limit == expectations_total (2): {why}"
        assert result.detail[0] == why

    @pytest.mark.parametrize(
        ("expect", "why"),
        [
            ("last.body.nope == 1", "last.body has no field nope"),
            ("last.body.list[3] == 1", "last.body.list has no field 3"),
            ("last.body.deep.x < 'a'", "last.body.deep.x was 1"),
            ("last.headers['x-none'] == ''", "last.headers has no field x-none"),
        ],
    )
    async def test_a_missing_field_is_a_failure_that_names_it(self, expect: str, why: str) -> None:
        async with serving(always({"list": [1], "deep": {"x": 1}})) as port:
            result = await result_of(probe(expect), port)

        assert result.outcome is Outcome.FAIL
        assert result.detail[0] == f"{expect}: {why}"

    @pytest.mark.parametrize(
        "body", ["<html>", "", "[" * 5000, '{"enqueued": NaN}', '{"enqueued":' + "9" * 5000 + "}"]
    )
    async def test_a_body_that_is_no_json_is_a_failure(self, body: str) -> None:
        async def handler(request: web.Request) -> web.StreamResponse:
            return web.Response(text=body)

        async with serving(handler) as port:
            result = await result_of(probe("last.body.enqueued == false"), port)

        assert result.outcome is Outcome.FAIL
        assert result.detail[0] == "last.body.enqueued == false: last.body was not JSON"

    async def test_a_server_error_fails_and_shows_the_answer(self) -> None:
        async with serving(always({"error": "out of capacity"}, status=500)) as port:
            result = await result_of(probe(), port)

        assert (result.outcome, result.cause) == (Outcome.FAIL, Cause.REGRESSION)
        assert result.detail == (
            "last.status == 200: last.status was 500",
            'answered 500: {"error": "out of capacity"}',
        )

    @pytest.mark.parametrize(
        ("expect", "said"),
        [
            ("lst.status == 200", "did you mean 'last'"),
            ("sise(last.body) == 1", "did you mean 'size'"),
            ("last.status =", "expected a CEL expression"),
            ("first.body.all(a, last.body.all(b, a == b))", "at most one of all"),
            ("(" * 30 + "true" + ")" * 30, "brackets"),
            ("last.status == 200 " * 100, "at most 500 characters"),
        ],
    )
    def test_an_expectation_that_cannot_work_is_refused_at_load(self, expect: str, said: str) -> None:
        with pytest.raises(ValidationError, match=said):
            probe(expect)

    def test_a_probe_without_expectations_or_limits_is_refused_at_load(self) -> None:
        with pytest.raises(ValidationError, match="at least one limit"):
            Probe.model_validate({"kind": "http.probe", "owner": "o", "request": {"path": "/"}})

    def test_expectations_serialize_as_written(self) -> None:
        check = probe("last.status == 200", within="60s", json={"a": 1})
        dumped = check.model_dump(mode="json", by_alias=True)

        assert dumped["expect"] == ["last.status == 200"]
        assert dumped["request"]["json"] == {"a": 1}
        assert Probe.model_validate(dumped).model_dump(mode="json", by_alias=True) == dumped


class TestRequests:
    @staticmethod
    async def asked(check: Probe, **fields: Any) -> web.Request:
        seen: list[web.Request] = []

        async def handler(request: web.Request) -> web.StreamResponse:
            await request.read()
            seen.append(request)
            return web.json_response({})

        async with serving(handler) as port:
            assert (await result_of(check, port, **fields)).outcome is Outcome.PASS
        return seen[0]

    async def test_arguments_in_the_path_are_escaped(self) -> None:
        request = await self.asked(
            probe(path="/releases/{version}/state?full=1"), arguments={"version": "1/../2?x=#é {y}"}
        )

        assert request.raw_path == "/releases/1%2F..%2F2%3Fx%3D%23%C3%A9%20%7By%7D/state?full=1"

    async def test_a_path_stays_on_the_host_and_below_the_base(self) -> None:
        request = await self.asked(probe(path="//evil.example/x"))

        assert request.raw_path == "//evil.example/x"
        assert request.host.startswith("127.0.0.1:")

    async def test_method_query_headers_and_body_are_sent(self) -> None:
        check = probe(path="/a", method="POST", query={"q": "a b&c"}, headers={"X-One": "1"}, json={"k": [1]})
        request = await self.asked(check)

        assert (request.method, request.raw_path) == ("POST", "/a?q=a+b%26c")
        assert (request.headers["x-one"], await request.json()) == ("1", {"k": [1]})
        assert request.headers["accept-encoding"] == "identity"

    @pytest.mark.parametrize("arguments", [{}, {"version": ".."}, {"version": ""}])
    async def test_an_argument_that_is_missing_or_climbs_asks_nothing(
        self, arguments: dict[str, str]
    ) -> None:
        result = await result_of(probe(path="/{version}"), 1, arguments=arguments)

        assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.CONFIGURATION)

    async def test_no_cookies_are_carried_from_one_answer_to_the_next_request(self) -> None:
        cookies: list[str] = []

        async def handler(request: web.Request) -> web.StreamResponse:
            cookies.append(request.headers.get("cookie", ""))
            return web.json_response({}, headers={"Set-Cookie": "session=1"})

        async with serving(handler) as port:
            await result_of(probe(repeat=2), port)

        assert cookies == ["", ""]

    @pytest.mark.parametrize(
        "base_url",
        ["ftp://host", "staging.example.com", "https://user:pw@host", "https://host/?q=1", "https://"],
    )
    def test_a_base_url_that_cannot_work_is_refused_at_load(self, base_url: str) -> None:
        with pytest.raises(ValidationError, match="expected"):
            HttpSource(kind="http", base_url=base_url)

    def test_headers_of_the_transport_are_not_the_configurations(self) -> None:
        with pytest.raises(ValidationError, match="set by the client"):
            probe(headers={"Host": "evil.example"})


class TestRepeats:
    async def test_repeats_wait_for_a_stretch_of_the_clock_with_room(self) -> None:
        almost_over = datetime(2026, 11, 23, 12, 0, tzinfo=UTC) - timedelta(milliseconds=200)
        async with serving(always({})) as port:
            began = time.monotonic()
            result = await result_of(probe(repeat=2, within="1s"), port, now=almost_over)

        assert result.outcome is Outcome.PASS
        assert time.monotonic() - began >= 0.2

    async def test_repeats_that_straddle_two_stretches_say_so(self) -> None:
        async def slow(request: web.Request) -> web.StreamResponse:
            await asyncio.sleep(0.3)
            return web.json_response({})

        midnight = datetime(2026, 11, 23, tzinfo=UTC)
        async with serving(slow) as port:
            result = await result_of(probe(repeat=2, within="400ms"), port, now=midnight)

        assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.ENVIRONMENT)
        assert result.reason == "the 2 requests did not fit into one window of 400ms"

    async def test_latencies_carry_their_sample_size(self) -> None:
        async with serving(always({})) as port:
            result = await result_of(probe(repeat=20), port)

        measured = {judged.reading.name: judged.reading for judged in result.judged}
        assert (measured["latency_p95"].unit, measured["latency_p95"].n) == ("s", 20)
        assert 0 < measured["latency_p95"].value <= measured["latency_max"].value


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


def tls() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(PEM)
    return context
