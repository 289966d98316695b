"""Probes of servers that answer badly, endlessly, under another name, or not at all."""

from __future__ import annotations

import asyncio
import os
import socket
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import certifi
import psutil
import pytest
from aiohttp import web
from pydantic import ValidationError

from checks.outcome import Cause, Outcome
from checks.result import Result
from checks.secrets import Secrets
from checks.sources.http import HttpSource
from checks.sources.origin import Origin
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

    async def test_an_untrusted_certificate(self) -> None:
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

    async def test_a_body_of_two_hundred_megabytes_is_not_read(self) -> None:
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
    async def test_a_truncated_or_malformed_answer_is_an_error(self, raw: bytes) -> None:
        async with speaking(raw) as port:
            result = await result_of(probe(), port)

        assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.ENVIRONMENT)

    @pytest.mark.parametrize("drip", [False, True], ids=["hangs", "drips"])
    async def test_an_endless_answer_is_given_up(self, drip: bool) -> None:
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

    @pytest.mark.parametrize(
        ("token", "problem"),
        [
            ("tops3cret\r\nX-Evil: 1", "contains a line break or another control character"),
            ("tops3\x00cret", "contains a line break or another control character"),
            ("tops3cret ", "begins or ends with white space"),
            ("tops3cret😀", "contains characters beyond Latin-1"),
        ],
    )
    async def test_a_secret_header_that_http_cannot_carry_is_not_shown(
        self, token: str, problem: str
    ) -> None:
        secrets = Secrets({"TOKEN": token})
        async with serving(always({})) as port:
            result = await result_of(probe(), port, secrets, bearer="${TOKEN}")

        assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.CONFIGURATION)
        assert result.reason == f"the header authorization cannot be sent: its value {problem}"
        assert "tops3" not in result.model_dump_json()

    @pytest.mark.parametrize("end", ["\n", "\r\n"])
    async def test_a_mounted_secret_is_sent_without_its_final_line_break(self, end: str) -> None:
        seen: list[str] = []

        async def handler(request: web.Request) -> web.StreamResponse:
            seen.append(request.headers["authorization"])
            return web.json_response({})

        async with serving(handler) as port:
            secrets = Secrets({"TOKEN": f"tops3cret{end}", "URL": f"http://127.0.0.1:{port}{end}"})
            result = await result_of(probe(), "${URL}", secrets, bearer="${TOKEN}")

        assert result.outcome is Outcome.PASS, result.reason
        assert seen == ["Bearer tops3cret"]

    async def test_secrets_echoed_by_the_server_are_not_shown(self) -> None:
        async def echo(request: web.Request) -> web.StreamResponse:
            padding = "x" * 260
            return web.Response(status=500, text=f"{padding} {request.headers['authorization']}")

        secrets = Secrets({"TOKEN": "tops3cret-that-is-long-enough-to-be-cut"})
        async with serving(echo) as port:
            result = await result_of(probe("last.body == ''"), port, secrets, bearer="${TOKEN}")

        assert "tops3" not in result.model_dump_json()


def gzip(data: bytes) -> bytes:
    """Deterministic, without a time stamp, because tests are named by these bytes."""
    packer = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
    return packer.compress(data) + packer.flush()


OK = b"HTTP/1.1 200 OK\r\n"
JSON = b'{"ok": true, "name": "caf\xc3\xa9"}'
LENGTH = b"Content-Length: %d\r\n\r\n"


def sized(body: bytes, *headers: bytes) -> bytes:
    return OK + b"".join(b"%s\r\n" % header for header in headers) + LENGTH % len(body) + body


