"""HTTP requests, with the same safety for every kind of source.

A target comes from the configuration alone: its host is resolved once and pinned, the environment's proxies
are ignored, redirects are not followed, and a body is read up to a limit.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import socket
import ssl
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import httpcore

from checks.aside import aside
from checks.context import Context
from checks.numbers import number_in_json
from checks.outcome import Cause, CheckError
from checks.sources.authorization import Authorization
from checks.sources.body import is_shallow, refuse_constant, too_long, unpack
from checks.sources.origin import Origin
from checks.sources.trust import trusting
from checks.sources.wire import PinnedNetwork
from checks.units import say_duration

if TYPE_CHECKING:
    from checks.sources.endpoint import HttpEndpoint

_HIDDEN = "***"
_DEFAULTS = {"accept": "*/*", "accept-encoding": "identity", "user-agent": "canary"}
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


@dataclass(frozen=True)
class Call:
    """One request. `path` begins with a slash and is already escaped; headers may contain `${NAME}`."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None  # sent as JSON
    authorized: bool = True  # False: without the source's credentials


class NotSentError(CheckError):
    """Nothing of the request was sent, so it had no effect."""

    @classmethod
    def of(cls, error: CheckError) -> NotSentError:
        return cls(str(error), cause=error.cause, hint=error.hint, detail=error.detail)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]  # names in lower case; repeated headers are joined by commas
    body: bytes  # as received, possibly compressed
    seconds: float  # from the first byte of the request to the last of the response

    def without(self, authorization: Authorization | None) -> Answer:
        """The same without a token from a file, in case the server echoes it: only this module knows it."""
        if authorization is None or not authorization.unknown:
            return self
        token = authorization.unknown
        headers = {name: value.replace(token, _HIDDEN) for name, value in self.headers.items()}
        body = self.body.replace(token.encode(), _HIDDEN.encode())
        return replace(self, headers=headers, body=body)


class HttpTarget:
    """An opened endpoint. Safe to share between checks.

    Each request has its own connection, so that no response depends on earlier ones.
    """

    def __init__(self, source: HttpEndpoint, context: Context) -> None:
        self.calculator = context.calculator
        self.max_bytes = source.max_bytes
        self._source = source
        self._secrets = context.secrets
        self._queues = context.queues
        self._tokens = frozenset({""})  # sent so far, and in no variable
        self._lock = asyncio.Lock()
        self._addresses: Sequence[_Address] = ()

    def redact(self, text: str) -> str:
        """Redact before truncating: half a secret would not be recognized later."""
        return self._secrets.redact(text)

    async def request(self, call: Call) -> Answer:
        """Returns the response, whatever its status. Raises CheckError if there is none, or it exceeds
        `max_bytes`; NotSentError if nothing of the request was sent.

        It never contains a token that the source reads from a file.
        """
        try:
            origin = Origin.parse(self._source.base_url)
        except ValueError as error:
            raise NotSentError(f"base_url: {error}", cause=Cause.CONFIGURATION) from None
        limit = self._source.timeout
        try:
            async with self._queues.at(origin.place).turn(), asyncio.timeout(limit.total_seconds()):
                return await self._sent(call, origin)
        except TimeoutError:
            message = f"{origin.place} did not answer {call.method} {call.path} within {say_duration(limit)}"
            raise CheckError(message, cause=Cause.TIMEOUT) from None

    async def json(self, call: Call) -> tuple[int, Any]:
        """The status, and the response as JSON: numbers are exact, and None means that it is not JSON.

        Raises CheckError as above. A large response is parsed in a thread, so that the event loop is not
        blocked.
        """
        return await self.parsed(await self.request(call))

    async def parsed(self, answer: Answer) -> tuple[int, Any]:
        """Parses a response, like `json`."""
        coding = answer.headers.get("content-encoding", "")
        return answer.status, await aside(lambda: _parsed(unpack(answer.body, coding, most=self.max_bytes)))

    async def _sent(self, call: Call, origin: Origin) -> Answer:
        authorization = self._source.authorization() if call.authorized else None
        if authorization and authorization.unknown not in self._tokens:  # the server may echo it, in any form
            self._tokens |= {authorization.unknown}
            self._secrets = self._secrets.besides({authorization.unknown})
        try:
            request = self._request(call, origin, authorization)
        except CheckError as error:
            raise NotSentError.of(error) from None
        tls = self._tls() if origin.scheme == "https" else None
        async with self._lock:
            self._addresses = self._addresses or await _resolve(origin)
        *others, last = self._addresses
        patience = self._source.timeout.total_seconds() / len(self._addresses)
        for address in others:
            with contextlib.suppress(httpcore.ConnectError):  # nothing was sent; another address may listen
                found = await self._answered(request, PinnedNetwork(*address, patience), tls, origin)
                return found.without(authorization)
        try:
            found = await self._answered(request, PinnedNetwork(*last), tls, origin)
            return found.without(authorization)
        except httpcore.ConnectError as error:
            raise NotSentError.of(_failure(error, origin)) from None

    def address(self, call: Call) -> str:
        """The destination of a request; may contain a secret of the source."""
        return f"{self._source.base_url.rstrip('/')}{call.path}"

    async def _answered(
        self, request: httpcore.Request, network: PinnedNetwork, tls: ssl.SSLContext | None, origin: Origin
    ) -> Answer:
        try:
            return await self._exchange(request, network, tls)
        except httpcore.ConnectError:
            raise
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise _failure(error, origin, has_answered=network.stopwatch.has_received) from None

    def _tls(self) -> ssl.SSLContext:
        certificate = self._source.client_certificate
        files = (certificate.cert_file, certificate.key_file) if certificate else None
        return trusting(self._source.ca_file, files)

    def _request(self, call: Call, origin: Origin, authorization: Authorization | None) -> httpcore.Request:
        asked = {name: self._secrets.fill(value) for name, value in call.headers.items()}
        given = {**_DEFAULTS, **self._source.headers, **asked}
        headers = {name.lower(): value for name, value in given.items()}
        if authorization:
            headers["authorization"] = authorization.header
        body = b"" if call.body is None else json.dumps(call.body, ensure_ascii=False).encode()
        if call.body is not None:
            headers.setdefault("content-type", "application/json")
        if body or call.method in {"POST", "PUT", "PATCH"}:
            headers["content-length"] = str(len(body))
        path = f"{origin.prefix}{call.path}".encode("ascii")  # as it is: nothing resolves its dots
        return httpcore.Request(
            call.method,
            httpcore.URL(
                scheme=origin.scheme.encode(), host=origin.host.encode("ascii"), port=origin.port, target=path
            ),
            headers=[
                (b"host", origin.netloc.encode()),
                *((name.encode(), _header_value(name, value)) for name, value in headers.items()),
            ],
            content=body,
        )

    async def _exchange(
        self, request: httpcore.Request, network: PinnedNetwork, tls: ssl.SSLContext | None
    ) -> Answer:
        """Over a connection of its own."""
        connection = httpcore.AsyncHTTPConnection(
            request.url.origin, ssl_context=tls, network_backend=network
        )
        async with contextlib.aclosing(connection):
            response = await connection.handle_async_request(request)
            body = bytearray()
            async for chunk in response.aiter_stream():
                body += chunk
                if len(body) > self._source.max_bytes:
                    raise too_long(self._source.max_bytes)
        return Answer(response.status, _headers(response.headers), bytes(body), network.stopwatch.seconds)


