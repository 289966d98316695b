"""HTTP endpoints of the system under canary.

A target comes from the configuration alone: its host is resolved once and pinned, no proxy of the
environment is used, no redirect is followed, and a body is read up to a cap.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import socket
import ssl
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import certifi
import httpcore
import httpx
from pydantic import Field, field_validator

from checks.base import Source
from checks.context import Context
from checks.outcome import Cause, CheckError
from checks.secrets import names_in, spelt_out
from checks.sources.body import too_long
from checks.sources.origin import Origin
from checks.sources.transport import PinnedTransport
from checks.sources.wire import PinnedNetwork, noting_arrivals
from checks.units import Duration, say_duration

_OURS = frozenset({"host", "connection", "content-length", "transfer-encoding", "accept-encoding"})
_MEBIBYTE = 1 << 20
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", re.ASCII)
_DEFAULTS = {"accept": "*/*", "accept-encoding": "identity", "user-agent": "canary"}
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


class HttpSource(Source):
    """`{kind: http, base_url: "https://staging.example.com", bearer: "${CRON_SECRET}"}`"""

    kind: Literal["http"]
    base_url: str = Field(description="Scheme, host, port and a path that all paths begin with")
    bearer: str = Field(default="", description='Sent as "Authorization: Bearer …", like "${CRON_SECRET}"')
    headers: dict[str, str] = Field(
        default_factory=dict, description="Sent with every request; secrets as ${NAME}"
    )
    timeout: Duration = Field(
        default=timedelta(seconds=10), description="For one request, from resolving its name to its last byte"
    )
    max_bytes: int = Field(default=_MEBIBYTE, ge=1, le=16 * _MEBIBYTE, description="Of one body")
    ca_file: str = Field(default="", description="Certificates to trust instead of the public ones")

    def missing_here(self) -> Iterator[tuple[str, str]]:
        try:
            Origin.parse(self.base_url)
        except ValueError as error:
            yield "base_url", str(error)
        if self.ca_file and not Path(self.ca_file).is_file():
            yield "ca_file", f"{self.ca_file} is not a file on this machine, expected certificates in PEM"

    def open(self, context: Context) -> AbstractAsyncContextManager[HttpTarget]:
        return _opened(self.filled(context.secrets), context)

    async def reach(self, opened: HttpTarget) -> str:
        answer = await opened.request(Call("HEAD", "/"))
        return f"reachable: HEAD / answers {answer.status}"

    @field_validator("base_url")
    @classmethod
    def _is_a_url(cls, text: str) -> str:
        if not names_in(text) and "{{" not in text:  # which is refused with its own reason
            Origin.parse(text)
        return text

    @field_validator("bearer")
    @classmethod
    def _names_its_secret(cls, token: str) -> str:
        if spelt_out(token):
            raise ValueError("expected the token as ${NAME}: packets show this file as it is")
        return token

    @field_validator("headers")
    @classmethod
    def _leaves_ours(cls, headers: dict[str, str]) -> dict[str, str]:
        return refuse_our_headers(headers)


def refuse_our_headers(headers: dict[str, str]) -> dict[str, str]:
    """The same headers. ValueError where one has no proper name, or is part of how a request is sent."""
    for name in headers:
        if not _HEADER_NAME.fullmatch(name):
            raise ValueError(f"expected a header name of letters, digits and -, not {name!r}")
        if name.lower() in _OURS:
            raise ValueError(f"header {name!r} is set by the client and cannot be configured")
    return headers


@dataclass(frozen=True)
class Call:
    """One request. `path` begins with a slash and is escaped already; headers may hold `${NAME}`."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None  # sent as JSON
    bearer: bool = True


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]  # names in lower case; several of one name are joined by commas
    body: bytes  # as it was sent, packed or not
    seconds: float  # from the first byte of the request to the last of the response


@asynccontextmanager
async def _opened(source: HttpSource, context: Context) -> AsyncIterator[HttpTarget]:
    with noting_arrivals():
        yield HttpTarget(source, context)


