"""What machines ask the bot over HTTP: alive, ready, and in numbers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.observe import Metrics

Probe = Callable[[], Awaitable[bool]]


def health_routes(
    metrics: Metrics, probes: Mapping[str, Probe], refresh: Callable[[], Awaitable[None]]
) -> list[web.RouteDef]:
    """`/healthz`: the process serves. `/readyz`: each probe really went there and back. `/metrics`: Prometheus."""

    async def healthz(_: web.Request) -> web.Response:
        return web.json_response({"alive": True})

    async def readyz(_: web.Request) -> web.Response:
        answers = {name: await probe() for name, probe in probes.items()}
        return web.json_response(answers, status=200 if all(answers.values()) else 503)

    async def numbers(_: web.Request) -> web.Response:
        await refresh()
        return web.Response(
            body=generate_latest(metrics.registry), headers={"Content-Type": CONTENT_TYPE_LATEST}
        )

    return [web.get("/healthz", healthz), web.get("/readyz", readyz), web.get("/metrics", numbers)]
