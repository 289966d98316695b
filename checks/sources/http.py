"""HTTP endpoints of the system under canary.

A target comes from the configuration alone: its host is resolved once and pinned, no proxy of the
environment is used, no redirect is followed, and a body is read up to a cap, as sent.
"""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Any, Literal

import certifi
import httpx
from pydantic import Field, field_validator

from checks.base import Source
from checks.outcome import Cause, CheckError
from checks.secrets import Secrets, names_in, spelt_out
from checks.units import Duration, say_duration

_OURS = frozenset({"host", "connection", "content-length", "transfer-encoding", "accept-encoding"})
_MEBIBYTE = 1 << 20
_SECRET_HEADER = re.compile(r"authorization|cookie|token|secret|password|api-?key", re.IGNORECASE)


class HttpSource(Source):
    """`{kind: http, base_url: "https://staging.example.com", bearer: "${CRON_SECRET}"}`"""

    kind: Literal["http"]
    base_url: str = Field(description="Scheme, host, port and a path that all paths begin with")
    bearer: str = Field(default="", description='Sent as "Authorization: Bearer …", like "${CRON_SECRET}"')
    headers: dict[str, str] = Field(default_factory=dict)
    timeout: Duration = Field(
        default=timedelta(seconds=10), description="For one request, from name to last byte"
    )
    max_bytes: int = Field(default=_MEBIBYTE, ge=1, le=16 * _MEBIBYTE, description="Of one body")
    ca_file: str = Field(default="", description="Certificates to trust instead of the public ones")

    def open(self, secrets: Secrets) -> AbstractAsyncContextManager[HttpTarget]:
        return _opened(self, secrets)

    @field_validator("base_url")
    @classmethod
    def _is_a_url(cls, text: str) -> str:
        if not names_in(text):
            _origin(text)
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
        if told := sorted(name for name in headers if _is_secret(name) and spelt_out(headers[name])):
            raise ValueError(
                f"expected the value of {', '.join(told)} as ${{NAME}}: packets show this file as it is"
            )
        return refuse_our_headers(headers)


def _is_secret(header: str) -> bool:
    return bool(_SECRET_HEADER.search(header))


def refuse_our_headers(headers: dict[str, str]) -> dict[str, str]:
    """The same headers. ValueError where one is part of how a request is sent."""
    for name in headers:
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
    headers: Mapping[str, str]  # names in lower case
    body: bytes
    seconds: float  # from before the connection to the last byte


@asynccontextmanager
async def _opened(source: HttpSource, secrets: Secrets) -> AsyncIterator[HttpTarget]:
    target = HttpTarget(source, secrets)
    try:
        yield target
    finally:
        await target.close()


