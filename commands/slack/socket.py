"""Slack over Socket Mode: requests over budget are refused before Bolt sees them."""

from __future__ import annotations

import time

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from commands.slack.turnstile import Turnstile, caller, context_of


class Socket(AsyncSocketModeHandler):
    def __init__(self, app: AsyncApp, app_token: str, turnstile: Turnstile) -> None:
        super().__init__(app, app_token)
        self._turnstile = turnstile

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        began, found = time.time(), caller(req.payload)
        refusal = self._turnstile.refusal(found)
        if refusal is None:
            request = AsyncBoltRequest(mode="socket_mode", body=req.payload, context=context_of(found))
            await send_async_response(client, req, await self.app.async_dispatch(request), began)
        elif refusal.answer is not None:
            answer = SocketModeResponse(envelope_id=req.envelope_id, payload=refusal.answer)
            await client.send_socket_mode_response(answer)
