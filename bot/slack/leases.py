"""Leases on outbox messages. A lease is renewed as long as its process is alive and works on the message.

So a dead sender's message is taken over quickly, however long an upload may take: it is sent immediately if
no request had begun, otherwise looked up first. A sender that was paused finds that it has lost its lease,
and sends nothing.
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
    """The lease is, or may be, lost."""


@dataclass
class Leases:
    database: Database
    timing: Outbox = field(default_factory=Outbox)
    clock: Callable[[], float] = time.monotonic  # keeps running while the process is stopped
    _held: set[messages.Turn] = field(default_factory=set)

    def taken(self, claimed: Iterable[Message]) -> None:
        """Renew these leases until they are done."""
        self._held.update(map(_turn, claimed))

    def done(self, message: Message) -> None:
        """Stop renewing it."""
        self._held.discard(_turn(message))

    async def begin(self, message: Message, noted: Callable[[], None]) -> None:
        """Call it directly before an irrevocable request; `noted` is called once that is recorded in the
        database.

        Raises OvertakenError and Unavailable; then no request may begin.
        """
        asked_at = self.clock()
        async with self.database.connection() as conn:
            ours = await messages.begin(conn, message, self.timing)
        noted()
        if not ours or self.clock() > asked_at + self.timing.begin_within:
            raise OvertakenError(f"the lease on message {message.id} may be lost")

    async def keep(self, stop: asyncio.Event) -> None:
        """Run until told to stop."""
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
