"""Direct messages: who may be sent one, and how long it waits for the end of their quiet hours, in their time
zone in Slack.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from bot.base.errors import CanaryError, Unavailable
from bot.plan.model import Notify
from bot.rules.people import Directory, Person
from bot.rules.quiet import QuietHours, wait, zone_of

AT_ONCE = 2  # lookups, because each delays a message that could be sent meanwhile
WITHIN = 2.0  # seconds for a lookup
# how long a reminder waits for a person's time zone before it is sent without it
PATIENCE = timedelta(minutes=15)
AGAIN = timedelta(seconds=2)


class NotToBeToldError(Exception):
    """An account that may not vote, and may not see the run's channel either: a guest in a user group, or
    somebody who left.
    """


class Quiet:
    def __init__(self, directory: Directory, notify: Notify) -> None:
        self._directory = directory
        self._hours = QuietHours.read(notify.quiet) if notify.quiet else None
        self._otherwise = notify.time_zone
        self._looking = 0

    async def wait(
        self, person: str, *, named: bool, since: datetime, now: datetime, deadline: datetime
    ) -> timedelta:
        """Returns how long to wait before asking again; 0 if the message can be sent now. `since`: when it
        was first due.

        `named`: listed in the configuration, which is trusted; anybody may be in a user group of Slack.
        Raises NotToBeToldError for an account that must not be told anything.
        """
        if named and self._hours is None:
            return timedelta(0)
        try:
            found = await self._find(person)
        except (Unavailable, TimeoutError):
            if now - since < PATIENCE:
                return AGAIN
            found = None
        if found and (reason := found.barred()):
            raise NotToBeToldError(reason)
        name = found.time_zone if found else ""
        return wait(self._hours, zone_of(name, self._otherwise), now, deadline)

    async def _find(self, person: str) -> Person | None:
        """None for a user unknown to Slack. Raises Unavailable, and TimeoutError."""
        if self._looking >= AT_ONCE:
            raise TimeoutError
        self._looking += 1
        try:
            async with asyncio.timeout(WITHIN):
                return await self._directory.lately().person(person)
        except Unavailable:
            raise
        except CanaryError:
            return None
        finally:
            self._looking -= 1
