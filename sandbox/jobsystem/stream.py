"""A log stream of the control loops' decisions: the part of Loki's API that `canary` reads.

A service deployed on a platform has no log file; the platform sends its lines to a server like this.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, TypeAlias

from aiohttp import web

from sandbox.jobsystem.dials import Dials

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LABELS = {"app": "background-jobs"}
_MOST = 5000  # lines in a response, as in Loki

Line: TypeAlias = tuple[datetime, str]  # when it was logged (UTC), and its text


class Logged(Protocol):
    """What the stream needs from the job system."""

    dials: Dials

    async def logged(self, start: datetime, end: datetime, limit: int) -> Sequence[Line]: ...


def routes(system: Logged, allowed: Callable[[web.Request], bool]) -> Iterator[web.RouteDef]:
    def reading(
        handler: Callable[[web.Request], Awaitable[web.Response]],
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def checked(request: web.Request) -> web.Response:
            if not allowed(request):
                return web.Response(status=401, text="no credentials")
            if system.dials["log_stream_blocked"]:
                return web.Response(status=403, text="this tenant may not read logs")
            return await handler(request)

        return checked

    async def query_range(request: web.Request) -> web.Response:
        try:
            start, end = (_time(request.query[name]) for name in ("start", "end"))
            limit = int(request.query.get("limit", "100"))
        except (KeyError, ValueError, OverflowError):
            return web.Response(status=400, text="start and end are nanoseconds since the epoch")
        lines = await system.logged(start, end, max(0, min(limit, _MOST)))
        values = [[str((at - _EPOCH) // timedelta(microseconds=1) * 1000), line] for at, line in lines]
        streams = [{"stream": _LABELS, "values": values}] if values else []
        return _success({"resultType": "streams", "result": streams})

    async def labels(_: web.Request) -> web.Response:
        return _success(list(_LABELS))

    yield web.get("/loki/api/v1/query_range", reading(query_range))
    yield web.get("/loki/api/v1/labels", reading(labels))


def _time(nanoseconds: str) -> datetime:
    return _EPOCH + timedelta(microseconds=int(nanoseconds) // 1000)


def _success(data: Any) -> web.Response:
    return web.json_response({"status": "success", "data": data})
