"""Packets as objects in a bucket of S3 or a compatible store."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import PurePosixPath
from urllib.parse import urlsplit

import httpx

from bot.archive.base import NotKept
from bot.archive.sigv4 import Credentials, encoded, signed
from bot.base.plain import plain

WITHIN = 30.0  # seconds, for one object
_MOST_READ = 4096  # bytes of an error response
_TYPES = {
    ".json": "application/json",
    ".md": "text/markdown; charset=utf-8",
    ".html": "text/html; charset=utf-8",
}
_CODE = re.compile(rb"<Code>([A-Za-z0-9._-]{1,80})</Code>")
_ADVICE = {  # S3's error code -> what it means here
    "AccessDenied": "the key may not write there: it needs s3:PutObject",
    "NoSuchBucket": "there is no such bucket",
    "InvalidAccessKeyId": "the store does not know AWS_ACCESS_KEY_ID",
    "SignatureDoesNotMatch": "AWS_SECRET_ACCESS_KEY does not match the key",
    "ExpiredToken": "AWS_SESSION_TOKEN has expired",
    "RequestTimeTooSkewed": "this machine's clock is wrong by more than the store accepts",
    "PermanentRedirect": "the bucket is in another region: set AWS_REGION",
    "AuthorizationHeaderMalformed": "the bucket is in another region: set AWS_REGION",
}


class S3:
    def __init__(
        self,
        bucket: str,
        prefix: str,
        credentials: Credentials,
        *,
        region: str,
        endpoint: str = "",
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        within: float = WITHIN,
    ) -> None:
        """`endpoint`: for a store other than AWS, such as https://minio.example.com:9000; the bucket is then
        in the path.
        """
        self.place = f"s3://{bucket}/{prefix}".rstrip("/")
        self._credentials, self._region, self._clock, self._within = credentials, region, clock, within
        parts = urlsplit(endpoint or f"https://{bucket}.s3.{region}.amazonaws.com")
        self._base, self._host = f"{parts.scheme}://{parts.netloc}", parts.netloc
        place = [parts.path.strip("/"), *([bucket] if endpoint else []), prefix]
        self._path = "/".join(["", *filter(None, place)])

    async def keep(self, name: str, content: bytes) -> None:
        path = encoded(f"{self._path}/{name}")
        headers = signed(
            "PUT",
            self._host,
            path,
            {
                "content-type": _TYPES.get(PurePosixPath(name).suffix, "application/octet-stream"),
                # buckets with object lock require one, and the store compares it with the content received
                "x-amz-checksum-sha256": base64.b64encode(hashlib.sha256(content).digest()).decode(),
            },
            content,
            credentials=self._credentials,
            region=self._region,
            at=self._clock(),
        )
        try:
            async with (  # httpx's own limit is for each read, and a store may answer byte by byte
                asyncio.timeout(self._within),
                httpx.AsyncClient(timeout=self._within, trust_env=False) as client,
            ):
                request = client.build_request(
                    "PUT", httpx.URL(f"{self._base}{path}"), headers=headers, content=content
                )
                answer = await client.send(request, stream=True)
                said = await _beginning(answer)
        except TimeoutError as error:
            raise NotKept(f"{self.place} does not answer within {self._within:g} s.") from error
        except httpx.HTTPError as error:
            raise NotKept(f"{self.place} does not answer: {_said(error)}.") from error
        if answer.status_code not in {HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.NO_CONTENT}:
            raise NotKept(f"{self.place} did not take it: {_why(answer.status_code, said)}.")


async def _beginning(answer: httpx.Response) -> bytes:
    try:
        read = b""
        async for chunk in answer.aiter_raw(_MOST_READ):
            read += chunk
            if len(read) >= _MOST_READ:
                break
        return read
    finally:
        await answer.aclose()


def _why(status: int, said: bytes) -> str:
    """ "403 AccessDenied (the key may not write there: it needs s3:PutObject)" """
    found = _CODE.search(said)
    code = found[1].decode() if found else ""
    advice = f" ({_ADVICE[code]})" if code in _ADVICE else ""
    return f"{status} {code}{advice}".replace("  ", " ").strip()


def _said(error: httpx.HTTPError) -> str:
    what = plain(str(error)).strip().partition("\n")[0][:200]
    return f"{type(error).__name__}{f', {what}' if what else ''}"
