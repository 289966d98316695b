"""A store on loopback that speaks as much S3 as is needed to keep objects. It is strict: it verifies every signature.

It works out the signature from what arrived, in the terms of AWS's documentation, and shares no code with the bot.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self

from aiohttp import web

KEY, SECRET, REGION, BUCKET = "AKIALOCAL", "local secret/+", "eu-central-1", "packets"
SKEW = timedelta(minutes=15)
_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/s3/aws4_request,\s?SignedHeaders=([^,]+),\s?Signature=([0-9a-f]{64})"
)


class LocalS3:
    """`objects`: key -> content. While `broken` is a status, every request is answered with it."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.types: dict[str, str] = {}
        self.requests = 0
        self.broken: int | None = None
        self._runner: web.AppRunner | None = None
        self.url = ""

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=64 << 20)
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._runner
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        self.requests += 1
        if self.broken:
            return _error(self.broken, "SlowDown")
        content = await request.read()
        if refusal := _refusal(request, content):
            return _error(403, refusal)
        bucket, _, key = request.path.lstrip("/").partition("/")
        if bucket != BUCKET:
            return _error(404, "NoSuchBucket")
        if request.method != "PUT":
            return _error(405, "MethodNotAllowed")
        self.objects[key] = content
        self.types[key] = request.headers["content-type"]
        return web.Response(headers={"etag": f'"{hashlib.md5(content).hexdigest()}"'})


def _refusal(request: web.Request, content: bytes) -> str:
    """What S3 calls the reason why a request is not from who it says; "" if it is."""
    found = _AUTHORIZATION.fullmatch(request.headers.get("authorization", ""))
    if not found:
        return "AccessDenied"
    key, day, region, names, given = found.groups()
    stamp, digest = request.headers["x-amz-date"], hashlib.sha256(content)
    at = datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    checksum = base64.b64decode(request.headers["x-amz-checksum-sha256"])
    listed = names.split(";")
    must = {"host", *(name.lower() for name in request.headers if name.lower().startswith("x-amz-"))}
    wrong = {
        "InvalidAccessKeyId": key != KEY,
        "AuthorizationHeaderMalformed": region != REGION,
        "RequestTimeTooSkewed": abs(datetime.now(UTC) - at) > SKEW or not stamp.startswith(day),
        "XAmzContentSHA256Mismatch": digest.hexdigest() != request.headers["x-amz-content-sha256"],
        "BadDigest": checksum != digest.digest(),
        "AccessDenied": listed != sorted(listed) or not must <= set(listed),
    }
    if any(wrong.values()):
        return next(code for code, is_so in wrong.items() if is_so)
    canonical = [request.method, request.raw_path.partition("?")[0], request.query_string]
    canonical += [f"{name}:{request.headers[name].strip()}" for name in listed]
    canonical += ["", names, request.headers["x-amz-content-sha256"]]
    hashed = hashlib.sha256("\n".join(canonical).encode()).hexdigest()
    text = f"AWS4-HMAC-SHA256\n{stamp}\n{day}/{region}/s3/aws4_request\n{hashed}"
    secret = ("AWS4" + SECRET).encode()
    for part in (day, region, "s3", "aws4_request"):
        secret = hmac.digest(secret, part.encode(), "sha256")
    made = hmac.digest(secret, text.encode(), "sha256").hex()
    return "" if hmac.compare_digest(made, given) else "SignatureDoesNotMatch"


def _error(status: int, code: str) -> web.Response:
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code><Message>no</Message></Error>'
    return web.Response(status=status, text=body, content_type="application/xml")
