"""Finds the archive for a URL: `file:///srv/packets` or `s3://bucket/prefix`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bot.archive.base import Archive
from bot.archive.folder import Folder
from bot.archive.sigv4 import Credentials
from bot.base.errors import CanaryError

REGION = "us-east-1"
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", re.ASCII)
_NEEDED = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")


class ArchiveError(CanaryError):
    """PACKETS, or a setting that it needs, is malformed or missing. The message quotes no secret."""


def archive_at(url: str, given: Mapping[str, str]) -> Archive:
    """`given`: those of AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION and
    S3_ENDPOINT that are set.
    """
    parts = urlsplit(url)
    if parts.scheme == "file" and not parts.netloc and parts.path.startswith("/") and not parts.query:
        return Folder(Path(unquote(parts.path)))
    if parts.scheme == "s3" and _BUCKET.fullmatch(parts.netloc) and not parts.query and not parts.fragment:
        return _bucket(parts.netloc, unquote(parts.path).strip("/"), given)
    raise ArchiveError(
        "PACKETS does not name a place to keep packets.",
        hint="It should look like file:///srv/packets, or s3://bucket/prefix.",
    )


def _bucket(bucket: str, prefix: str, given: Mapping[str, str]) -> Archive:
    from bot.archive.s3 import S3  # it imports an HTTP client, which a bot without a bucket need not load

    key, secret = (given.get(name, "") for name in _NEEDED)
    missing = [name for name in _NEEDED if not given.get(name)]
    if missing:
        raise ArchiveError(f"PACKETS is in S3, but {' and '.join(missing)} is not set.")
    endpoint = given.get("S3_ENDPOINT", "")
    if endpoint and not _is_endpoint(endpoint):
        raise ArchiveError("S3_ENDPOINT is not a URL.", hint="It should look like https://s3.example.com.")
    return S3(
        bucket,
        prefix,
        Credentials(key, secret, given.get("AWS_SESSION_TOKEN", "")),
        region=given.get("AWS_REGION", "") or REGION,
        endpoint=endpoint,
    )


def _is_endpoint(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return (
            parts.scheme in {"http", "https"}
            and bool(parts.hostname)
            and parts.port != 0
            and not (parts.query or parts.fragment or parts.username)
        )
    except ValueError:
        return False
