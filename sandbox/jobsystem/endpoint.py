"""The system's HTTP side: the cron endpoint, the log stream, promotions, and the dials for the demo's page."""

from __future__ import annotations

import hmac
import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any, Protocol

from aiohttp import web

from sandbox.jobsystem import configuration, promotions, stream
from sandbox.jobsystem.dispatch import Dispatch, Fate, iso

_ANSWERS = {
    Fate.ENQUEUED: (202, "dispatch-only"),
    Fate.SUPPRESSED: (200, "dispatch-duplicate-suppressed"),
    Fate.FAILED: (503, "dispatch-failed"),
}
_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, PUT, POST, OPTIONS",
    "Access-Control-Allow-Headers": "*",
}


class System(stream.Logged, promotions.Promoting, Protocol):
    """What the endpoint needs from the job system."""

    async def dispatch(self, source: str) -> Dispatch: ...
    async def reset(self) -> None: ...
    async def relive(self, turned: Mapping[str, float], *, ago: timedelta) -> None: ...


def application(system: System, secret: str) -> web.Application:
    app = web.Application(middlewares=[_for_any_page])
    app.add_routes(_routes(system, secret))
    return app


def _routes(system: System, secret: str) -> Iterator[web.RouteDef]:
    def knows(request: web.Request) -> bool:
        return _knows(request, secret)

    async def cron(request: web.Request) -> web.Response:
        if not knows(request):
            return web.json_response({"error": "Unauthorized"}, status=401)
        return _answer(await system.dispatch("api"))

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

    async def relive(request: web.Request) -> web.Response:
        try:
            turned, ago = _past(await request.json())
            await system.relive(turned, ago=ago)
        except ValueError as error:
            return web.json_response({"error": str(error)}, status=400)
        return web.json_response(list(system.dials.shown()))

    yield web.get("/api/cron/background-jobs", cron)
    yield from configuration.routes(system, knows)
    yield web.get("/dials", dials)
    yield web.put("/dials", turn)
    yield web.post("/dials/reset", reset)
    yield web.post("/relive", relive)
    yield from stream.routes(system, knows)
    yield from promotions.routes(system, knows)


def _knows(request: web.Request, secret: str) -> bool:
    given = request.headers.get("Authorization")
    expected = f"Bearer {secret}"
    if given is None:
        given, expected = request.headers.get("x-cron-secret", ""), secret
    return hmac.compare_digest(given.encode(), expected.encode())


def _answer(dispatch: Dispatch) -> web.Response:
    status, mode = _ANSWERS[dispatch.fate]
    body: dict[str, Any] = {"mode": mode, "enqueued": dispatch.fate is Fate.ENQUEUED}
    if dispatch.fate is Fate.FAILED:
        body["retryable"] = True
    body["dispatch"] = {
        "source": dispatch.source,
        "requestedAt": iso(dispatch.requested_at),
        "dispatchKey": dispatch.key,
        "correlationId": dispatch.correlation,
        "dispatchWindowStart": iso(dispatch.start),
        "dispatchWindowSeconds": dispatch.seconds,
    }
    return web.json_response(body, status=status)


def _position(body: Any) -> tuple[str, float]:
    """Parse {"name": …, "value": number or true or false}. Raises ValueError for anything else."""
    match body:
        case {"name": str(name), "value": bool() | int() | float() as value}:
            return name, float(value)
    raise ValueError(f'expected {{"name": …, "value": …}}, not {json.dumps(body)[:100]}')


def _past(body: Any) -> tuple[dict[str, float], timedelta]:
    """Parse {"dials": {name: number}, "seconds": number}. Raises ValueError for anything else."""
    match body:
        case {"dials": dict(dials), "seconds": int() | float() as seconds}:
            return {str(name): float(value) for name, value in dials.items()}, timedelta(seconds=seconds)
    raise ValueError(f'expected {{"dials": {{…}}, "seconds": …}}, not {json.dumps(body)[:100]}')


@web.middleware
async def _for_any_page(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    if request.method == "OPTIONS":
        return web.Response(headers=_CORS)
    response = await handler(request)
    response.headers.update(_CORS)
    return response
