"""The base of HTTP sources: address, trust and authorization."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Self

from pydantic import Field, field_validator, model_validator

from checks.base import Source
from checks.context import Context
from checks.secrets import SecretText, names_in
from checks.sources.authorization import Authorization, Basic, ClientCertificate
from checks.sources.origin import Origin
from checks.sources.target import HttpTarget
from checks.sources.wire import noting_arrivals
from checks.units import Duration

_OURS = frozenset({"host", "connection", "content-length", "transfer-encoding", "accept-encoding"})
_MEBIBYTE = 1 << 20
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", re.ASCII)
_WAYS = ("bearer", "bearer_file", "basic")


class HttpEndpoint(Source):
    """A subclass defines its `kind` and `reach`."""

    base_url: str = Field(description="Scheme, host, port and a path that all paths begin with")
    bearer: SecretText = Field(
        default="", description='Sent as "Authorization: Bearer …", like "${CRON_SECRET}"'
    )
    bearer_file: str = Field(
        default="", description="A file with the bearer token, read anew for each request"
    )
    basic: Basic | None = Field(default=None, description='Sent as "Authorization: Basic …"')
    client_certificate: ClientCertificate | None = Field(
        default=None, description="Shown to the server in TLS (mTLS)"
    )
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
        certificate = self.client_certificate
        for key, file, expected in (
            ("ca_file", self.ca_file, "certificates in PEM"),
            ("bearer_file", self.bearer_file, "a token"),
            ("client_certificate", certificate.cert_file if certificate else "", "a certificate in PEM"),
            ("client_certificate", certificate.key_file if certificate else "", "a private key in PEM"),
        ):
            if file and not Path(file).is_file():
                yield key, f"{file} is not a file on this machine, expected {expected}"

    def open(self, context: Context) -> AbstractAsyncContextManager[Any]:
        """An HttpTarget; a subclass may return a client that uses one."""
        return _opened(self.filled(context.secrets), context)

    def authorization(self) -> Authorization | None:
        """Of a filled-in source. Raises CheckError if its file cannot be read."""
        if self.basic:
            return Authorization.basic(self.basic.username, self.basic.password)
        if self.bearer_file:
            return Authorization.from_file(self.bearer_file)
        return Authorization.bearer(self.bearer) if self.bearer else None

    @field_validator("base_url")
    @classmethod
    def _is_a_url(cls, text: str) -> str:
        if not names_in(text) and "{{" not in text:  # refused for a separate reason
            Origin.parse(text)
        return text

    @field_validator("headers")
    @classmethod
    def _leaves_ours(cls, headers: dict[str, str]) -> dict[str, str]:
        return refuse_our_headers(headers)

    @model_validator(mode="after")
    def _authorizes_in_one_way(self) -> Self:
        given = [way for way in _WAYS if getattr(self, way)]
        if len(given) > 1:
            raise ValueError(f"expected one of {', '.join(_WAYS)}, not {' and '.join(given)}")
        return self


def refuse_our_headers(headers: dict[str, str]) -> dict[str, str]:
    """The same headers. Raises ValueError if one has an invalid name, or is part of how a request is sent."""
    for name in headers:
        if not _HEADER_NAME.fullmatch(name):
            raise ValueError(f"expected a header name of letters, digits and -, not {name!r}")
        if name.lower() in _OURS:
            raise ValueError(f"header {name!r} is set by the client and cannot be configured")
    return headers


@asynccontextmanager
async def _opened(source: HttpEndpoint, context: Context) -> AsyncIterator[HttpTarget]:
    with noting_arrivals():
        yield HttpTarget(source, context)
