"""Whose turn a message is. A claim lasts for a while, and is prolonged as long as its process lives and works on it.

What a dead sender had is so taken over soon, however long the steps of an upload may take: sent at once where it had
begun no request, else looked for. And a sender that slept finds that it is somebody else's turn, and sends nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from bot.base.outage import Outage
from bot.base.tasks import ticks
from bot.base.timing import Outbox
from bot.rules.outbox import Message
from bot.store import messages
from bot.store.database import Database


class OvertakenError(Exception):
    """It is, or may be, somebody else's turn."""


@dataclass
class Leases:
    database: Database
    timing: Outbox = field(default_factory=Outbox)
    clock: Callable[[], float] = time.monotonic  # goes on while the process is stopped
    _held: set[messages.Turn] = field(default_factory=set)

    def taken(self, claimed: Iterable[Message]) -> None:
        """They are prolonged until they are done."""
        self._held.update(map(_turn, claimed))

    def done(self, message: Message) -> None:
        """It is prolonged no more."""
        self._held.discard(_turn(message))

    async def begin(self, message: Message, noted: Callable[[], None]) -> None:
        """Call it right before a request that cannot be taken back; `noted` is called when that is in the database.

        Raises OvertakenError, and Unavailable; no request may begin then.
        """
        asked_at = self.clock()
        async with self.database.connection() as conn:
            ours = await messages.begin(conn, message, self.timing)
        noted()
        if not ours or self.clock() > asked_at + self.timing.begin_within:
            raise OvertakenError(f"message {message.id} may be somebody else's by now")

    async def keep(self, stop: asyncio.Event) -> None:
        """Until told to stop."""
        outage = Outage("claims cannot be prolonged", "claims can be prolonged again")
        async for _ in ticks(stop, self.timing.renewal):
            with outage.survived():
                await self._prolong()

    async def _prolong(self) -> None:
        if ours := list(self._held):
            async with self.database.connection() as conn:
                await messages.prolong(conn, ours, self.timing)


def _turn(message: Message) -> messages.Turn:
    return message.id, message.claim
