"""Whose turn a message is. A claim lasts for a while, and is prolonged as long as its process lives and works on it.

So what a dead sender had is looked for soon, however long the steps of an upload may take. And a sender that slept finds
that its time is over, and sends nothing: whatever is begun in time has been answered, or given up, before somebody
else looks whether it is there.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import structlog

from bot.errors import Unavailable
from bot.outbox import Message
from bot.slack.client import REQUEST_TIMEOUT
from bot.store import messages
from bot.store.database import Database
from bot.tasks import ticks

log = structlog.get_logger(__name__)

EVERY = 1.0  # seconds between two times of prolonging
BEGIN = (
    messages.LEASE.total_seconds() - REQUEST_TIMEOUT
)  # seconds after prolonging in which a request may begin


class OvertakenError(Exception):
    """It is, or may be, somebody else's turn."""


@dataclass
class Leases:
    database: Database
    clock: Callable[[], float] = time.monotonic  # goes on while the process is stopped
    _held: dict[messages.Turn, float] = field(default_factory=dict)  # since when, by a clock read before

    def taken(self, claimed: Sequence[Message], asked_at: float) -> None:
        """They are prolonged until they are done. `asked_at`: what the clock was before they were claimed."""
        self._held |= dict.fromkeys(map(_turn, claimed), asked_at)

    def done(self, message: Message) -> None:
        """It is prolonged no more."""
        self._held.pop(_turn(message), None)

    def must_be_ours(self, message: Message) -> None:
        """Call it right before what cannot be taken back. Raises OvertakenError."""
        since = self._held.get(_turn(message))
        if since is None or self.clock() > since + BEGIN:
            raise OvertakenError(f"message {message.id} may be somebody else's by now")

    async def keep(self, stop: asyncio.Event) -> None:
        """Until told to stop."""
        async for _ in ticks(stop, EVERY):
            try:
                await self._prolong()
            except Unavailable as error:
                log.warning("claims cannot be prolonged", error=str(error))

    async def _prolong(self) -> None:
        if not self._held:
            return
        asked_at, ours = self.clock(), list(self._held)
        async with self.database.connection() as conn:
            prolonged = await messages.prolong(conn, ours)
        self._held |= dict.fromkeys(prolonged & self._held.keys(), asked_at)


def _turn(message: Message) -> messages.Turn:
    return message.id, message.claim