class TestOddButRight:
    """Unusual answers that other clients understand."""

    @pytest.mark.parametrize(
        "raw",
        [
            sized(JSON, b"Content-Encoding: none"),
            sized(JSON, b"Content-Encoding: identity"),
            sized(JSON, b"Content-Encoding:"),
            sized(JSON, b"Content-Encoding: utf-8"),
            sized(gzip(JSON), b"Content-Encoding: gzip"),
            sized(gzip(JSON), b"Content-Encoding: GZIP"),
            sized(gzip(JSON), b"Content-Encoding: identity, x-gzip"),
            sized(gzip(JSON[:9]) + gzip(JSON[9:]), b"Content-Encoding: gzip"),
            sized(gzip(zlib.compress(JSON)), b"Content-Encoding: deflate", b"Content-Encoding: gzip"),
            sized(zlib.compress(JSON), b"Content-Encoding: deflate"),
            sized(zlib.compress(JSON)[2:-4], b"Content-Encoding: deflate"),
            sized(b"\xef\xbb\xbf" + JSON),
            sized(JSON, b"Content-Type: application/json; charset=iso-8859-1"),
            sized(JSON, b"Content-Type: application/json; charset=no-such"),
            sized(JSON, b"Content-Type: application/json; charset=unicode_escape"),
            sized(JSON, b"Content-Type: garbage; charset"),
            sized(JSON.decode().encode("latin-1"), b'Content-Type: application/json; charset="ISO-8859-1"'),
            sized(JSON.decode().encode("cp1252"), b"Content-Type: text/plain; charset=windows-1252"),
            sized(JSON.decode().encode("utf-16"), b"Content-Type: application/json; charset=utf-16"),
            sized(JSON.decode().encode("utf-16-le"), b"Content-Type: application/json"),
            OK + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\nX-Sum: 1\r\n\r\n" % (len(JSON), JSON),
            OK + b"Connection: close\r\n\r\n" + JSON,
            b"HTTP/1.0 200 OK\r\n\r\n" + JSON,
            b"HTTP/1.1 200\r\n" + LENGTH % len(JSON) + JSON,
            b"HTTP/1.1 200 \r\n" + LENGTH % len(JSON) + JSON,
            b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + sized(JSON),
            b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n" + sized(JSON),
            sized(JSON, b"X-Name: caf\xe9", b"X-Folded: a\r\n  b", b"Set-Cookie: a=1", b"Set-Cookie: b=2"),
            b"HTTP/1.1 200 OK\n" + b"Content-Length: %d\n\n" % len(JSON) + JSON,
        ],
        ids=lambda raw: str(raw[:60]),
    )
    async def test_it_is_understood(self, raw: bytes) -> None:
        check = probe("last.status == 200", "last.body.ok", 'last.body.name.startsWith("caf")')
        async with speaking(raw) as port:
            result = await result_of(check, port)

        assert result.outcome is Outcome.PASS, result.reason

    async def test_text_is_decoded_in_its_declared_charset(self) -> None:
        raw = sized("Grüße".encode("cp1252"), b"Content-Type: text/plain; charset=windows-1252")
        async with speaking(raw) as port:
            result = await result_of(probe('last.body == "Grüße"'), port)

        assert result.outcome is Outcome.PASS, result.detail

    @pytest.mark.parametrize(
        ("status", "method"), [(200, "HEAD"), (204, "GET"), (304, "GET"), (204, "DELETE")]
    )
    async def test_an_answer_without_a_body_may_claim_to_be_compressed(
        self, status: int, method: str
    ) -> None:
        raw = b"HTTP/1.1 %d Whatever\r\nContent-Encoding: gzip\r\nContent-Length: 1234\r\n\r\n" % status
        check = probe(f"last.status == {status}", 'last.body == ""', method=method)
        async with speaking(raw) as port:
            result = await result_of(check, port)

        assert result.outcome is Outcome.PASS, result.reason

    async def test_repeated_headers_are_joined(self) -> None:
        check = probe("last.headers['x-tag'] == 'a, b'", "last.headers['x-name'] == 'café'")
        async with speaking(sized(JSON, b"X-Tag: a", b"x-tag: b", b"X-Name: caf\xe9")) as port:
            result = await result_of(check, port)

        assert result.outcome is Outcome.PASS, result.detail

    async def test_a_server_that_closes_a_keep_alive_connection_is_asked_again(self) -> None:
        """It announces that it keeps the connection open, and closes it."""
        async with speaking(sized(JSON, b"Connection: keep-alive")) as port:
            result = await result_of(probe(repeat=5), port)

        assert result.outcome is Outcome.PASS, result.reason

    async def test_an_answer_may_arrive_before_the_whole_request_was_read(self) -> None:
        raw = b"HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}"
        async with speaking(raw) as port:
            check = probe("last.status == 413", method="POST", json="x" * 4_000_000)
            result = await result_of(check, port)

        assert result.outcome is Outcome.PASS, result.reason


class TestCompression:
    @pytest.mark.parametrize("packed", [gzip, zlib.compress], ids=["gzip", "deflate"])
    async def test_a_decompression_bomb_is_not_unpacked(self, packed: Callable[[bytes], bytes]) -> None:
        coding = b"gzip" if packed is gzip else b"deflate"
        raw = sized(packed(bytes(400 << 20)), b"Content-Encoding: " + coding)
        before = psutil.Process().memory_info().rss
        async with speaking(raw) as port:
            result = await result_of(probe(), port)

        assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.CONFIGURATION)
        assert result.reason == "the answer is longer than 1,048,576 bytes"
        assert psutil.Process().memory_info().rss - before < 100 << 20

    @pytest.mark.parametrize(
        ("body", "coding", "said"),
        [
            (b"plain", b"gzip", "says that it is gzip, but is broken or cut off"),
            (gzip(JSON)[:-9], b"gzip", "says that it is gzip, but is broken or cut off"),
            (b"\x1f\x8b\x08\x00" + bytes(64), b"gzip", "says that it is gzip, but is broken or cut off"),
            (gzip(b"") * 2000, b"gzip", "says that it is gzip, but is broken or cut off"),
            (b"\x0b\x02\x80ok\x03", b"br", "is compressed with br, though it was requested uncompressed"),
        ],
        ids=["plain", "cut off", "empty", "many members", "brotli"],
    )
    async def test_an_undecodable_body_is_an_error(self, body: bytes, coding: bytes, said: str) -> None:
        async with speaking(sized(body, b"Content-Encoding: " + coding)) as port:
            result = await result_of(probe(), port)

        assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.ENVIRONMENT)
        assert said in result.reason


