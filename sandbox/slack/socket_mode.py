"""Socket Mode: up to ten WebSockets; each payload goes to one of them, and is acknowledged by envelope id."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from dataclasses import dataclass, field
from typing import Literal

from aiohttp import WSMsgType, web

from sandbox.slack.delivery import NO_ANSWER, NOT_ACCEPTED, Ack, Delivery, Kind
from sandbox.slack.refusal import Json
from sandbox.slack.workspace import Workspace

MOST_CONNECTIONS = 10
GRACE = 10.0  # seconds between the request to disconnect and the cut
Reason = Literal["warning", "refresh_requested", "link_disabled", "too_many_websockets"]
_ANSWERED_IN_ACK: frozenset[Kind] = frozenset({"slash_commands", "interactive"})


@dataclass
class _Pending:
    delivery: Delivery
    sent: float  # monotonic seconds
    ack: asyncio.Future[Ack]
    socket: web.WebSocketResponse


@dataclass
class SocketMode:
    """The server's end of all the app's connections."""

    workspace: Workspace
    sockets: list[web.WebSocketResponse] = field(default_factory=list)
    _tickets: set[str] = field(default_factory=set)
    _pending: dict[str, _Pending] = field(default_factory=dict)
    _transports: dict[web.WebSocketResponse, asyncio.Transport] = field(default_factory=dict)
    _turn: int = 0

    def new_url(self) -> str:
        """Returns a URL to which the app may connect once."""
        ticket = secrets.token_hex(16)
        self._tickets.add(ticket)
        base = self.workspace.url.replace("http", "ws", 1)
        return f"{base}/link/?ticket={ticket}&app_id={self.workspace.app.id}"

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """GET /link/?ticket=…"""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=403, text="invalid ticket")
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        if len(self.sockets) >= MOST_CONNECTIONS:
            await self._send(socket, _goodbye("too_many_websockets"))
            await socket.close()
            return socket
        if request.transport is not None:
            self._transports[socket] = request.transport
        await self._serve(socket)
        return socket

    async def _serve(self, socket: web.WebSocketResponse) -> None:
        self.sockets.append(socket)
        await self._send(socket, self._hello())
        self.workspace.news.stir()
        try:
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    self._acked(frame.data)
        finally:
            self._forget(socket)

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self.sockets),
            "debug_info": {"host": "local", "approximate_connection_time": 18060},
            "connection_info": {"app_id": self.workspace.app.id},
        }

    async def send(self, delivery: Delivery, limit: float) -> Ack:
        """Send to one connection, round robin. Without any, people see an error immediately."""
        open_sockets = [socket for socket in self.sockets if not socket.closed]
        if not open_sockets:
            return Ack(NOT_ACCEPTED)
        self._turn += 1
        pending = _Pending(
            delivery,
            time.monotonic(),
            asyncio.get_running_loop().create_future(),
            open_sockets[self._turn % len(open_sockets)],
        )
        self._pending[delivery.id] = pending
        await self._send(pending.socket, _envelope(delivery))
        try:
            return await asyncio.wait_for(asyncio.shield(pending.ack), limit)
        except TimeoutError:
            return Ack(NO_ANSWER)

    async def disconnect(self, reason: Reason = "refresh_requested") -> None:
        """Ask every connection to disconnect, as Slack does every few hours, and cut those that stay."""
        leaving = list(self.sockets)
        for socket in leaving:
            await self._send(socket, _goodbye(reason))
        try:
            await self.workspace.news.wait_for(lambda: not set(leaving) & set(self.sockets), GRACE)
        except TimeoutError:
            for socket in leaving:
                await socket.close()

    def drop(self) -> None:
        """Cut every connection without warning."""
        for socket in list(self.sockets):
            if transport := self._transports.get(socket):
                transport.abort()

    async def close(self) -> None:
        for socket in list(self.sockets):
            await socket.close()

    def _acked(self, raw: str) -> None:
        try:
            frame = json.loads(raw)
        except ValueError:
            return
        pending = self._pending.pop(str(frame.get("envelope_id", "")), None)
        if pending is None:
            return
        pending.delivery.ack_ms = (time.monotonic() - pending.sent) * 1000
        if not pending.ack.done():
            pending.ack.set_result(Ack(body=frame.get("payload") or {}))
        self.workspace.news.stir()

    def _forget(self, socket: web.WebSocketResponse) -> None:
        """Fail the unacknowledged payloads of a connection that has ended."""
        self.sockets.remove(socket)
        self._transports.pop(socket, None)
        for envelope_id, pending in list(self._pending.items()):
            if pending.socket is socket:
                del self._pending[envelope_id]
                if not pending.ack.done():
                    pending.ack.set_result(Ack(NOT_ACCEPTED))
        self.workspace.news.stir()

    async def _send(self, socket: web.WebSocketResponse, frame: Json) -> None:
        try:
            await socket.send_json(frame)
        except ConnectionError:
            return  # it is closing, which its reader handles


def _goodbye(reason: Reason) -> Json:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": "local"}}


def _envelope(delivery: Delivery) -> Json:
    frame: Json = {
        "envelope_id": delivery.id,
        "type": delivery.kind,
        "payload": delivery.payload,
        "accepts_response_payload": delivery.kind in _ANSWERED_IN_ACK,
    }
    if delivery.kind == "events_api":
        frame |= {"retry_attempt": delivery.retry, "retry_reason": delivery.retry_reason}
    return frame
