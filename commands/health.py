"""Health endpoints and metrics over HTTP."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.base.metrics import Metrics

Probe = Callable[[], Awaitable[bool]]

FRESH = 10.0  # seconds
COUNTED_FRESH = 1.0  # seconds


@dataclass
class CachedProbe:
    """A probe that runs at most once in `fresh` seconds, however often it is called."""

    probe: Probe
    fresh: float = FRESH
    clock: Callable[[], float] = time.monotonic
    _asked_at: float = float("-inf")
    _answer: bool = False
    _asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def __call__(self) -> bool:
        async with self._asking:
            if self.clock() - self._asked_at >= self.fresh:
                self._asked_at = self.clock()
                self._answer = await self.probe()
        return self._answer


def _counting(refresh: Callable[[], Awaitable[None]]) -> Probe:
    async def count() -> bool:
        await refresh()
        return True

    return count


def health_routes(
    metrics: Metrics, probes: Mapping[str, Probe], refresh: Callable[[], Awaitable[None]]
) -> list[web.RouteDef]:
    """`/healthz`: the process is up. `/readyz`: every probe succeeded, now or recently. `/metrics`: Prometheus."""
    counted = CachedProbe(_counting(refresh), fresh=COUNTED_FRESH)

    async def healthz(_: web.Request) -> web.Response:
        return web.json_response({"alive": True})

    async def readyz(_: web.Request) -> web.Response:
        answers = {name: await probe() for name, probe in probes.items()}
        return web.json_response(answers, status=200 if all(answers.values()) else 503)

    async def numbers(_: web.Request) -> web.Response:
        await counted()
        return web.Response(
            body=generate_latest(metrics.registry), headers={"Content-Type": CONTENT_TYPE_LATEST}
        )

    return [web.get("/healthz", healthz), web.get("/readyz", readyz), web.get("/metrics", numbers)]
