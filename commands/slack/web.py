"""Slack over HTTP: the signature is verified on the raw bytes before anything else reads them, then the budgets."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import re
import time
from http import HTTPStatus

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp

from bot.base.seldom import Seldom
from commands.slack.turnstile import Turnstile, caller_over_http, context_of

log = structlog.get_logger(__name__)

PATH = "/slack/events"
LARGEST = 64 * 1024  # bytes; Slack's own payloads are far smaller
BODY_TIMEOUT = 5.0  # seconds; Slack waits for three
MAX_AGE = 300  # seconds
_MALFORMED = (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError)
_TIMESTAMP = re.compile(r"\d{1,12}", re.ASCII)


def slack_routes(
    app: AsyncApp, signing_secret: str, turnstile: Turnstile, *, body_within: float = BODY_TIMEOUT
) -> list[web.RouteDef]:
    unsigned = Seldom()

    async def receive(request: web.Request) -> web.Response:
        body = await _read(request, body_within)
        if not signed_by_slack(
            signing_secret,
            body,
            timestamp=_only(request, "X-Slack-Request-Timestamp"),
            signature=_only(request, "X-Slack-Signature"),
            now=time.time(),
        ):
            if times := unsigned.times():
                log.warning("requests without Slack's signature", times=times, last_from=request.remote)
            raise web.HTTPUnauthorized
        found = caller_over_http(body)
        if refusal := turnstile.refusal(found):
            if refusal.answer is None:
                return web.Response(status=HTTPStatus.TOO_MANY_REQUESTS)
            return web.json_response(refusal.answer)
        try:
            bolt_request = await to_bolt_request(request)
            bolt_request.context.update(context_of(found))
            response = await app.async_dispatch(bolt_request)
        except _MALFORMED as error:  # Bolt expects well-formed payloads; it handles what our listeners raise
            log.warning("refused a payload that is not Slack's", problem=type(error).__name__)
            raise web.HTTPBadRequest from error
        return await to_aiohttp_response(response)

    return [web.post(PATH, receive)]


def _only(request: web.Request, header: str) -> str:
    """Returns the header; "" if it is missing or repeated, because a proxy may have checked the other one."""
    values = request.headers.getall(header, [])
    return values[0] if len(values) == 1 else ""


async def _read(request: web.Request, within: float) -> bytes:
    if (request.content_length or 0) > LARGEST:
        raise web.HTTPRequestEntityTooLarge(max_size=LARGEST, actual_size=request.content_length or 0)
    if request.headers.getall(
        "Content-Encoding", []
    ):  # Slack does not compress, and the signature is over the raw bytes
        raise web.HTTPUnsupportedMediaType
    try:
        async with asyncio.timeout(within):
            return await request.read()
    except TimeoutError:
        raise web.HTTPRequestTimeout from None


def signed_by_slack(secret: str, body: bytes, *, timestamp: str, signature: str, now: float) -> bool:
    """Slack's `v0` scheme: HMAC-SHA256 over `v0:{timestamp}:{raw body}`; at most five minutes old, and not in
    the future.
    """
    if not _TIMESTAMP.fullmatch(timestamp) or not -5 <= now - int(timestamp) <= MAX_AGE:  # noqa: PLR2004 — clocks differ a little
        return False
    expected = (
        "v0=" + hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()
    )
    return hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace"))
