"""The system's HTTP side: the cron endpoint that is probed, and the dials for the demo's page."""

from __future__ import annotations

import hmac
import json
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, Protocol

from aiohttp import web

from sandbox.jobsystem.dials import Dials
from sandbox.jobsystem.engine import Dispatched

_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, PUT, POST, OPTIONS",
    "Access-Control-Allow-Headers": "*",
}


class System(Protocol):
    """What the endpoint asks of the job system."""

    dials: Dials

    async def dispatch(self, source: str) -> Dispatched: ...
    async def turn(self, name: str, value: float) -> None: ...
    async def reset(self) -> None: ...


def application(system: System, secret: str) -> web.Application:
    app = web.Application(middlewares=[_for_any_page])
    app.add_routes(_routes(system, secret))
    return app


def _routes(system: System, secret: str) -> Iterator[web.RouteDef]:
    async def cron(request: web.Request) -> web.Response:
        given = request.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {secret}".encode()):
            return web.json_response({"error": "unauthorized"}, status=401)
        dispatched = await system.dispatch("api")
        mode = "dispatched" if dispatched.enqueued else "dispatch-duplicate-suppressed"
        answer = {"mode": mode, "enqueued": dispatched.enqueued, "dispatchKey": dispatched.key}
        return web.json_response(answer)

    async def dials(_: web.Request) -> web.Response:
        return web.json_response(list(system.dials.shown()))

    async def turn(request: web.Request) -> web.Response:
        try:
            name, value = _position(await request.json())
            await system.turn(name, value)
        except ValueError as error:
            return web.json_response({"error": str(error)}, status=400)
        return web.json_response(list(system.dials.shown()))

    async def reset(_: web.Request) -> web.Response:
        await system.reset()
        return web.json_response(list(system.dials.shown()))

    yield web.get("/api/cron/background-jobs", cron)
    yield web.get("/dials", dials)
    yield web.put("/dials", turn)
    yield web.post("/dials/reset", reset)


def _position(body: Any) -> tuple[str, float]:
    """ValueError for anything but {"name": …, "value": number or true or false}."""
    match body:
        case {"name": str(name), "value": bool() | int() | float() as value}:
            return name, float(value)
    raise ValueError(f'expected {{"name": …, "value": …}}, not {json.dumps(body)[:100]}')


@web.middleware
async def _for_any_page(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    if request.method == "OPTIONS":
        return web.Response(headers=_CORS)
    response = await handler(request)
    response.headers.update(_CORS)
    return response