class HttpTarget:
    """An opened source. Safe to share between checks.

    Each request has a connection of its own, so that no answer depends on what came before it.
    """

    def __init__(self, source: HttpSource, context: Context) -> None:
        self.calculator = context.calculator
        self.max_bytes = source.max_bytes
        self._source = source
        self._secrets = context.secrets
        self._queues = context.queues
        self._lock = asyncio.Lock()
        self._addresses: Sequence[_Address] = ()

    def redact(self, text: str) -> str:
        """For whoever cuts a text short: half a secret would not be recognized later."""
        return self._secrets.redact(text)

    async def request(self, call: Call) -> Answer:
        """The answer, whatever its status. CheckError where there is none, or more than `max_bytes` of it."""
        try:
            origin = Origin.parse(self._source.base_url)
        except ValueError as error:
            raise CheckError(f"base_url: {error}", cause=Cause.CONFIGURATION) from None
        limit = self._source.timeout
        try:
            async with self._queues.at(origin.place).turn(), asyncio.timeout(limit.total_seconds()):
                return await self._sent(call, origin)
        except TimeoutError:
            message = f"{origin.place} did not answer {call.method} {call.path} within {say_duration(limit)}"
            raise CheckError(message, cause=Cause.TIMEOUT) from None

    async def _sent(self, call: Call, origin: Origin) -> Answer:
        request = self._request(call, origin)
        tls = _trusting(self._source.ca_file) if origin.scheme == "https" else None
        async with self._lock:
            self._addresses = self._addresses or await _resolve(origin)
        *others, last = self._addresses
        patience = self._source.timeout.total_seconds() / len(self._addresses)
        for address in others:
            with contextlib.suppress(httpcore.ConnectError):  # nothing was sent; another address may listen
                return await self._answered(request, PinnedNetwork(*address, patience), tls, origin)
        try:
            return await self._answered(request, PinnedNetwork(*last), tls, origin)
        except httpcore.ConnectError as error:
            raise _failure(error, origin) from None

    async def _answered(
        self, request: httpx.Request, network: PinnedNetwork, tls: ssl.SSLContext | None, origin: Origin
    ) -> Answer:
        try:
            return await self._exchange(request, network, tls)
        except httpcore.ConnectError:
            raise
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise _failure(error, origin, has_answered=network.stopwatch.has_received) from None

    def _request(self, call: Call, origin: Origin) -> httpx.Request:
        asked = {name: self._secrets.fill(value) for name, value in call.headers.items()}
        given = {**_DEFAULTS, **self._source.headers, **asked}
        headers = {name.lower(): value for name, value in given.items()}
        if call.bearer and self._source.bearer:
            headers["authorization"] = f"Bearer {self._source.bearer}"
        body = b"" if call.body is None else json.dumps(call.body, ensure_ascii=False).encode()
        if call.body is not None:
            headers.setdefault("content-type", "application/json")
        if body or call.method in {"POST", "PUT", "PATCH"}:
            headers["content-length"] = str(len(body))
        return httpx.Request(
            call.method,
            httpx.URL(scheme=origin.scheme, host=origin.host, port=origin.port),
            headers=[
                (b"host", origin.netloc.encode()),
                *((name.encode(), _header_value(name, value)) for name, value in headers.items()),
            ],
            stream=httpx.ByteStream(body),
            # as it is written: httpx would resolve the dots of a path
            extensions={
                "sni_hostname": origin.host,
                "target": f"{origin.prefix}{call.path}".encode("ascii"),
            },
        )

    async def _exchange(
        self, request: httpx.Request, network: PinnedNetwork, tls: ssl.SSLContext | None
    ) -> Answer:
        async with (
            httpx.AsyncClient(transport=PinnedTransport(network, tls), trust_env=False) as client,
            contextlib.aclosing(await client.send(request, stream=True)) as response,
        ):
            body = bytearray()
            async for chunk in response.aiter_raw():
                body += chunk
                if len(body) > self._source.max_bytes:
                    raise too_long(self._source.max_bytes)
        return Answer(
            response.status_code, _headers(response.headers.raw), bytes(body), network.stopwatch.seconds
        )


