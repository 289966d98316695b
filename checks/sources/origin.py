"""The destination of a source's requests: scheme, host, port, and the prefix of all paths."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urlsplit

import idna

_PORTS = {"http": 80, "https": 443}
# DNS does not allow _, but Docker's names have it
_LABEL = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)", re.ASCII)
_LONGEST_HOST = 253
_EXAMPLE = "https://staging.example.com"


@dataclass(frozen=True)
class Origin:
    scheme: str
    host: str  # as spelled in DNS and TLS: ASCII, IPv6 without brackets
    port: int
    prefix: str  # escaped, without a slash at the end

    @classmethod
    def parse(cls, text: str) -> Origin:
        """Raises ValueError, with what was expected, but without the text itself: it may contain a secret."""
        if re.search(r"[\s\x00-\x1f\x7f]", text):
            raise ValueError("expected a URL without spaces and line breaks")
        url = _split(text)
        if url.scheme not in _PORTS or not url.hostname:
            raise ValueError(f"expected a URL that begins with http:// or https://, like {_EXAMPLE}")
        if "@" in url.netloc or url.query or url.fragment:
            raise ValueError(
                "expected no user, query or fragment in the URL; a token goes to bearer or headers"
            )
        prefix = quote(url.path, safe="/%:@!$&'()*+,;=~").rstrip("/")
        host = _ipv6(url.hostname) if "[" in url.netloc else _host(url.hostname)
        return cls(url.scheme, host, _port(url), prefix)

    @property
    def netloc(self) -> str:
        """For the Host header: without the scheme's default port."""
        host = f"[{self.host.partition('%')[0]}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def place(self) -> str:
        """For people: host and port."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def _split(text: str) -> SplitResult:
    try:
        return urlsplit(text)
    except ValueError:
        raise ValueError(f"expected a URL like {_EXAMPLE}") from None


def _port(url: SplitResult) -> int:
    try:
        port = url.port
    except ValueError:
        port = 0
    if port == 0:
        raise ValueError("expected a port from 1 to 65535 in the URL")
    return port or _PORTS[url.scheme]


def _host(name: str) -> str:
    try:
        ascii_name = name if name.isascii() else idna.encode(name, uts46=True).decode()
    except idna.IDNAError:
        raise ValueError("expected a host name that DNS can carry in the URL") from None
    labels = ascii_name.removesuffix(".").split(".")
    if "" in labels:
        raise ValueError("expected no empty part between the dots of the URL's host name")
    if not all(map(_LABEL.fullmatch, labels)) or len(ascii_name) > _LONGEST_HOST:
        raise ValueError(
            "expected a host name of letters, digits, - and _ in the URL, at most 63 characters between dots"
        )
    return ascii_name


def _ipv6(text: str) -> str:
    try:
        return str(ipaddress.IPv6Address(text))
    except ValueError:
        raise ValueError("expected an IPv6 address between the brackets of the URL") from None
