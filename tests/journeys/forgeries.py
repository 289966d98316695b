"""Requests that Slack did not sign: a genuine one with something changed, as bytes on the wire."""

from __future__ import annotations

import gzip
import hashlib
import hmac
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

TIMESTAMP, SIGNATURE = "X-Slack-Request-Timestamp", "X-Slack-Signature"
Headers: TypeAlias = tuple[tuple[str, bytes], ...]


@dataclass(frozen=True)
class Request:
    timestamp: str
    body: bytes
    headers: Headers

    def on_the_wire(self, path: str) -> bytes:
        lines = [f"POST {path} HTTP/1.1".encode(), b"Host: localhost"]
        lines += [name.encode() + b": " + value for name, value in self.headers]
        lines.append(b"Content-Length: " + str(len(self.body)).encode())
        return b"\r\n".join(lines) + b"\r\n\r\n" + self.body

    @property
    def signature(self) -> bytes:
        return dict(self.headers)[SIGNATURE]

    def with_header(self, name: str, *values: bytes) -> Request:
        """Replace the header by one per value; no values remove it."""
        others = tuple(header for header in self.headers if header[0] != name)
        return replace(self, headers=(*others, *((name, value) for value in values)))


def mac(secret: str, timestamp: str, body: bytes) -> bytes:
    base = f"v0:{timestamp}:".encode() + body
    return b"v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest().encode()


def genuine(secret: str, body: bytes, at: float, kind: str = "application/x-www-form-urlencoded") -> Request:
    timestamp = str(int(at))
    return Request(
        timestamp,
        body,
        (
            ("Content-Type", kind.encode()),
            (TIMESTAMP, timestamp.encode()),
            (SIGNATURE, mac(secret, timestamp, body)),
        ),
    )


Forge: TypeAlias = Callable[[random.Random, str, Request], Request]


def _flip(chance: random.Random, text: bytes) -> bytes:
    at, bit = chance.randrange(len(text)), 1 << chance.randrange(8)
    return text[:at] + bytes([text[at] ^ bit]) + text[at + 1 :]


def flipped_body(chance: random.Random, _: str, request: Request) -> Request:
    return replace(request, body=_flip(chance, request.body))


def other_body(chance: random.Random, _: str, request: Request) -> Request:
    body = request.body
    at, until = sorted((chance.randrange(len(body)), chance.randrange(len(body))))
    changed = chance.choice(
        [
            b"",
            body[:at],
            body[at + 1 :],
            body + b"&text=cancel",
            body + b"\n",
            body + body,
            b"\0" + body,
            body[:at] + body[until + 1 :],
        ]
    )
    return replace(request, body=changed if changed != body else b"")


def flipped_header(chance: random.Random, _: str, request: Request) -> Request:
    """Flip a bit, except to what HTTP cannot carry: line ends, and whitespace around a value."""
    name = chance.choice([TIMESTAMP, SIGNATURE])
    value = dict(request.headers)[name]
    while True:
        changed = _flip(chance, value)
        if changed.strip() == changed and not set(changed) & set(b"\r\n\0"):
            return request.with_header(name, changed)


def other_signature(chance: random.Random, secret: str, request: Request) -> Request:
    right = request.signature.removeprefix(b"v0=")
    digest = hashlib.sha256(secret.encode() + request.body).hexdigest().encode()
    values = [
        b"", b"v0", b"v0=", right, b"v1=" + right, b"V0=" + right, b"v0=" + right.upper(), b"v0=" + right[:-1],
        b"v0=" + right + b"0", b"v0==" + right, b"v0 =" + right, b'"v0=' + right + b'"', b"v0=" + b"0" * 64,
        b"v0=" + digest, b"v0=" + bytes(right[::-1]), b"v0=\xff", "v0=٠١٢٣".encode(), b"v0=" + b"f" * 7000,
        mac("", request.timestamp, request.body), mac(secret[:-1], request.timestamp, request.body),
        mac(secret, "", request.body), mac(secret, request.timestamp, b""), request.signature + b", " + request.signature,
    ]  # fmt: skip
    return request.with_header(SIGNATURE, chance.choice([v for v in values if v != request.signature]))


def other_time(chance: random.Random, secret: str, request: Request) -> Request:
    """Another time, or the same time written differently. The signature matches it, unless it still ends with the
    original digits.
    """
    now = int(request.timestamp)
    arabic = str(now).translate({ord("0") + digit: 0x660 + digit for digit in range(10)})
    written = [
        str(now - chance.randrange(310, 10**9)), str(now + chance.randrange(310, 10**9)), f"{now}.0", f"+{now}",
        f"-{now}", f"0{now}", f"{now}e0", hex(now), f"{now:_}", arabic, "", "0", "now", "nan", "inf", "9" * 400, f"{now} {now}",
        str(now * 1000),
    ]  # fmt: skip
    text = chance.choice(written)
    signature = request.signature if text.endswith(str(now)) else mac(secret, text, request.body)
    return request.with_header(TIMESTAMP, text.encode()).with_header(SIGNATURE, signature)


def missing_header(chance: random.Random, _: str, request: Request) -> Request:
    for name in chance.choice([(TIMESTAMP,), (SIGNATURE,), (TIMESTAMP, SIGNATURE)]):
        request = request.with_header(name)
    return request


def header_elsewhere(chance: random.Random, _: str, request: Request) -> Request:
    """Move a header to a name that some servers and proxies treat as the same."""
    name = chance.choice([TIMESTAMP, SIGNATURE])
    value = dict(request.headers)[name]
    elsewhere = chance.choice(
        [name.replace("-", "_"), f"HTTP_{name}", f"{name}s", f"X-{name}", "Cookie", "Authorization"]
    )
    return request.with_header(name).with_header(elsewhere, value)


def header_twice(chance: random.Random, secret: str, request: Request) -> Request:
    """Send a header twice, in either order: a proxy may have checked the other one."""
    name = chance.choice([TIMESTAMP, SIGNATURE])
    good = dict(request.headers)[name]
    bad = mac("another secret", request.timestamp, request.body) if name == SIGNATURE else b"0"
    return request.with_header(name, *chance.choice([(good, bad), (bad, good), (good, good), (good, b"")]))


def other_secret(chance: random.Random, secret: str, request: Request) -> Request:
    other = chance.choice(["", secret.upper(), secret[1:], secret + " ", f"{chance.random()}"])
    return request.with_header(SIGNATURE, mac(other, request.timestamp, request.body))


def packed(chance: random.Random, secret: str, request: Request) -> Request:
    """Compress the body, so that the bytes sent are not the bytes signed."""
    coding = chance.choice([b"gzip", b"deflate", b"br", b"identity"])
    return replace(request, body=gzip.compress(request.body)).with_header("Content-Encoding", coding)


FORGERIES: Sequence[Forge] = (
    flipped_body, other_body, flipped_header, other_signature, other_time, missing_header, header_elsewhere,
    header_twice, other_secret, packed,
)  # fmt: skip
