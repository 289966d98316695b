"""Delivers payloads to the app by its current route, logs deliveries, and retries events."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any
from uuid import uuid4

from sandbox.slack.delivery import NO_ANSWER, Ack, Delivery, Kind, Route
from sandbox.slack.features import payload_without
from sandbox.slack.payloads import event_callback
from sandbox.slack.refusal import Json
from sandbox.slack.workspace import Workspace

EVENT_RETRIES = (0.0, 60.0, 300.0)  # seconds before each further attempt


class Courier:
    def __init__(self, workspace: Workspace, route: Route, *, ack_limit: float) -> None:
        self.deliveries: list[Delivery] = []
        self.route = route
        self.ack_limit = ack_limit  # seconds
        self.event_retries: tuple[float, ...] = EVENT_RETRIES
        self._workspace = workspace
        self._tasks: set[asyncio.Task[Any]] = set()

    async def deliver(self, kind: Kind, payload: Json, *, retry: int = 0, reason: str = "") -> Delivery:
        """Make one attempt. Returns the delivery with its result."""
        payload = payload_without(payload, self._workspace.without)
        delivery = Delivery(str(uuid4()), kind, payload, self._workspace.clock.now(), retry, reason)
        self.deliveries.append(delivery)
        delivery.ack = await self.route.send(delivery, self.ack_limit)
        self._workspace.news.stir()
        return delivery

    def announce(self, event: Json) -> None:
        """Send an event that the app subscribed to, in the background, with Slack's retries."""
        if self._workspace.app.subscribes_to(event["type"]):
            self._start(self._insist(event_callback(self._workspace, event)))

    async def _insist(self, payload: Json) -> None:
        delivery = await self.deliver("events_api", payload)
        for attempt, pause in enumerate(self.event_retries, start=1):
            if delivery.acked:
                return
            await asyncio.sleep(pause)
            reason = "http_timeout" if delivery.ack == Ack(NO_ANSWER) else "http_error"
            delivery = await self.deliver("events_api", payload, retry=attempt, reason=reason)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
