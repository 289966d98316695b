"""The Web API over HTTP: token, scopes, rate limits, faults, then the method; every call is logged."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import web

from sandbox.slack.faults import Fault, Faults, Injected
from sandbox.slack.rates import RateLimits
from sandbox.slack.refusal import Json, Refusal
from sandbox.slack.web_api.arguments import Arguments
from sandbox.slack.web_api.methods import METHODS, Method
from sandbox.slack.workspace import Workspace

_INSTANT_RESET = struct.pack("ii", 1, 0)  # SO_LINGER that turns close() into a TCP reset


@dataclass
class Call:
    """One API call of an app, and the response."""

    method: str
    args: Json
    at: float  # seconds since the epoch
    answer: Json = field(default_factory=dict)  # empty if the method was never called
    fault: Fault | None = None

    @property
    def ok(self) -> bool:
        return bool(self.answer.get("ok"))

    @property
    def error(self) -> str:
        return str(self.answer.get("error", ""))


class Gateway:
    def __init__(self, workspace: Workspace, faults: Faults, closing: asyncio.Event) -> None:
        self.calls: list[Call] = []
        self.rates = RateLimits(workspace.clock)
        self.open_connection: Callable[[], str] | None = (
            None  # gives the URL of a fresh Socket Mode connection
        )
        self._workspace = workspace
        self._faults = faults
        self._closing = closing

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """POST or GET /api/<method>."""
        try:
            given = await _given(request)
        except Refusal as refusal:
            return web.json_response(refusal.body())
        token = _token(request, given)
        call = Call(request.match_info["method"], given, self._workspace.clock.now())
        self.calls.append(call)
        self._workspace.news.stir()

        def perform() -> web.Response:
            call.answer = self._answer(call, token)
            self._workspace.news.stir()
            return self._response(call.answer)

        return await self.with_faults(request, call.method, perform, call)

    async def with_faults(
        self, request: web.Request, name: str, perform: Callable[[], web.Response], call: Call | None = None
    ) -> web.StreamResponse:
        """Call `perform`, with any injected fault."""
        injected = self._faults.take(name, str(call.args.get("channel", "")) if call else "")
        if injected is None:
            return perform()
        if call:
            call.fault = injected.fault
        return await self._faulty(request, injected, perform)

    async def _faulty(
        self, request: web.Request, injected: Injected, perform: Callable[[], web.Response]
    ) -> web.StreamResponse:
        fault = injected.fault
        if fault is Fault.RATE_LIMITED:
            return _rate_limited(int(injected.seconds))
        if fault is Fault.REFUSED:
            return web.json_response({"ok": False, **injected.answer})
        response = perform() if fault in _EFFECT_FIRST else None
        if fault in _RESETS:
            _reset(request)
        if fault in _LATE:
            await self._pause(injected.seconds)
            return perform() if response is None else response
        if fault in {Fault.HANG_BEFORE, Fault.HANG_AFTER}:
            await self._closing.wait()
        elif response is not None and fault is Fault.HALF_BODY:
            return await _half(request, response)
        return web.Response(status=500, text="Internal Server Error")

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._closing.wait(), seconds)
        except TimeoutError:
            return

    def _answer(self, call: Call, token: str) -> Json:
        try:
            return {"ok": True, **self._perform(call, token)}
        except Refusal as refusal:
            return refusal.body()

    def _perform(self, call: Call, token: str) -> Json:
        if call.method == "apps.connections.open":
            return self._open_connection(token)
        method = METHODS.get(call.method)
        if method is None or method.feature in self._workspace.without:
            raise Refusal("unknown_method", req_method=call.method)
        self._authorize(token, method)
        args = Arguments(call.args)
        wait = self.rates.wait(call.method, method.tier, args.text("channel"))
        if wait is not None:
            raise Refusal("ratelimited", retry_after=wait)
        return method.handler(self._workspace, args)

    def _authorize(self, token: str, method: Method) -> None:
        app = self._workspace.app
        if not token:
            if method.handler is METHODS["api.test"].handler:
                return
            raise Refusal("not_authed")
        if token == app.app_token:
            raise Refusal("not_allowed_token_type")
        if token != app.bot_token:
            raise Refusal("invalid_auth")
        if app.revoked:
            raise Refusal("token_revoked")
        if not app.installed:
            raise Refusal("account_inactive")
        app.require(*method.scopes)

    def _open_connection(self, token: str) -> Json:
        app = self._workspace.app
        if not token:
            raise Refusal("not_authed")
        if token == app.bot_token:
            raise Refusal("not_allowed_token_type")
        if token != app.app_token or self.open_connection is None:
            raise Refusal("invalid_auth")
        return {"url": self.open_connection()}

    def _response(self, answer: Json) -> web.Response:
        if answer.get("error") == "ratelimited" and "retry_after" in answer:
            return _rate_limited(int(answer["retry_after"]))
        scopes = (
            "" if "auth.test" in self._workspace.without else ",".join(sorted(self._workspace.app.scopes))
        )
        headers = {"x-oauth-scopes": scopes} if scopes else {}
        return web.json_response(answer, headers=headers)


_EFFECT_FIRST = frozenset(
    {Fault.ERROR_AFTER, Fault.HANG_AFTER, Fault.RESET_AFTER, Fault.HALF_BODY, Fault.SLOW_ANSWER}
)
_RESETS = frozenset({Fault.RESET_BEFORE, Fault.RESET_AFTER, Fault.RESET_LATE})
_LATE = frozenset({Fault.DELAY, Fault.SLOW_ANSWER, Fault.RESET_LATE})


def _rate_limited(seconds: int) -> web.Response:
    body = {"ok": False, "error": "ratelimited"}
    return web.json_response(body, status=429, headers={"Retry-After": str(seconds)})


def _reset(request: web.Request) -> None:
    """Reset the connection, like a crashed server."""
    transport = request.transport
    if transport is None:
        return
    raw = transport.get_extra_info("socket")
    if raw is not None:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _INSTANT_RESET)
    transport.abort()


async def _half(request: web.Request, whole: web.Response) -> web.StreamResponse:
    body = whole.body if isinstance(whole.body, bytes) else b""
    part = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": str(len(body))})
    await part.prepare(request)
    await part.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()
    return part


def _token(request: web.Request, given: Json) -> str:
    scheme, _, header = request.headers.get("Authorization", "").partition(" ")
    parameter = str(given.pop("token", ""))
    return header.strip() if scheme.lower() == "bearer" else parameter


def _json(raw: bytes) -> Json:
    try:
        body = json.loads(raw or b"{}")
    except ValueError:
        raise Refusal("invalid_json") from None
    if not isinstance(body, dict):
        raise Refusal("json_not_object")
    return body


async def _given(request: web.Request) -> Json:
    given: Json = dict(request.query)
    if request.content_type == "application/json":
        return {**given, **_json(await request.read())}
    form = await request.post()
    return {**given, **{name: value for name, value in form.items() if isinstance(value, str)}}
