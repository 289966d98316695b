"""An API that turns promotion on, once per idempotency key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

from aiohttp import web


class Promoting(Protocol):
    """What the API needs from the job system."""

    promotions: dict[str, str]  # idempotency key -> the version that was promoted

    async def turn(self, name: str, value: float) -> None: ...


def routes(system: Promoting, allowed: Callable[[web.Request], bool]) -> Iterator[web.RouteDef]:
    async def promote(request: web.Request) -> web.Response:
        if not allowed(request):
            return web.json_response({"error": "Unauthorized"}, status=401)
        key = request.headers.get("Idempotency-Key", "")
        try:
            version = (await request.json())["version"]
        except (ValueError, KeyError, TypeError):
            version = None
        if not key or not isinstance(version, str):
            error = 'expected the header Idempotency-Key and {"version": …}'
            return web.json_response({"error": error}, status=400)
        repeated = key in system.promotions
        if not repeated:
            system.promotions[key] = version
            await system.turn("promotion", 1)
        return web.json_response(_shown(system.promotions[key]), status=200 if repeated else 201)

    async def look(request: web.Request) -> web.Response:
        if not allowed(request):
            return web.json_response({"error": "Unauthorized"}, status=401)
        version = system.promotions.get(request.match_info["key"])
        if version is None:
            return web.json_response({"error": "Not found"}, status=404)
        return web.json_response(_shown(version))

    yield web.post("/promotions", promote)
    yield web.get("/promotions/{key}", look)


def _shown(version: str) -> dict[str, str]:
    return {"version": version, "state": "promoted"}
