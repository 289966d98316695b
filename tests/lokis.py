"""A small server that implements as much of Loki's HTTP API as we use, according to its documentation."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiohttp import web

from checks.sources.loki import nanoseconds
from tests.serving import served


@dataclass
class LocalLoki:
    """`streams`: labels -> lines with their time. It selects only by `{app="…"}`, and counts requests."""

    url: str = ""
    token: str = ""
    most: int = 5000  # lines in a response
    streams: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    asked: list[Mapping[str, str]] = field(default_factory=list)
    answer: tuple[int, Any] | None = None  # replaces the regular response

    def log(self, app: str, *lines: tuple[datetime | int, str]) -> None:
        given = [(at if isinstance(at, int) else nanoseconds(at), line) for at, line in lines]
        self.streams.setdefault(app, []).extend(given)

    async def query_range(self, request: web.Request) -> web.Response:
        self.asked.append(dict(request.query))
        if self.token and request.headers.get("Authorization") != f"Bearer {self.token}":
            return web.Response(status=401, text="unauthorized")
        if self.answer:
            status, body = self.answer
            return (
                web.Response(status=status, text=body)
                if isinstance(body, str)
                else web.json_response(body, status=status)
            )
        query = request.query["query"]
        if not query.startswith("{"):
            return web.Response(status=400, text='parse error at line 1, col 1: syntax error: unexpected "')
        start, end = int(request.query["start"]), int(request.query["end"])
        limit = min(int(request.query.get("limit", 100)), self.most)
        found = sorted(
            (at, app, line)
            for app, lines in self.streams.items()
            if f'app="{app}"' in query
            for at, line in lines
            if start <= at < end
        )[:limit]
        return web.json_response(
            {"status": "success", "data": {"resultType": "streams", "result": _streams(found)}}
        )

    async def labels(self, _: web.Request) -> web.Response:
        return web.json_response({"status": "success", "data": ["app"]})


def _streams(found: Sequence[tuple[int, str, str]]) -> list[dict[str, Any]]:
    apps = dict.fromkeys(app for _, app, _ in found)
    return [
        {"stream": {"app": app}, "values": [[str(at), line] for at, of, line in found if of == app]}
        for app in apps
    ]


@asynccontextmanager
async def local_loki() -> AsyncIterator[LocalLoki]:
    loki = LocalLoki()
    app = web.Application()
    app.add_routes(
        [
            web.get("/loki/api/v1/query_range", loki.query_range),
            web.get("/loki/api/v1/labels", loki.labels),
        ]
    )
    async with served(app) as loki.url:
        yield loki