class HttpTarget:
    """An opened source. Safe to share between checks."""

    def __init__(self, source: HttpSource, secrets: Secrets) -> None:
        self._source = source
        self._secrets = secrets
        self._lock = asyncio.Lock()
        self._client: httpx.AsyncClient | None = None
        self._addresses: list[str] = []

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()

    def redact(self, text: str) -> str:
        """For whoever cuts a text short: half a secret would not be recognised later."""
        return self._secrets.redact(text)

    async def request(self, call: Call) -> Answer:
        """The answer, whatever its status. CheckError where there is none, or more than `max_bytes` of it."""
        try:
            origin = _origin(self._secrets.fill(self._source.base_url))
        except ValueError as error:
            raise CheckError(f"base_url: {error}", cause=Cause.CONFIGURATION) from None
        limit = self._source.timeout
        try:
            async with asyncio.timeout(limit.total_seconds()):
                return await self._sent(call, origin)
        except (TimeoutError, httpx.TimeoutException):
            message = (
                f"{_place(origin)} did not answer {call.method} {call.path} within {say_duration(limit)}"
            )
            raise CheckError(message, cause=Cause.TIMEOUT) from None
        except (httpx.HTTPError, OSError, UnicodeEncodeError) as error:
            raise _failure(error, origin) from None

    async def _sent(self, call: Call, origin: httpx.URL) -> Answer:
        async with self._lock:
            client = self._client = self._client or self._new_client()
            self._addresses = self._addresses or await _resolve(origin)
        client.cookies.clear()
        for address in list(self._addresses):
            request = self._request(client, call, origin, address)
            began = asyncio.get_running_loop().time()
            try:
                return await self._read(await client.send(request, stream=True), began)
            except httpx.ConnectError:
                # nothing was sent: another address of the same name may listen
                if address == self._addresses[-1]:
                    raise
        raise AssertionError("a resolved name has an address")

    def _new_client(self) -> httpx.AsyncClient:
        verify = _trusting(self._source.ca_file)
        timeout = self._source.timeout.total_seconds()
        return httpx.AsyncClient(trust_env=False, follow_redirects=False, verify=verify, timeout=timeout)

    def _request(
        self, client: httpx.AsyncClient, call: Call, origin: httpx.URL, address: str
    ) -> httpx.Request:
        """To the pinned address, in the name of the host: Host header and TLS are the name's."""
        headers = {name.lower(): value for name, value in {**self._source.headers, **call.headers}.items()}
        if call.bearer and self._source.bearer:
            headers["authorization"] = f"Bearer {self._source.bearer}"
        prefix = origin.raw_path.decode().rstrip("/")
        return client.build_request(
            call.method,
            origin.copy_with(host=address, raw_path=f"{prefix}{call.path}".encode("ascii")),
            headers={
                **{name: self._secrets.fill(value) for name, value in headers.items()},
                "Host": origin.netloc.decode(),
                "Accept-Encoding": "identity",
            },
            json=call.body,
            extensions={"sni_hostname": origin.raw_host.decode()},
        )

    async def _read(self, response: httpx.Response, began: float) -> Answer:
        body = bytearray()
        try:
            async for chunk in response.aiter_raw():
                body += chunk
                if len(body) > self._source.max_bytes:
                    raise CheckError(
                        f"the answer is longer than {self._source.max_bytes:,} bytes",
                        cause=Cause.CONFIGURATION,
                        hint="Ask for a smaller page, or raise max_bytes of the source.",
                    )
        finally:
            await response.aclose()
        if response.headers.get("content-encoding", "identity") != "identity":
            message = "the answer is compressed, though it was asked for as it is"
            raise CheckError(message, cause=Cause.ENVIRONMENT)
        seconds = asyncio.get_running_loop().time() - began
        return Answer(response.status_code, dict(response.headers), bytes(body), seconds)


def _origin(text: str) -> httpx.URL:
    """ValueError with what was expected, without the text itself: it may be a secret's."""
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL:
        raise ValueError("expected a URL like https://staging.example.com") from None
    if url.scheme not in {"http", "https"} or not url.host:
        raise ValueError("expected a URL like https://staging.example.com")
    if url.userinfo or url.query or url.fragment:
        raise ValueError("expected no user, query or fragment in the URL; a token goes to bearer or headers")
    return url


def _place(origin: httpx.URL) -> str:
    return f"{origin.host}:{origin.port or (443 if origin.scheme == 'https' else 80)}"


@cache
def _trusting(ca_file: str | None) -> ssl.SSLContext:
    """Whom TLS believes. Reading the authorities takes some 30 ms, which fifty probes would take one by one."""
    return ssl.create_default_context(cafile=ca_file or certifi.where())


async def _resolve(origin: httpx.URL) -> list[str]:
    found = await asyncio.get_running_loop().getaddrinfo(
        origin.raw_host.decode(), origin.port, type=socket.SOCK_STREAM
    )
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


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
    (socket.gaierror, "the name {host} does not resolve", Cause.ENVIRONMENT, ""),
    (ConnectionRefusedError, "{place} refused the connection", Cause.ENVIRONMENT, "Is it running?"),
    (FileNotFoundError, "the ca_file does not exist", Cause.CONFIGURATION, ""),
    (httpx.LocalProtocolError, "a header holds what HTTP cannot carry", Cause.CONFIGURATION, ""),
    (UnicodeEncodeError, "a header holds what HTTP cannot carry", Cause.CONFIGURATION, ""),
    (httpx.ConnectError, "{place} cannot be reached", Cause.ENVIRONMENT, ""),
    (Exception, "{place} broke off before a whole answer", Cause.ENVIRONMENT, ""),
)


def _failure(error: Exception, origin: httpx.URL) -> CheckError:
    """In words for the check's owner; none of the error's own, which may quote a header."""
    links = list(_chain(error))
    found = ((entry, link) for entry in _FAILURES for link in links if isinstance(link, entry[0]))
    (_, message, cause, hint), link = next(found)
    why = (link.verify_message,) if isinstance(link, ssl.SSLCertVerificationError) else ()
    text = message.format(place=_place(origin), host=origin.host)
    return CheckError(text, cause=cause, hint=hint, detail=why)
