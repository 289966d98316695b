"""A TLS server, as a source of canary."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Literal

from cryptography import x509
from pydantic import Field

from checks.api import Cause, CheckError, Context, Duration, Source, say_duration


class TlsServer(Source):
    """`{kind: tls, host: www.example.com}`"""

    kind: Literal["tls"]
    host: str = Field(description="Its name, by which it chooses its certificate")
    port: int = Field(default=443, ge=1, le=65535, description="The TCP port")
    timeout: Duration = Field(default=timedelta(seconds=5), description="To connect and shake hands")

    @asynccontextmanager
    async def open(self, context: Context) -> AsyncIterator[Handshake]:
        yield Handshake(self.filled(context.secrets))

    async def reach(self, opened: Handshake) -> str:
        certificate = await opened.certificate()
        return f"shows a certificate that is valid until {certificate.not_valid_after_utc:%Y-%m-%d}"


class Handshake:
    """The object that checks receive. Safe to share: each call makes its own connection."""

    def __init__(self, source: TlsServer) -> None:
        self._source = source

    async def certificate(self) -> x509.Certificate:
        """Returns the server's certificate, trusted or not. Raises CheckError if there is none."""
        place = f"{self._source.host}:{self._source.port}"
        try:
            async with asyncio.timeout(self._source.timeout.total_seconds()):
                shown = await self._shown()
        except TimeoutError:
            message = f"{place} did not shake hands within {say_duration(self._source.timeout)}"
            raise CheckError(message, cause=Cause.TIMEOUT) from None
        except (OSError, ssl.SSLError) as error:
            message = f"{place} cannot be reached over TLS: {error.__class__.__name__}"
            raise CheckError(message, cause=Cause.ENVIRONMENT, hint="Is it running?") from None
        return x509.load_der_x509_certificate(shown)

    async def _shown(self) -> bytes:
        """The certificate that the server shows, in DER."""
        trusting_anybody = ssl.create_default_context()
        trusting_anybody.check_hostname = False  # an expired certificate must be readable, too
        trusting_anybody.verify_mode = ssl.CERT_NONE
        _, writer = await asyncio.open_connection(
            self._source.host, self._source.port, ssl=trusting_anybody, server_hostname=self._source.host
        )
        try:
            shown: bytes = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        finally:
            writer.transport.abort()  # nothing more to send
        return shown
