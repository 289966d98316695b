"""Signed HTTP delivery to an app's request URL."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import secrets
import time
from urllib.parse import urlencode

import aiohttp

from sandbox.slack.app import App
from sandbox.slack.clock import Clock
from sandbox.slack.delivery import NO_ANSWER, NOT_ACCEPTED, Ack, Delivery
from sandbox.slack.refusal import Json


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """`v0=` and the HMAC-SHA256 of `v0:{timestamp}:{body}`."""
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


class RequestUrl:
    def __init__(self, url: str, app: App, clock: Clock, session: aiohttp.ClientSession) -> None:
        self.url = url
        self._app = app
        self._clock = clock
        self._session = session

    async def verify(self) -> None:
        """What Slack does when the URL is entered. Raises ValueError if the app does not echo the challenge."""
        challenge = secrets.token_hex(16)
        body = {"type": "url_verification", "token": self._app.verification_token, "challenge": challenge}
        async with self._post(json.dumps(body).encode(), "application/json", {}) as response:
            answer = await response.text()
        if response.status != 200 or challenge not in answer:
            raise ValueError(f"{self.url} answered {response.status} and did not echo the challenge")

    async def send(self, delivery: Delivery, limit: float) -> Ack:
        body, content_type = _encoded(delivery)
        retry = {"X-Slack-Retry-Num": str(delivery.retry), "X-Slack-Retry-Reason": delivery.retry_reason}
        started = time.monotonic()
        try:
            async with asyncio.timeout(limit):
                async with self._post(body, content_type, retry if delivery.retry else {}) as response:
                    ack = await _ack(response)
        except TimeoutError:
            return Ack(NO_ANSWER)
        except aiohttp.ClientError:
            return Ack(NOT_ACCEPTED)
        delivery.ack_ms = (time.monotonic() - started) * 1000
        return ack

    def _post(
        self, body: bytes, content_type: str, headers: dict[str, str]
    ) -> aiohttp.client._RequestContextManager:
        timestamp = str(int(self._clock.now()))
        signed = {
            "Content-Type": content_type,
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature(self._app.signing_secret, timestamp, body),
            "User-Agent": "Slackbot 1.0 (+local)",
        }
        return self._session.post(self.url, data=body, headers={**signed, **headers}, allow_redirects=False)


def _encoded(delivery: Delivery) -> tuple[bytes, str]:
    """(body, content type): forms for commands and clicks, JSON for events."""
    form = "application/x-www-form-urlencoded"
    if delivery.kind == "slash_commands":
        return urlencode(delivery.payload).encode(), form
    payload = json.dumps(delivery.payload)
    if delivery.kind == "interactive":
        return urlencode({"payload": payload}).encode(), form
    return payload.encode(), "application/json"


async def _ack(response: aiohttp.ClientResponse) -> Ack:
    text = await response.text()
    if response.status != 200:
        return Ack(NOT_ACCEPTED)
    if response.content_type == "application/json":
        body: Json = json.loads(text or "{}")
        return Ack(body=body)
    return Ack(body={"text": text} if text.strip() else {})
