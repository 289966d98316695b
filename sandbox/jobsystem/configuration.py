"""What the system is configured with, as its own endpoint tells it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

from aiohttp import web

from sandbox.jobsystem.dials import Dials


class Configured(Protocol):
    dials: Dials


def routes(system: Configured, knows: Callable[[web.Request], bool]) -> Iterator[web.RouteDef]:
    async def configuration(request: web.Request) -> web.Response:
        if not knows(request):
            return web.json_response({"error": "Unauthorized"}, status=401)
        return web.json_response(configured(system.dials))

    yield web.get("/api/configuration", configuration)


def configured(dials: Dials) -> Mapping[str, Any]:
    """The variables that toggle and force the control loops, and the version that is deployed."""
    return {
        "version": "1.41.3",
        "environment": {
            "BACKGROUND_JOB_AUTOSCALE_GLOBAL_FLOOR": "1024",
            "BACKGROUND_JOB_AUTOSCALE_WORKSPACE_MULTIPLIER": "64",
            "BACKGROUND_JOB_AUTOSCALE_RAMP_STEP": "64",
            "BACKGROUND_JOB_AUTOSCALE_RAMP_WINDOW_MINUTES": "5",
            "BACKGROUND_JOB_AUTOSCALE_STEP_DOWN_FACTOR": "0.5",
            "BACKGROUND_JOB_AUTOSCALE_OVERRIDE_CAPACITY": "",
            "BACKGROUND_JOB_AUTOSCALE_FORCE_CONTENTION_BREACH": _flag(dials["contention"]),
            "BACKGROUND_JOB_HIGH_QUOTA_PROMOTION_ENABLED": _flag(dials["promotion"]),
            "BACKGROUND_JOB_HIGH_QUOTA_PROMOTION_REQUIRED_WINDOWS": "1" if dials["promotion_early"] else "4",
            "BACKGROUND_JOB_OBS_DUPLICATE_SEND_COUNT": _flag(dials["duplicate_sends"]),
            "CRON_SECRET": "kept from whoever reads this",
        },
    }


def _flag(position: float) -> str:
    return "1" if position else "0"
