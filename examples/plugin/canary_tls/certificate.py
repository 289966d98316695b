"""How long the certificate of a TLS server is still valid."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field

from canary_tls.server import Handshake
from checks.api import Check, Measurement, Moment, Reading, Window


class Certificate(Check):
    """`expires_in` is the time until the certificate expires, and below 0 once it has: `pass: {expires_in: "> 21d"}`."""

    source_kind: ClassVar[str | None] = "tls"
    counts_samples: ClassVar[bool] = False  # so `at_least` is refused

    kind: Literal["tls.certificate"]
    window: None = Field(default=None, description="Not used: a certificate is looked at as it is now")

    def readings(self) -> Mapping[str, str]:
        return {"expires_in": "s"}

    async def measure(self, source: Handshake, moment: Moment, window: Window | None) -> Measurement:
        certificate = await source.certificate()
        left = certificate.not_valid_after_utc - moment.now
        names: dict[str, Any] = {"subject": certificate.subject.rfc4514_string()}
        return Measurement(
            readings=(Reading(name="expires_in", value=round(left.total_seconds()), unit="s"),),
            window=window,
            context=names,
        )
