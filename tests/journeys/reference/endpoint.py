"""What the HTTP endpoint answers."""

from __future__ import annotations

from collections.abc import Mapping

import aiohttp

from tests.journeys.reference.system import Number


async def suppression(url: str, secret: str) -> Mapping[str, Number]:
    """The expectations are: dispatched or suppressed at first, then suppressed, with the same key."""
    async with aiohttp.ClientSession(url, headers={"x-cron-secret": secret}) as session:
        answers = []
        for _ in range(2):
            async with session.get("/api/cron/background-jobs") as answer:
                answers.append((answer.status, await answer.json()))
    (first, told), (second, again) = answers
    met = [
        (first, told["mode"], told["enqueued"]) == (202, "dispatch-only", True)
        or (first, told["mode"]) == (200, "dispatch-duplicate-suppressed"),
        second == 200,
        again["mode"] == "dispatch-duplicate-suppressed",
        again["enqueued"] is False,
        again["dispatch"]["dispatchKey"] == told["dispatch"]["dispatchKey"],
    ]
    return {"status": second, "expectations_met": sum(met), "expectations_total": len(met)}


async def cron_secret(url: str) -> Mapping[str, Number]:
    async with aiohttp.ClientSession(url) as session, session.get("/api/cron/background-jobs") as answer:
        met = [answer.status == 401, await answer.json() == {"error": "Unauthorized"}]
        return {"status": answer.status, "expectations_met": sum(met), "expectations_total": len(met)}


async def settings(url: str, secret: str) -> Mapping[str, Number]:
    headers = {"Authorization": f"Bearer {secret}"}
    async with (
        aiohttp.ClientSession(url, headers=headers) as session,
        session.get("/api/configuration") as answer,
    ):
        told = await answer.json()
    ours = [name for name in told["environment"] if name.startswith("BACKGROUND_JOB_")]
    return {"read": True, "facts": len(ours) + ("version" in told)}