def _header_value(name: str, value: str) -> bytes:
    """CheckError, without the value, where HTTP cannot carry it."""
    if value != value.strip():
        problem = "begins or ends with white space"
    elif _CONTROL.search(value):
        problem = "holds a line break or another control character"
    else:
        try:
            return value.encode("latin-1")
        except UnicodeEncodeError:
            problem = "holds characters beyond Latin-1"
    message = f"the header {name} cannot be sent: its value {problem}"
    raise CheckError(message, cause=Cause.CONFIGURATION, hint="Correct it in the file or the environment.")


def _headers(pairs: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for raw_name, raw_value in pairs:
        name, value = raw_name.decode("ascii").lower(), _header_text(raw_value)
        joined[name] = f"{joined[name]}, {value}" if name in joined else value
    return joined


def _header_text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _trusting(ca_file: str) -> ssl.SSLContext:
    """Whom TLS believes. CheckError where the `ca_file` cannot be used."""
    path = Path(ca_file or certifi.where())
    try:
        return _context(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        problem, hint = "does not exist", "Correct its path; it is on the bot's machine."
    except IsADirectoryError:
        problem, hint = "is a folder", "Name the PEM file in it."
    except PermissionError:
        problem, hint = "may not be read by the bot's user", "Allow it to be read."
    except (OSError, ValueError):
        problem, hint = "holds no certificate in PEM form", "It begins with -----BEGIN CERTIFICATE-----."
    raise CheckError(f"the ca_file {ca_file} {problem}", cause=Cause.CONFIGURATION, hint=hint)


@lru_cache(maxsize=16)
def _context(path: Path, _changed: int) -> ssl.SSLContext:
    """Reading the authorities takes some 30 ms, which fifty probes would take one by one."""
    path.read_bytes()  # says what is wrong, where TLS would only say that something is
    return ssl.create_default_context(cafile=path)


_Address = tuple[int, tuple[Any, ...]]  # family, and what connects to it


async def _resolve(origin: Origin) -> Sequence[_Address]:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(
            origin.host, origin.port, type=socket.SOCK_STREAM
        )
    except (OSError, UnicodeError):
        message = f"the name {origin.host} does not resolve"
        raise CheckError(message, cause=Cause.ENVIRONMENT) from None
    return list(dict.fromkeys((int(family), tuple(address)) for family, *_, address in found))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


_FAILURES: tuple[tuple[type[BaseException], str, Cause, str], ...] = (
    (
        ssl.SSLCertVerificationError,
        "the certificate of {place} is not trusted",
        Cause.CONFIGURATION,
        "Renew the certificate, or name the authority's in ca_file.",
    ),
    (ssl.SSLError, "{place} does not speak TLS as expected", Cause.ENVIRONMENT, "Is it https at all?"),
    (ConnectionRefusedError, "{place} refused the connection", Cause.ENVIRONMENT, "Is it running?"),
    (httpcore.LocalProtocolError, "a header holds what HTTP cannot carry", Cause.CONFIGURATION, ""),
    (httpcore.ConnectError, "{place} cannot be reached", Cause.ENVIRONMENT, ""),
)


def _failure(error: Exception, origin: Origin, *, has_answered: bool = False) -> CheckError:
    """In words for the check's owner; none of the error's own, which may quote a header."""
    links = list(_chain(error))
    for kind, message, cause, hint in _FAILURES:
        for link in links:
            if isinstance(link, kind):
                why = (link.verify_message,) if isinstance(link, ssl.SSLCertVerificationError) else ()
                return CheckError(message.format(place=origin.place), cause=cause, hint=hint, detail=why)
    if not has_answered:
        message = f"{origin.place} closed the connection without an answer"
    elif "incomplete" in str(error) or isinstance(error, httpcore.ReadError):
        message = f"{origin.place} broke off before a whole answer"
    else:
        message = f"{origin.place} did not answer in HTTP/1.1"
    return CheckError(message, cause=Cause.ENVIRONMENT)