def _parsed(body: bytes) -> Any:
    """JSON of a sane depth, with exact numbers; None for anything else."""
    try:
        value = json.loads(
            body.decode("utf-8"),
            parse_constant=refuse_constant,
            parse_int=number_in_json,
            parse_float=number_in_json,
        )
    except (ValueError, RecursionError):
        return None
    return value if is_shallow(value) else None


def _header_value(name: str, value: str) -> bytes:
    """Raises CheckError, without the value, if it is invalid in HTTP."""
    if value != value.strip():
        problem = "begins or ends with white space"
    elif _CONTROL.search(value):
        problem = "contains a line break or another control character"
    else:
        try:
            return value.encode("latin-1")
        except UnicodeEncodeError:
            problem = "contains characters beyond Latin-1"
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


_Address = tuple[int, tuple[Any, ...]]  # family, and what connects to it


async def _resolve(origin: Origin) -> Sequence[_Address]:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(
            origin.host, origin.port, type=socket.SOCK_STREAM
        )
    except (OSError, UnicodeError):
        message = f"the name {origin.host} does not resolve"
        raise NotSentError(message, cause=Cause.ENVIRONMENT) from None
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
    (httpcore.LocalProtocolError, "a header contains what HTTP cannot carry", Cause.CONFIGURATION, ""),
    (httpcore.ConnectError, "{place} cannot be reached", Cause.ENVIRONMENT, ""),
)


_CERTIFICATE_WANTED = frozenset(
    {
        "TLSV13_ALERT_CERTIFICATE_REQUIRED",
        "SSLV3_ALERT_BAD_CERTIFICATE",
        "SSLV3_ALERT_CERTIFICATE_UNKNOWN",
        "SSLV3_ALERT_CERTIFICATE_EXPIRED",
        "TLSV1_ALERT_UNKNOWN_CA",
    }
)


def _failure(error: Exception, origin: Origin, *, has_answered: bool = False) -> CheckError:
    """A message for the check's owner, without the error's own text, which may quote a header."""
    links = list(_chain(error))
    if any(isinstance(link, ssl.SSLError) and link.reason in _CERTIFICATE_WANTED for link in links):
        message = f"{origin.place} wants a client certificate, and one that it trusts"
        return CheckError(
            message,
            cause=Cause.CONFIGURATION,
            hint="Name it under client_certificate of the source.",
            blocked=True,
        )
    for kind, message, cause, hint in _FAILURES:
        for link in links:
            if isinstance(link, kind):
                why = (link.verify_message,) if isinstance(link, ssl.SSLCertVerificationError) else ()
                blocked = kind is not httpcore.LocalProtocolError
                said = message.format(place=origin.place)
                return CheckError(said, cause=cause, hint=hint, detail=why, blocked=blocked)
    if not has_answered:
        message = f"{origin.place} closed the connection without an answer"
    elif "incomplete" in str(error) or isinstance(error, httpcore.ReadError):
        message = f"{origin.place} broke off before a whole answer"
    else:
        message = f"{origin.place} did not answer in HTTP/1.1"
    return CheckError(message, cause=Cause.ENVIRONMENT)
