"""How long a direct message waits for the end of its person's quiet hours, by their time zone in Slack."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from bot.base.errors import CanaryError, Unavailable
from bot.plan.model import Notify
from bot.rules.people import Directory
from bot.rules.quiet import QuietHours, wait, zone_of

AT_ONCE = 2  # lookups, because each holds up a message that could be sent meanwhile
WITHIN = 2.0  # seconds for a lookup
PATIENCE = timedelta(
    minutes=15
)  # from when somebody is to be reminded, until it goes without their time zone
AGAIN = timedelta(seconds=2)


class Quiet:
    def __init__(self, directory: Directory, notify: Notify) -> None:
        self._directory = directory
        self._hours = QuietHours.read(notify.quiet) if notify.quiet else None
        self._otherwise = notify.time_zone
        self._looking = 0

    async def wait(self, person: str, *, since: datetime, now: datetime, deadline: datetime) -> timedelta:
        """-> how long to wait before asking again; 0 if the message can be sent now. `since`: when it was to be sent first."""
        if self._hours is None:
            return timedelta(0)
        try:
            name = await self._time_zone(person)
        except (Unavailable, TimeoutError):
            if now - since < PATIENCE:
                return AGAIN
            name = ""
        return wait(self._hours, zone_of(name, self._otherwise), now, deadline)

    async def _time_zone(self, person: str) -> str:
        """ "" for whom Slack does not know. Raises Unavailable, and TimeoutError."""
        if self._looking >= AT_ONCE:
            raise TimeoutError
        self._looking += 1
        try:
            async with asyncio.timeout(WITHIN):
                return (await self._directory.lately().person(person)).time_zone
        except Unavailable:
            raise
        except CanaryError:
            return ""
        finally:
            self._looking -= 1
