"""A small server that implements as much of GitHub's REST API as we use, according to its documentation."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.serving import served

TOKEN = "ghs_of_the_tests"


@dataclass
class LocalGithub:
    """The check runs of the repository acme/shop, visible only with the token."""

    url: str = ""
    token: str = TOKEN  # "" if none is needed
    runs: list[dict[str, Any]] = field(default_factory=list)
    asked: list[Mapping[str, str]] = field(default_factory=list)
    answer: tuple[int, Any] | None = None  # replaces the regular response
    largest: int = 100  # per page

    def ran(
        self,
        name: str,
        conclusion: str | None,
        *,
        commit: str,
        status: str = "completed",
        app: str = "github-actions",
        completed_at: str = "2026-11-23T11:40:00Z",
    ) -> None:
        number = 1000 + len(self.runs)
        self.runs.append(
            {
                "id": number,
                "name": name,
                "head_sha": commit,
                "status": status,
                "conclusion": conclusion,
                "started_at": "2026-11-23T11:30:00Z",
                "completed_at": completed_at if status == "completed" else None,
                "html_url": f"https://github.com/acme/shop/runs/{number}",
                "app": {"slug": app},
                "output": {"title": None, "summary": None},
            }
        )

    async def check_runs(self, request: web.Request) -> web.Response:
        self.asked.append(dict(request.query))
        if self.token and request.headers.get("Authorization") != f"Bearer {self.token}":
            return web.json_response({"message": "Bad credentials"}, status=401)
        if self.answer:
            return web.json_response(self.answer[1], status=self.answer[0])
        ref, name = request.match_info["ref"], request.query["check_name"]
        if not any(run["head_sha"].startswith(ref) for run in self.runs):
            return web.json_response({"message": f"No commit found for SHA: {ref}"}, status=422)
        found = [run for run in self.runs if run["head_sha"].startswith(ref) and run["name"] == name]
        size = min(int(request.query.get("per_page", 30)), self.largest)
        page = int(request.query.get("page", 1))
        shown = found[::-1][(page - 1) * size : page * size]  # newest first
        return web.json_response({"total_count": len(found), "check_runs": shown})

    async def repository(self, _: web.Request) -> web.Response:
        return web.json_response({"full_name": "acme/shop"})


@asynccontextmanager
async def local_github() -> AsyncIterator[LocalGithub]:
    github = LocalGithub()
    app = web.Application()
    app.add_routes(
        [
            web.get("/repos/acme/shop/commits/{ref}/check-runs", github.check_runs),
            web.get("/repos/acme/shop", github.repository),
        ]
    )
    async with served(app) as github.url:
        yield github
