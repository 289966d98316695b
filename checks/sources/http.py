"""HTTP endpoints of the system under test."""

from __future__ import annotations

from typing import Literal

from checks.sources.endpoint import HttpEndpoint
from checks.sources.target import Call, HttpTarget


class HttpSource(HttpEndpoint):
    """`{kind: http, base_url: "https://staging.example.com", bearer: "${CRON_SECRET}"}`"""

    kind: Literal["http"]

    async def reach(self, opened: HttpTarget) -> str:
        answer = await opened.request(Call("HEAD", "/"))
        return f"reachable: HEAD / answers {answer.status}"