class TestAddresses:
    @pytest.mark.parametrize(
        "base_url",
        [
            "http://staging..example.com",
            "http://.example.com",
            f"http://{'a' * 64}.example.com",
            f"http://{'a.' * 130}com",
            "http://staging.example.com:99999",
            "http://staging.example.com:0",
            "http://staging.example.com:port",
            "http://[::1",
            "http://[::zz]:80",
            "http://[v1.x]:80",
            "http://xn--\u2603-.example.com",
            "http://\u200b.example.com",
            "http://stag ing.example.com",
            "http://staging.example.com\n",
            "http://-x.example.com",
            "http://ex%41mple.com",
            "http:///path",
            "http:staging.example.com",
            "staging.example.com:443",
            "localhost:3000",
            "//staging.example.com",
            "https://token@staging.example.com",
            "https://:pw@staging.example.com",
        ],
    )
    async def test_an_unusable_base_url_is_refused_without_showing_it(self, base_url: str) -> None:
        with pytest.raises(ValidationError, match="expected"):
            HttpSource(kind="http", base_url=base_url)
        if not base_url.endswith("\n"):
            result = await result_of(probe(), "${URL}", Secrets({"URL": base_url}))

            assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.CONFIGURATION)
            assert result.reason.startswith("base_url: expected")
            assert base_url not in result.model_dump_json()

    @pytest.mark.parametrize(
        ("base_url", "netloc", "prefix"),
        [
            ("http://[::1]:8080/", "[::1]:8080", ""),
            ("https://[2001:DB8::1]", "[2001:db8::1]", ""),
            ("https://staging.example.com:443/api/", "staging.example.com", "/api"),
            ("http://my_service:3000", "my_service:3000", ""),
            ("https://bücher.example/größe", "xn--bcher-kva.example", "/gr%C3%B6%C3%9Fe"),
            ("https://STAGING.example.com.", "staging.example.com.", ""),
            ("http://127.0.0.1:5/a b".replace(" ", "%20"), "127.0.0.1:5", "/a%20b"),
        ],
    )
    def test_an_unusual_base_url_works(self, base_url: str, netloc: str, prefix: str) -> None:
        origin = Origin.parse(base_url)

        assert (origin.netloc, origin.prefix) == (netloc, prefix)

    async def test_ipv6_works(self) -> None:
        async with speaking(sized(JSON), host="::1") as port:
            result = await result_of(probe(), f"http://[::1]:{port}")

        assert result.outcome is Outcome.PASS, result.reason


class TestAuthorities:
    @pytest.mark.parametrize(
        ("make", "said"),
        [
            (lambda path: path.mkdir(), "is a folder"),
            (os.mkfifo, "is not a file"),
            (lambda path: path.write_text(""), "contains no certificate in PEM form"),
            (lambda path: path.write_text("garbage"), "contains no certificate in PEM form"),
            (lambda path: path.write_bytes(b"\xff\xfe\x00"), "contains no certificate in PEM form"),
            (
                lambda path: path.write_text(
                    "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
                ),
                "contains no certificate in PEM form",
            ),
            (lambda path: path.with_name("other").touch(), "does not exist"),
        ],
        ids=["folder", "pipe", "empty", "text", "bytes", "not base64", "missing"],
    )
    async def test_an_unusable_ca_file_is_explained(
        self, tmp_path: Path, make: Callable[[Path], Any], said: str
    ) -> None:
        path = tmp_path / "ca.pem"
        make(path)
        async with serving(always({}), tls()) as port:
            result = await result_of(probe(), f"https://localhost:{port}", ca_file=str(path))

        assert (result.outcome, result.cause) == (Outcome.ERROR, Cause.CONFIGURATION)
        assert result.reason == f"the ca_file {path} {said}"

    async def test_a_replaced_ca_file_is_read_again(self, tmp_path: Path) -> None:
        path = tmp_path / "ca.pem"
        path.write_bytes(Path(certifi.where()).read_bytes())
        async with serving(always({}), tls()) as port:
            before = await result_of(probe(), f"https://localhost:{port}", ca_file=str(path))
            path.write_bytes(PEM.read_bytes())
            after = await result_of(probe(), f"https://localhost:{port}", ca_file=str(path))

        assert (before.outcome, after.outcome) == (Outcome.ERROR, Outcome.PASS)


class Rebinding(asyncio.SelectorEventLoop):
    """An event loop whose resolver first gives the real address, then an impostor's."""

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
